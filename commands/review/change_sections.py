"""The sections of a summary: what a run changes and what the policies say.

Each takes the outcome of a preview and the most rows that a table may have, and gives lines.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from commands.review.changes import Action, Change, Property
from commands.review.outcome import Outcome
from commands.review.policy_pack import config_file
from commands.shared.configuration import short_name
from commands.shared.engine import Violation
from commands.shared.markdown import NAMED, apart, block, code, details, more, names, plain, table
from estate.arm_id import name_of
from plan.text import count
from tools.projects import REPOSITORY

DONE: Mapping[Action, str] = {
    "create": "created",
    "adopt": "adopted",
    "change": "changed",
    "replace": "replaced",
    "release": "released (stays in Azure)",
    "delete": "deleted",
}
"""How each action is told, in this order."""

WAYS_OUT: Mapping[str, str] = {
    "flow-log-enabled": (
        "`flow-logs:nsgFlowLogs` in `Pulumi.{stack}.yaml`; a stack that switches NSG flow logs off "
        "allows it by `allowDisabledNsgFlowLogs` in {config}"
    ),
    "flow-log-retention": (
        "`flow-logs:retentionDays` in `Pulumi.{stack}.yaml`; the limits are in {config}"
    ),
    "flow-log-traffic-analytics": (
        "`flow-logs:trafficAnalyticsInterval` and `flow-logs:workspaceId` in `Pulumi.{stack}.yaml`"
    ),
    "flow-log-storage-region": "`flow-logs:storageAccounts` in `Pulumi.{stack}.yaml`",
    "flow-log-target": "`flow-logs:targetLevel` in `Pulumi.{stack}.yaml`",
}
"""Where this program sets what a policy asks for, by policy."""

_CANCEL = (
    "Another run holds the stack. Wait for its end; if it is gone, free the stack by "
    "`pulumi cancel {stack}` and start again."
)
REMEDIES: Mapping[str, str] = {
    "no stack named": "Make it once: `pulumi stack init {stack}` (docs/pipelines.md).",
    "the stack is currently locked": _CANCEL,  # a state in files or a bucket
    "another update is currently in progress": _CANCEL,  # Pulumi Cloud
}
"""What to do by what the engine says, lower case."""


def errors(outcome: Outcome, most: int) -> Iterator[str]:
    """Why the preview itself failed, and what to do where that is known."""
    alike = Counter(outcome.errors)
    for text, number in list(alike.items())[: most + 1]:
        yield from error(text, outcome.stack)
        if number > 1:
            yield f"The engine said so {number:,} times."
    yield from more(len(alike) - most - 1, "error")


def error(text: str, stack: str) -> Iterator[str]:
    """What the engine said of a run that failed, and what to do where that is known."""
    yield block(text)
    yield from ways_out(text, stack)


def ways_out(text: str, stack: str) -> Iterator[str]:
    """What to do about what the engine said, where that is known."""
    for said, way_out in REMEDIES.items():
        if said in text.casefold():
            yield way_out.format(stack=stack)


def adoptions(outcome: Outcome, most: int) -> Iterator[str]:
    """Flow logs that others made and this run takes over, field by field."""
    adopted = outcome.plan["adoptions"] if outcome.plan else []
    imported = [found for found in adopted if found["imported"]]
    yield from _adopted("Adopted, field by field", imported, most)
    kept = [found for found in adopted if not found["imported"]]
    yield from _adopted("Adopted before, and brought back to standard", kept, most)


def _adopted(title: str, found: Sequence[Mapping[str, Any]], most: int) -> Iterator[str]:
    if not found:
        return
    yield f"### {title} ({count(len(found), 'flow log')})"
    rows = [row for log in found for row in _fields(log)]
    yield from table(("flow log", "on", "field", "now", "then"), rows, most)
    written = [f"{name_of(log['id'])}: {log['writtenBy']}" for log in found if log["writtenBy"]]
    yield from details("last written by", [names(written, most)] if written else [])


def _fields(log: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    """A row for each field; the first names the flow log."""
    whose = (code(name_of(log["id"])), code(name_of(log["targetId"])))
    for change in log["changes"]:
        yield (*whose, plain(change["property"]), *_values(change["before"], change["after"]))
        whose = ("", "")


def changes(outcome: Outcome, most: int) -> Iterator[str]:
    """What is created, changed and taken away, by kind; then the details that matter."""
    if not outcome.changes:
        return
    yield f"### Changes ({len(outcome.changes):,})"
    yield from by_action(outcome.changes)
    yield from _lost(outcome.lost, most)
    gone = [
        change
        for action in ("replace", "delete", "release")
        for change in outcome.changes
        if change.action == action
    ]
    rows = [(DONE[change.action], change.kind, code(change.name)) for change in gone]
    yield from table(("", "kind", "name"), rows, most)
    changed = [change for change in outcome.changes if change.action == "change"]
    yield from _changed(changed, most)
    yield from _created(outcome, most)


def by_action(found: Sequence[Change]) -> Iterator[str]:
    """An item for each action, with the kinds of what it happens to."""
    for action, word in DONE.items():
        if changed := [change for change in found if change.action == action]:
            yield f"- **{word}**: {', '.join(_kinds(changed))}"


def _kinds(found: Sequence[Change]) -> list[str]:
    """``7 flow logs`` and so on, the most frequent kind first."""
    counted: dict[str, int] = defaultdict(int)
    for change in found:
        counted[change.kind] += 1
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [count(number, kind) for kind, number in ordered]


def _lost(lost: Sequence[Change], most: int) -> Iterator[str]:
    if lost:
        yield (
            f"**{count(len(lost), 'flow log')} on network security groups would be gone for ever**,"
            f" since Azure makes no new ones: {names([change.name for change in lost], most)}"
        )


def _changed(changed: Sequence[Change], most: int) -> Iterator[str]:
    """Property by property; resources that change alike share a row."""
    alike: dict[tuple[str, Property], list[str]] = defaultdict(list)
    for change in changed:
        for found in change.properties:
            alike[change.kind, found].append(change.name)
    rows = [
        (
            f"{count(len(named), kind)}: {names(named, NAMED)}",
            plain(found.path),
            *_values(found.before, found.after),
        )
        for (kind, found), named in alike.items()
    ]
    yield from table(("changed", "property", "now", "then"), rows, most)


def _values(before: str, after: str) -> tuple[str, ...]:
    shown = short(before), short(after)
    return tuple(map(code, apart(*(shown if shown[0] != shown[1] else (before, after)))))


def _created(outcome: Outcome, most: int) -> Iterator[str]:
    logs = outcome.plan["flowLogs"] if outcome.plan else []
    new = [log for log in logs if log["planned"] and log["planned"]["new"]]
    rows = [
        (
            code(name_of(log["targetId"])),
            plain(log["level"]),
            plain(log["location"]),
            str(len(log["covers"])),
        )
        for log in new
    ]
    head = ("target", "level", "region", "security groups it covers")
    yield from details(f"the {count(len(new), 'new flow log')}", table(head, rows, most))


def policies(outcome: Outcome, most: int) -> Iterator[str]:
    """What the policies refuse, with the way out; what they advise; what they could not decide."""
    sections = (
        ("Refused", outcome.refused),
        ("Advised", outcome.advised),
        ("Not evaluated", outcome.not_evaluated),
    )
    for title, violations in sections:
        if violations:
            yield f"### {title}"
            alike = list(_alike(violations).values())
            for same in alike[: most + 1]:
                yield from _violation(same, outcome.stack)
            yield from more(len(alike) - most - 1, "finding")


def _alike(violations: Sequence[Violation]) -> Mapping[tuple[str, str], list[Violation]]:
    """Violations by policy and by what they say once the resource's name is left out."""
    found: dict[tuple[str, str], list[Violation]] = defaultdict(list)
    for violation in violations:
        said = violation.message.replace(_resource(violation), "")
        found[violation.policy, said].append(violation)
    return found


def _violation(same: Sequence[Violation], stack: str) -> Iterator[str]:
    first = same[0]
    resources = [_resource(found) for found in same if found.urn]
    yield f"{code(first.policy)}{': ' if resources else ''}{names(resources, NAMED)}"
    yield block(first.message)
    if first.level == "mandatory" and first.policy in WAYS_OUT:
        way_out = WAYS_OUT[first.policy].format(stack=short_name(stack), config=_config(stack))
        yield f"In this program: {way_out}."


def _config(stack: str) -> str:
    """The file of a stack's settings of the pack, and that it is to be made where it is not."""
    file = config_file(stack)
    absent = "" if file.exists() else " (does not exist yet; the pack's defaults apply)"
    return f"`{file.relative_to(REPOSITORY).as_posix()}`{absent}"


def _resource(violation: Violation) -> str:
    return violation.urn.rsplit("::", 1)[-1]


def short(value: str) -> str:
    """An ARM id as resource group and name; anything else as it is."""
    parts = value.split("/")
    named = len(parts) == 9 and parts[3].casefold() == "resourcegroups"
    return f"{parts[4]}/{parts[8]}" if named else value
