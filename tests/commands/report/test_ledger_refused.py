"""What the report refuses to take for a ledger of the recording: in one line, with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from commands.report import from_ledger
from plan.views.document import document as plan_document
from tests.commands.report import documents, ledgers
from tests.commands.report.reading import assert_refused

AFTER = "must be whole hours after from"
TIME = "must be a time such as 2026-11-24T10:00:00Z"
FIRST: tuple[str | int, ...] = ("targets", 1, "periods", 0)
WRONG: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("from",), "yesterday", f"from {TIME}"),
    (("to",), None, "to must be a text"),
    (("to",), "2026-10-25T10:00:00Z", f"to {AFTER}"),
    (("to",), "2026-11-24T10:30:00Z", f"to {AFTER}"),
    (("to",), "2026-11-24T11:00:00Z", "targets[0].periods must end with the ledger"),
    (("targets",), {}, "targets must be a list"),
    (("targets", 1), "vnet", "targets[1] must be an object"),
    (("targets", 1, "id"), "vnet", "targets[1].id must be the id of a resource in Azure"),
    (("targets", 1, "flowLogs"), [1], "targets[1].flowLogs must be a list of texts"),
    (("targets", 1, "hours"), 7, "targets[1].hours must be an object"),
    (("targets", 1, "hours", "gap"), 0, "targets[1].hours.gap must be the 12 of its periods"),
    (("targets", 1, "hours", "gap"), "12", "targets[1].hours.gap must be a whole number"),
    (("targets", 1, "periods"), [], "targets[1].periods must end with the ledger"),
    ((*FIRST, "state"), "fine", "targets[1].periods[0].state must be one of recorded, quiet"),
    ((*FIRST, "cause"), None, "targets[1].periods[0].cause must be a text"),
    ((*FIRST, "to"), "2026-10-25T10:00:00Z", f"targets[1].periods[0].to {AFTER}"),
    ((*FIRST, "to"), "2026-10-25T10:30:00Z", f"targets[1].periods[0].to {AFTER}"),
    ((*FIRST, "to"), "2026-10-26T10:00:00Z", "targets[1].periods[1] must begin where the one"),
    ((*FIRST, "from"), "2026-10-24T10:00:00Z", "targets[1].periods[0] must begin where the one"),
    (("workspaces", 0, "rows"), -1, "workspaces[0].rows must be a whole number"),
    (("workspaces", 0, "askedAt"), "now", f"workspaces[0].askedAt {TIME}"),
    (("notes",), "none", "notes must be a list of texts"),
]


@pytest.mark.parametrize(("path", "value", "problem"), WRONG)
def test_a_value_of_another_shape_is_refused_with_its_place(
    path: tuple[str | int, ...], value: Any, problem: str
) -> None:
    given_: Any = ledgers.as_json()
    inside = given_
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    _refused(json.dumps(given_), problem)


PARTS: list[tuple[tuple[str | int, ...], str]] = [
    ((), ""),
    (("targets", 0), "targets[0]."),
    (("targets", 0, "hours"), "targets[0].hours."),
    (("targets", 0, "periods", 0), "targets[0].periods[0]."),
    (("workspaces", 0), "workspaces[0]."),
]


@pytest.mark.parametrize(("path", "place"), PARTS)
def test_a_ledger_without_a_part_is_refused(path: tuple[str | int, ...], place: str) -> None:
    def part(found: Any) -> Any:
        for step in path:
            found = found[step]
        return found

    for name in part(ledgers.as_json()):
        given_ = ledgers.as_json()
        del part(given_)[name]
        _refused(json.dumps(given_), f"{place}{name} is missing")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not JSON"),
        ("[]", "it must be an object"),
        (json.dumps(plan_document(documents.mixed())), "from is missing"),
        ("[" * 100_000, "is nested too deeply"),
    ],
)
def test_what_is_no_ledger_is_refused_in_one_line(text: str, problem: str) -> None:
    _refused(text, problem)


def _refused(text: str, problem: str) -> None:
    assert_refused(from_ledger.read, "ledger", text, problem)
