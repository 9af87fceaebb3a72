"""The use of security rules, as `commands.rules` tells it, for the report's tests."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from commands.replay.usage_document import Told, document
from recording.hours import Window
from rules.findings import Finding
from rules.model import Rule
from rules.narrowing import Proposal
from rules.usage import Usage
from tests import estates_by_hand as hand
from tests.commands.report.documents import HOSTILE

END = datetime(2026, 11, 24, 10, tzinfo=UTC)
WINDOW = Window(END - timedelta(days=30), END)
HALF = END - timedelta(days=9)
NOT_READ = "not read: workspace logs-b: 403 Forbidden"
DARK = "subnet vnet-db/db was not recorded from 2026-10-25 10:00 to 2026-11-15 10:00 UTC"


def _rule(group: str, name: str, priority: int, access: str = "Allow", **more: Any) -> Rule:
    given: dict[str, Any] = {"direction": "Inbound", "access": access, **more}
    return Rule(group=hand.group_id(group), name=name, priority=priority, **given)


WEB = _rule("nsg-web", "AllowWeb", 100)
OLD = _rule("nsg-web", "AllowOld", 110)
WIDE = _rule("nsg-web", "AllowWide", 120)
ALL = _rule("nsg-web", "DenyAll", 200, "Deny")
LATE = _rule("nsg-web", "AllowLate", 300)
REST = _rule("nsg-web", "DenyAllInBound", 65500, "Deny", default=True)
UPDATE = _rule("nsg-db", "AllowUpdate", 100, direction="Outbound")


def mixed() -> Told:
    """Every verdict once, two findings and a workspace that could not be read."""
    since: dict[str, Any] = {"recorded_since": WINDOW.start}
    seen: dict[str, Any] = {"last_hit": END - timedelta(hours=1), **since}
    return Told(
        window=WINDOW,
        used=(
            Usage(rule=UPDATE, verdict="unknown", recorded_since=HALF, reason=DARK),
            Usage(
                rule=WEB, verdict="used", flows=1_234_567, bytes=98_765_432_100, sources=310, **seen
            ),
            Usage(rule=OLD, verdict="unused", **since),
            Usage(
                rule=WIDE,
                verdict="wider",
                flows=90,
                bytes=1_500,
                sources=2,
                proposal=Proposal(ports=("443",), sources=("10.0.1.0/24",)),
                **seen,
            ),
            Usage(rule=ALL, verdict="used", flows=12, bytes=800, sources=1, **seen),
            Usage(rule=LATE, verdict="shadowed", by=(ALL,), **since),
            Usage(rule=REST, verdict="unused", **since),
        ),
        findings=(
            Finding("shadowed", LATE, (ALL,), "AllowLate (300) allows nothing; remove it"),
            Finding("management port from the Internet", WIDE, (), "AllowWide (120) opens port 22"),
        ),
        places={},
        notes=(NOT_READ,),
    )


def as_json() -> dict[str, Any]:
    """The document of `mixed`, to change."""
    return copy.deepcopy(document(mixed()))


def hostile() -> dict[str, Any]:
    """The document of `mixed` with texts that would break out of HTML, script or CSV."""
    found = as_json()
    script, picture, quote, comment, formula = HOSTILE
    rule = found["rules"][0]
    rule |= {"group": f"/subscriptions/s/resourceGroups/{picture}/x/y/z/{script}", "rule": formula}
    rule |= {"reason": comment}
    found["findings"][0]["text"] = picture
    found["rules"][3]["proposal"]["ports"] = [script]
    found["notes"] = [quote]
    return found


def large(number: int = 10_000, each: int = 50) -> Told:
    """So many rules, in groups of ``each``: a third used, a third unused, a third unknown."""
    used = []
    for at in range(number):
        rule = _rule(f"nsg-{at // each:04d}", f"Allow-{at:05d}", 100 + at % each)
        if at % 3 == 0:
            hit: dict[str, Any] = {"last_hit": END - timedelta(hours=at % 700 + 1)}
            hit |= {"flows": at * 7 + 1, "bytes": at * 1001 + 1, "sources": at % 250 + 1}
            used.append(Usage(rule=rule, verdict="used", recorded_since=WINDOW.start, **hit))
        elif at % 3 == 1:
            used.append(Usage(rule=rule, verdict="unused", recorded_since=WINDOW.start))
        else:
            used.append(Usage(rule=rule, verdict="unknown", recorded_since=HALF, reason=DARK))
    return Told(window=WINDOW, used=used, findings=(), places={}, notes=())
