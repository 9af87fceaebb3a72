"""The queries: one .kql file each, with a header that says what it answers.

A file is valid KQL by itself. Its header is comment lines of the form ``// Key: text``: Title,
Question, Tables (tables and functions that it reads), Sources, and Function for those that are
saved as a function under that alias. What follows the header's last key is explanation, then the
query. Values that the configuration decides are lines of their own, ``let`` statements or
``extend``, which ``with_values`` replaces. A function with parameters lists them under Parameters,
as ``name:type``; their defaults are ``let`` statements, which ``saved`` takes out of its text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path

_FOLDER = Path(__file__).parent
_KEY = re.compile(r"// (Title|Question|Function|Parameters|Tables|Sources): (.+)")


class QueryError(Exception):
    """A query file that does not keep its form; for whoever writes queries, never for users."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query; ``function`` is its alias where it is a function, ``text`` the whole file.

    ``parameters`` are those of a function, each ``name:type``.
    """

    name: str
    title: str
    question: str
    tables: tuple[str, ...]
    sources: str
    text: str
    function: str | None = None
    parameters: tuple[str, ...] = ()


@cache
def library() -> Mapping[str, Query]:
    """Every query by its file's name, functions first; each before those that read it."""
    queries = {path.stem: parse(path.stem, path.read_text("utf-8")) for path in _files()}
    order = sorted(queries.values(), key=lambda query: (_depth(query, queries), query.name))
    return {query.name: query for query in order}


def parse(name: str, text: str) -> Query:
    """A query from its file's text. Raises QueryError where the header lacks a key."""
    header: dict[str, str] = dict(_KEY.findall(text))
    missing = {"Title", "Question", "Tables", "Sources"} - set(header)
    if missing:
        raise QueryError(f"query {name}: the header lacks {', '.join(sorted(missing))}")
    return Query(
        name=name,
        title=header["Title"],
        question=header["Question"],
        tables=_parts(header["Tables"]),
        sources=header["Sources"],
        text=text,
        function=header.get("Function"),
        parameters=_parts(header.get("Parameters", "")),
    )


def saved(query: Query, text: str) -> tuple[str, str | None]:
    """A query's text as it is saved, and the parameters that Azure declares, None without any.

    Raises QueryError where a parameter has no default.
    """
    declared = []
    for parameter in query.parameters:
        default = re.compile(rf"^let {parameter.split(':')[0]} = ([^;\n]+);\n", re.MULTILINE)
        if not (found := default.search(text)):
            raise QueryError(f"query {query.name}: no line 'let {parameter.split(':')[0]} = …;'")
        declared.append(f"{parameter}={found[1]}")
        text = default.sub("", text)
    return text, ", ".join(declared) or None


def with_values(text: str, values: Mapping[str, str]) -> str:
    """The text with other expressions in its ``let`` statements. Raises QueryError."""
    return _with_values(text, tuple(values.items()))


@lru_cache(512)
def _with_values(text: str, values: tuple[tuple[str, str], ...]) -> str:
    for name, expression in values:
        pattern = re.compile(rf"^(\s*(?:let|\| extend) {name} = )[^;\n]+(;?)$", re.MULTILINE)
        if not pattern.search(text):
            raise QueryError(f"the query has no line 'let {name} = …;' or '| extend {name} = …'")
        text = pattern.sub(partial(_with_expression, expression), text)
    return text


def _with_expression(expression: str, line: re.Match[str]) -> str:
    return f"{line[1]}{expression}{line[2]}"


def standalone(text: str) -> str:
    """The text with the functions that it reads defined in it, for a workspace that lacks them."""
    called = _called(text)
    functions = [query for query in library().values() if query.name in called]
    return "\n".join([*map(_defined, functions), *_statements(text)])


def _called(text: str) -> set[str]:
    """Names of the functions that a text reads, and of those that these read."""
    said = "\n".join(_statements(text))
    direct = [query for query in library().values() if _reads(said, query)]
    return {query.name for query in direct}.union(*(_called(query.text) for query in direct))


def _reads(said: str, query: Query) -> bool:
    return query.function is not None and bool(re.search(rf"\b{query.function}\b", said))


def _defined(query: Query) -> str:
    """A function as ``let`` statements."""
    lines = _statements(query.text)
    last = max((at for at, line in enumerate(lines) if line.endswith(";")), default=-1) + 1
    return (
        "\n".join([*lines[:last], f"let {query.function} = {lines[last]}", *lines[last + 1 :]])
        + ";"
    )


def _statements(text: str) -> list[str]:
    """The lines of a text without comments and blank lines."""
    return [
        line for line in text.splitlines() if line.strip() and not line.strip().startswith("//")
    ]


def _parts(listed: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in listed.split(",") if part.strip())


def _files() -> list[Path]:
    return sorted(_FOLDER.glob("*.kql"))


def _depth(query: Query, queries: Mapping[str, Query]) -> int:
    """Number of functions that a function builds on; what is no function comes last."""
    functions = {other.function: other for other in queries.values() if other.function}
    under = [functions[name] for name in query.tables if name in functions]
    if query.function is None:
        return len(queries)
    return 1 + max((_depth(other, queries) for other in under), default=-1)
