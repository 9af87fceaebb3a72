"""Words of a query, each with its place, as Resource Graph's errors name places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKENS = re.compile(
    r"(?P<space>\s+|//[^\n]*)"
    r"|(?P<word>!?[A-Za-z_][A-Za-z0-9_]*(?:-[a-z]+)*~?)"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<text>'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")"
    r"|(?P<sign>==|=~|!=|!~|[|,()\[\].=])"
)
_ESCAPES = re.compile(r"\\(.)")
END = "<EOF>"


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is word, number, text, sign or end; `text` of a text is without its quotes."""

    kind: str
    text: str
    line: int
    """From 1."""
    column: int
    """From 0, as recorded: test_resources_malformed_query names 34 for the end of 34 characters."""


class QueryError(Exception):
    """A query that cannot be read, with the token where it stopped and what would fit."""

    def __init__(self, token: Token, expected: str) -> None:
        super().__init__(f"line {token.line}, column {token.column}: '{token.text}'")
        self.token = token
        self.expected = expected


def tokens(query: str) -> Iterator[Token]:
    """Splits a query; the last token is the end. Raises QueryError at a character of no word."""
    position, line, start = 0, 1, 0
    while position < len(query):
        match = _TOKENS.match(query, position)
        place = (line, position - start)
        if match is None:
            raise QueryError(Token("sign", query[position], *place), "a word, a text or a sign")
        kind, text = str(match.lastgroup), match.group()
        if kind == "text":
            yield Token(kind, _ESCAPES.sub(r"\1", text[1:-1]), *place)
        elif kind != "space":
            yield Token(kind, text, *place)
        breaks = text.count("\n")
        if breaks:
            line, start = line + breaks, position + text.rindex("\n") + 1
        position = match.end()
    yield Token("end", END, line, position - start)
