"""What the program says when it cannot go on, and the exit code that goes with it."""

EXIT_PASS = 0
EXIT_FAIL = 1
EXIT_UNKNOWN = 2
EXIT_USAGE = 64
EXIT_CRASH = 70


class HarnessError(Exception):
    """One line for the operator: what is wrong and how to mend it.

    ``exit_code`` is EXIT_USAGE for wrong input (options, files, credentials) and
    EXIT_UNKNOWN where a part of the cloud could not be reached, since then nothing is known.
    """

    def __init__(self, message: str, exit_code: int = EXIT_USAGE) -> None:
        super().__init__(message)
        self.exit_code = exit_code
