"""Serve one OpenStack WSGI application: wsgi.py MODULE ADDRESS PORT THREADS [OPTION…].

Runs in the lab's virtual environment, where harness is not installed. OpenStack brings modules for
a web server but no server; waitress reads whole requests, which uwsgi's plain HTTP socket does not.
"""

# mypy: disable-error-code="import-untyped, import-not-found"

import importlib
import sys

import sqlalchemy.orm
import waitress

CHANNEL_SECONDS = 300


def main() -> None:
    module, address, port, threads, *options = sys.argv[1:]
    # neutron and cinder parse the arguments of the process when their module is imported.
    sys.argv = [module, *options]
    application = importlib.import_module(module).application
    # Left to neutron's first requests, which come at once, a half of them may be missing for ever.
    sqlalchemy.orm.configure_mappers()
    waitress.serve(
        application,
        host=address,
        port=int(port),
        threads=int(threads),
        channel_timeout=CHANNEL_SECONDS,
        ident=None,
        clear_untrusted_proxy_headers=False,
    )


if __name__ == "__main__":
    main()
