"""Findings as text for people and as a document for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from commands.checks.finding import EXIT_CODES, WORST_FIRST, Check, Finding, exit_code
from plan.text import count

VERSION = 1  # of the JSON document


def document(
    command: str, now: datetime, subscriptions: Mapping[str, str], findings: Sequence[Finding]
) -> dict[str, Any]:
    """The JSON document: version, command, date (UTC), subscriptions (id: name), findings.

    A finding is {check, severity, subject, what, why, wayOut}.
    """
    return {
        "version": VERSION,
        "command": command,
        "date": stamp(now),
        "subscriptions": dict(subscriptions),
        "exitCode": exit_code(findings),
        "counts": {severity: _count(findings)[severity] for severity in WORST_FIRST},
        "findings": [
            {
                "check": found.check.name,
                "severity": found.severity,
                "subject": found.subject,
                "what": found.what,
                "why": found.check.why,
                "wayOut": found.way_out,
            }
            for found in findings
        ],
    }


def short(findings: Sequence[Finding]) -> Iterator[str]:
    """One line each: severity, subject, what, way out."""
    for found in findings:
        what = f"{found.title}: {found.what.rstrip('.')}."
        way_out = f" Way out: {found.way_out.rstrip('.')}." if found.way_out else ""
        yield f"{found.severity}: {what}{way_out}"


def long(findings: Sequence[Finding]) -> Iterator[str]:
    """A block for each check: why it matters, the way out, and each subject in a line."""
    for check in dict.fromkeys(found.check for found in findings):
        yield from _block(check, [found for found in findings if found.check == check])


def _block(check: Check, findings: Sequence[Finding]) -> Iterator[str]:
    yield f"{check.severity.upper()}  {check.title} ({check.name}, {len(findings)})"
    yield f"  why: {check.why}"
    one = len({found.way_out for found in findings}) == 1
    if one:
        yield f"  way out: {findings[0].way_out}"
    for found in findings:
        yield f"  - {found.title}: {found.what}"
        if not one:
            yield f"      way out: {found.way_out}"
    yield ""


def verdict(findings: Sequence[Finding], checks: Sequence[Check], looked_at: str) -> str:
    """The last line: how many findings, or that nothing is wrong, and what was looked at."""
    counts = _count(findings)
    told = ", ".join(count(counts[name], name) for name in WORST_FIRST if counts[name])
    if exit_code(findings) == EXIT_CODES["note"]:
        notes = f" ({told})" if told else ""
        return f"nothing is wrong{notes}: {len(checks)} checks on {looked_at}"
    return f"{told}: {len(checks)} checks on {looked_at}"


def stamp(moment: datetime) -> str:
    """A UTC moment as ISO 8601, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _count(findings: Sequence[Finding]) -> Counter[str]:
    return Counter(found.severity for found in findings)
