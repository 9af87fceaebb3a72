"""A check, what it found, and what that means for the exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from estate.arm_id import name_of, resource_group_of

Severity = Literal["error", "warning", "note"]
WORST_FIRST: tuple[Severity, ...] = ("error", "warning", "note")
EXIT_CODES = {"error": 2, "warning": 1, "note": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that is looked at.

    ``title`` names what it finds, in the plural; ``why`` says what is at stake.
    """

    name: str
    severity: Severity
    title: str
    why: str

    def found(self, subject: str, what: str, way_out: str) -> Finding:
        """A finding on a subject: an ARM id, or a name in words."""
        return Finding(check=self, subject=subject, what=what, way_out=way_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it should be; ``what`` and ``way_out`` are a sentence each.

    ``way_out`` is empty where ``what`` ends with it.
    """

    check: Check
    subject: str
    what: str
    way_out: str

    @property
    def severity(self) -> Severity:
        """The severity of its check."""
        return self.check.severity

    @property
    def title(self) -> str:
        """The subject in words: ``storage account st1``, for an ARM id."""
        return in_words(self.subject)


NOT_CHECKED = Check(
    name="not-checked",
    severity="warning",
    title="what could not be looked at",
    why="what could not be looked at may be fine or not; it is never counted as fine",
)

UNKNOWN = Check(
    name="value-not-known",
    severity="warning",
    title="values that this program does not know",
    why="a value that is newer than this program may mean that nothing is recorded; it is never "
    "counted as fine",
)


def not_known(subject: str, what: str, value: str) -> Finding:
    """The finding for a value of ARM's that is none of those that this program knows."""
    return UNKNOWN.found(
        subject,
        f"{what} is '{value}', which this program does not know",
        "see what it means for flow logs, and whether a newer version of this program knows it",
    )


_WORDS = {
    "subscriptions": "subscription",
    "resourcegroups": "resource group",
    "virtualnetworks": "virtual network",
    "subnets": "subnet",
    "networkinterfaces": "network interface",
    "networksecuritygroups": "network security group",
    "networkwatchers": "network watcher",
    "flowlogs": "flow log",
    "storageaccounts": "storage account",
    "workspaces": "workspace",
    "userassignedidentities": "managed identity",
    "datacollectionrules": "data collection rule",
    "datacollectionendpoints": "data collection endpoint",
    "policyassignments": "policy assignment",
}


_GROUPED = ("virtualnetworks", "networksecuritygroups", "networkinterfaces")
"""Kinds whose names repeat, so that the resource group is said too."""


def in_words(subject: str) -> str:
    """An ARM id as its kind and name, some with their group; anything else as it is."""
    if not subject.startswith("/subscriptions/"):
        return subject
    kind = subject.rsplit("/", 2)[-2]
    words = f"{_WORDS.get(kind.casefold(), kind)} {name_of(subject)}"
    group = resource_group_of(subject) if kind.casefold() in _GROUPED else ""
    return f"{words} in {group}" if group else words


def exit_code(findings: Iterable[Finding]) -> int:
    """0 for nothing or notes, 1 for warnings, 2 for errors: the worst one counts."""
    return max((EXIT_CODES[finding.severity] for finding in findings), default=0)


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Worst first, then by check and subject."""
    return sorted(
        findings,
        key=lambda found: (
            WORST_FIRST.index(found.severity),
            found.check.name,
            found.subject.casefold(),
            found.what,
        ),
    )
