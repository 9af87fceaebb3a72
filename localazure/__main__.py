"""`python -m localazure serve …` and `python -m localazure env …`."""

from __future__ import annotations

import argparse

from tools.command import WRONG_USE, Parser, run


def main(given: list[str]) -> int:
    """Runs one of the two commands; each is imported only when it is asked for."""
    command, arguments = _parser().parse_args(given[:1]).command, given[1:]
    if command == "serve":
        from localazure.server import serve

        return serve.main(arguments)
    from localazure import environment

    return environment.main(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m localazure",
        description="A stand-in for Azure on 127.0.0.1, for tests and rehearsals.",
        epilog="The options of a command: python -m localazure COMMAND --help",
    )
    commands = parser.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", required=True
    )
    for name, does in (
        ("serve", "answers as Azure Resource Manager, on an estate read from a file"),
        ("env", "prints what a shell needs to run pulumi against it"),
    ):
        commands.add_parser(name, help=does, add_help=False)
    return parser


if __name__ == "__main__":
    run(main, "localazure", WRONG_USE)
