"""Mistakes of queries on flow logs that bind without an error and answer wrongly.

Sources: Microsoft Learn, "Traffic analytics schema and data aggregation" (a row is an aggregate;
addresses of public flows are blank in the address columns; rows come every 10 or 60 minutes); Kusto
documentation, "ipv4_is_private()" (null for what is no address).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_ADDRESSES = r"(SrcIP_s|DestIP_s|SrcIp|DestIp)"
_QUIET = re.compile(r'//[^\n]*|@?"[^"\n]*"')


@dataclass(frozen=True, slots=True)
class Mistake:
    """A pattern that is wrong wherever it stands, and what is right instead."""

    code: str
    pattern: str
    reason: str


MISTAKES = (
    Mistake(
        "counted-rows",
        r"(?<!Rows = )(?<!Reports = )\bcount\(\)",
        "a row is an aggregate of flows: sum Flows; where rows are meant, call them Rows",
    ),
    Mistake(
        "blank-address",
        rf"ipv4_is_private\({_ADDRESSES}\)",
        "blank for public flows, and ipv4_is_private of a blank is null: use Reach of FlowLogs",
    ),
    Mistake(
        "blank-join",
        rf"\bjoin\b(?s:.*?)\bon\b[^|\n]*\b{_ADDRESSES}\b",
        "blank for public flows, and blank joins blank: use the addresses of FlowLogs",
    ),
    Mistake(
        "short-window",
        r"\b(bin|ago)\((?:\w+, )?[1-9]m\)",
        "rows come every 10 or 60 minutes and up to an hour late: shorter windows are mostly empty",
    ),
    Mistake(
        "first-of-many",
        r"split\((Src|Dest)PublicI[Pp]s(_s)?, \S*\)\[0\]",
        "a cell holds several addresses, each with its own figures: use FlowLogs, which unfolds it",
    ),
)


def mistakes(text: str) -> Iterator[Mistake]:
    """The mistakes that a query makes; comments do not count."""
    bare = _QUIET.sub(lambda match: "" if match[0].startswith("//") else '""', text)
    for mistake in MISTAKES:
        if re.search(mistake.pattern, bare):
            yield mistake


def undeclared(text: str, declared: tuple[str, ...], known: Mapping[str, object]) -> Iterator[str]:
    """Mistakes in the header's list of tables: read and not named, or named and not read."""
    bare = _QUIET.sub("", text)
    read = {name for name in known if re.search(rf"\b{re.escape(name)}\b", bare)}
    for name in sorted(read ^ set(declared)):
        said = "reads" if name in read else "does not read"
        yield f"it {said} {name}, its header says otherwise"
