"""Tests that misbehave in one iteration and are well in the next, and what must be said of each."""

from dataclasses import dataclass

HEAD = """
    import os, pathlib, signal, subprocess, sys, testtools, time, unittest
    from testtools.content import Content, ContentType

    def now():
        \"\"\"Tell whether this is the time to misbehave: once, and not in a listing.\"\"\"
        try:
            pathlib.Path(os.environ["ONCE"]).unlink()
        except FileNotFoundError:
            return False
        return True
"""


@dataclass(frozen=True)
class Misbehaviour:
    """What tests do, what an iteration with it is, and what is said: part of an explanation, or of
    the detail of a test."""

    name: str
    story: str
    body: str
    verdict: str
    said: str


def _test(body: str) -> str:
    lines = "\n".join(f"                {line.strip()}" for line in body.strip().splitlines())
    return f"""
    class Case(testtools.TestCase):
        def test_it(self):
            if now():
{lines}
    """


MISBEHAVIOURS = (
    Misbehaviour(
        "import",
        "crashes at import",
        """
    if now():
        import nothing_of_this_name
    """
        + _test("pass"),
        "UNKNOWN",
        "never began",
    ),
    Misbehaviour(
        "hang",
        "hangs, deaf to SIGINT and SIGTERM",
        _test("""signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(1000)"""),
        "FAIL",
        "the tests took longer than 4 s; ended ",
    ),
    Misbehaviour(
        "runaway",
        "forks runaways into sessions of their own",
        _test("""for number in range(20): subprocess.Popen(
            ["sh", "-c", "trap '' TERM; sleep 1000 & sleep 1000"], start_new_session=True)"""),
        "PASS",
        "ended sh (pid ",
    ),
    Misbehaviour(
        "flood",
        "prints gigabytes",
        _test("for number in range(40000): print('x' * 65536, flush=True)"),
        "FAIL",
        "the stream of results: it is longer than 500000 bytes",
    ),
    Misbehaviour(
        "flood of errors",
        "writes much to standard error",
        _test("for number in range(400): sys.stderr.write('x' * 65536)"),
        "PASS",
        "",
    ),
    Misbehaviour(
        "control characters",
        "emits control characters and broken UTF-8",
        _test(r"""dirt = bytes(range(179)) + bytes(range(180, 256))
            dirt += b"\xc3\x28\xed\xa0\x80\xff\xfe]]></failure>\x1b[2J"
            sys.stdout.buffer.write(dirt); sys.stderr.buffer.write(dirt)
            self.addDetail("dirt", Content(ContentType("text", "plain"), lambda: [dirt]))
            raise ValueError(dirt.decode("latin-1") + chr(0x202e) + chr(0xd800))"""),
        "FAIL",
        "]]",
    ),
    Misbehaviour(
        "killed worker",
        "is killed by the OOM killer",
        _test("os.kill(os.getpid(), signal.SIGKILL)"),
        "FAIL",
        "",
    ),
    Misbehaviour(
        "killed stestr",
        "the OOM killer takes stestr itself",
        _test("os.kill(os.getsid(0), signal.SIGKILL); time.sleep(1000)"),
        "UNKNOWN",
        "stestr ended with SIGKILL",
    ),
    Misbehaviour(
        "no tests",
        "finds no tests",
        _test("pass")
        + """
    def load_tests(loader, tests, pattern):
        return unittest.TestSuite() if now() else tests
    """,
        "UNKNOWN",
        "never began",
    ),
)
