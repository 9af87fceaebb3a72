"""`python -m localazure serve …` and `python -m localazure env …`."""

from __future__ import annotations

import sys

USAGE = "usage: python -m localazure {serve,env} [--help]"


def main() -> int:
    """Runs one of the two commands; each is imported only when it is asked for."""
    command, arguments = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if command == "serve":
        from localazure import serve

        return serve.main(arguments)
    if command == "env":
        from localazure import environment

        return environment.main(arguments)
    print(USAGE, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
