"""Checks every query: `python -m tools.lint.kql`; exit code 1 where one has an error.

Binds each, and those of the workbook and of commands, by Microsoft's language service in every kind
of workspace, looks for the mistakes that bind all the same, and compares the header's tables with
those that the text reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from queries import Query, library, saved, standalone
from tools.command import run
from tools.lint.kql.binding import bind, tables
from tools.lint.kql.mistakes import mistakes, undeclared
from tools.lint.kql.workbook import workbook_queries
from tools.projects import REPOSITORY
from tools.setup.console import SetupError, progress


def main(_: Sequence[str] = ()) -> int:
    """Prints one line for each error, else how many queries were checked."""
    listed = library().values()
    installed = {query.function: saved(query, query.text) for query in listed if query.function}
    functions = {alias: text for alias, (text, _) in installed.items()}
    parameters = {alias: declared for alias, (_, declared) in installed.items()}
    texts = {query.name: query.text for query in listed if not query.function}
    texts |= workbook_queries() | command_queries()
    try:
        problems = [*map(str, bind(texts, functions, parameters=parameters)), *_form(listed)]
    except SetupError as error:
        progress(str(error))
        return 1
    for line in dict.fromkeys(problems):
        print(line)
    if not problems:
        print(f"KQL: {len(texts)} queries and {len(functions)} functions are right")
    return 1 if problems else 0


def command_queries() -> dict[str, str]:
    """What commands ask workspaces, by file, with the functions that it reads defined in it."""
    files = sorted((REPOSITORY / "commands").rglob("*.kql"))
    return {
        str(path.relative_to(REPOSITORY)): standalone(path.read_text("utf-8")) for path in files
    }


def _form(listed: Iterable[Query]) -> Iterator[str]:
    known = {**tables(), **{query.function: None for query in listed if query.function}}
    for query in listed:
        for mistake in mistakes(query.text):
            yield f"{query.name}: {mistake.code}: {mistake.reason}"
        for line in undeclared(query.text, query.tables, known):
            yield f"{query.name}: {line}"


if __name__ == "__main__":
    run(main, "kql")
