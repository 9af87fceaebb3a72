"""Ledgers of the recording, as `commands.ledger` tells them, for the report's tests."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from commands.ledger.book import Entry
from commands.ledger.document import Ledger, Question, document
from recording.facts import State
from recording.hours import HOUR, Window
from recording.ledger import Period
from tests import estates_by_hand as hand
from tests.commands.report.documents import HOSTILE

END = datetime(2026, 11, 24, 10, tzinfo=UTC)
WINDOW = Window(END - timedelta(days=30), END)
NOT_READ = "not read: workspace logs-b: 403 Forbidden"
SWITCHED_OFF = "the flow log was deleted"
ANA = "ana@contoso.example"
LOG = "activity log, 2026-11-10 07:12 UTC: Microsoft.Network/networkWatchers/flowLogs/delete on fl"
ROWS = {"evidence": "rows"}
NO_ROWS = {"evidence": "no rows, and nothing that proves why"}
PROCESSED = {"evidence": "Traffic Analytics processed the hours"}
DELETED = {"cause": SWITCHED_OFF, "by": ANA, "evidence": LOG}


def _entry(
    target: str, parts: list[tuple[int, State, dict[str, str]]], window: Window = WINDOW
) -> Entry:
    """A target with so many hours of each state, the last up to the end of the window."""
    periods = []
    start = window.start
    for hours, state, told in parts:
        end = start + hours * HOUR if hours else window.end
        periods.append(Period(start=start, end=end, state=state, **told))
        start = end
    log = f"/subscriptions/{hand.HOME}/resourceGroups/rg/providers/x/fl-{target.rsplit('/', 1)[-1]}"
    return Entry(id=target, flow_logs=(log,), periods=tuple(periods))


def mixed() -> Ledger:
    """A gap of 12 hours, one of an hour, a quiet night, hours unknown, and a workspace unread."""
    subnet = f"{hand.network_id('vnet-hub')}/subnets/db"
    return Ledger(
        window=WINDOW,
        questions=(Question(workspace="/a/logs-a", asked_at=END, query="NTA | take 1", rows=1234),),
        entries=(
            _entry(hand.network_id("vnet-app"), [(0, "recorded", ROWS)]),
            _entry(
                hand.network_id("vnet-hub"),
                [(333, "recorded", ROWS), (12, "gap", DELETED), (0, "recorded", ROWS)],
            ),
            _entry(
                subnet, [(100, "recorded", ROWS), (9, "quiet", PROCESSED), (0, "unknown", NO_ROWS)]
            ),
            _entry(
                hand.network_id("vnet-old"),
                [
                    (8, "quiet", PROCESSED),
                    (1, "gap", {"cause": "not known"}),
                    (48, "unknown", NO_ROWS),
                    (0, "recorded", ROWS),
                ],
            ),
        ),
        notes=(NOT_READ,),
    )


def as_json() -> dict[str, Any]:
    """The document of `mixed`, to change."""
    return copy.deepcopy(document(mixed()))


def hostile() -> dict[str, Any]:
    """The document of `mixed` with texts that would break out of HTML, script or CSV."""
    found = as_json()
    script, picture, quote, comment, formula = HOSTILE
    target = found["targets"][1]
    target["id"] = f"/subscriptions/s/resourceGroups/{picture}/providers/x/virtualNetworks/{script}"
    target["flowLogs"] = [comment]
    target["periods"][1] |= {"cause": comment, "by": formula, "evidence": quote}
    found["notes"] = [quote]
    found["workspaces"][0]["id"] = picture
    return found


def large(targets: int = 10_000, days: int = 90, each: int = 10) -> Ledger:
    """Targets with so many pairs of a recorded and another period; one of 50 has a gap."""
    window = Window(END - timedelta(days=days), END)
    entries = []
    for number in range(targets):
        parts = list(_pairs(number, window.hours // (2 * each), each))
        entries.append(_entry(hand.network_id(f"vnet-{number:05d}"), parts, window))
    return Ledger(window=window, questions=(), entries=tuple(entries))


def _pairs(number: int, hours: int, each: int) -> Iterator[tuple[int, State, dict[str, str]]]:
    for pair in range(each):
        yield hours + (number + pair) % 7, "recorded", ROWS
        if number % 50 == 0 and pair == each // 2:
            yield hours - 7, "gap", DELETED
        else:
            yield hours - 7, "quiet", PROCESSED
    yield 0, "recorded", ROWS
