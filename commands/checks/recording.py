"""Proof of recording: the last row of each flow log, joined with what is wanted.

``Succeeded`` on a flow log is no proof: a storage firewall or a lost rule leaves it silent. The
proof is a row in the workspace that it feeds. A network without any traffic is silent, too.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from commands.checks.finding import Check, Finding, in_words
from commands.checks.output import stamp
from commands.checks.scope import Scope
from commands.checks.workspaces import Workspace, moment
from commands.shared.markdown import plain
from commands.shared.workspace_rows import ask, first, named, names, shared
from estate.arm_id import key, name_of
from estate.cloud import Cloud
from estate.model import FlowLog
from estate.response_shape import TIME, Shape
from plan.text import count

LOOKBACK = 30  # days, as in the query
QUERY = Path(__file__).with_name("last_rows.kql")
_ROW: Shape = {"FlowLog": str, "Until": TIME}
INTERVALS = 3  # without a row until a flow log counts as silent
DELIVERY = 60  # minutes that Traffic Analytics may take to deliver (traffic-analytics-schema)

State = Literal[
    "recording",
    "quiet",
    "silent",
    "too new",
    "not analysed",
    "replaced",
    "switched off",
    "failed",
    "not configured",
    "not readable",
    "unclear",
]
WORDS: Mapping[State, str] = {
    "recording": "yes",
    "quiet": "yes, and there is no traffic",
    "silent": "NO, silent",
    "too new": "too new to tell",
    "not analysed": "no proof here: Traffic Analytics is off",
    "replaced": "switched off, its network is recorded instead",
    "switched off": "NO, switched off",
    "failed": "NO, Failed",
    "not configured": "NO, not configured",
    "not readable": "unknown: the workspace could not be read",
    "unclear": "unknown: two flow logs have this name in the workspace",
}

SILENT = Check(
    name="flow-log-silent",
    severity="error",
    title="flow logs without recent rows",
    why="the flow log says Succeeded and nothing arrives; what is not recorded now is lost",
)
CHECKS = (SILENT,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One line of the table; ``until`` is the end of the last interval with a row (UTC).

    ``cause`` is why a silent one has no rows, where that is known.
    """

    target_id: str
    flow_log_id: str
    state: State
    until: datetime | None = None
    workspace_id: str = ""
    cause: str = ""


def read(cloud: Cloud, workspace_id: str) -> dict[str, datetime]:
    """End of the last interval by the name that rows give a flow log. Raises AzureError."""
    rows = ask(cloud, workspace_id, QUERY.read_text(encoding="utf-8"), LOOKBACK, _ROW)
    found = ((named(row.get("FlowLog") or ""), moment(row.get("Until"))) for row in rows)
    return {name: last for name, last in found if last is not None}


def proofs(
    scope: Scope,
    workspaces: Mapping[str, Workspace],
    rows: Mapping[str, Mapping[str, datetime]],
    now: datetime,
) -> list[Proof]:
    """A line for each flow log in scope and each target that is to get one, by target.

    ``workspaces`` and ``rows`` are by the workspace's key; one that could not be read is missing.
    """
    logs = scope.flow_logs
    unclear = shared((_feeds(log), names(log.id, log.target_id)) for log in logs)
    found = [_proof(log, workspaces, rows, unclear, now, scope) for log in logs]
    held = {key(log.id) for log in scope.estate.flow_logs}
    found += [
        Proof(target_id=log.target_id, flow_log_id="", state="not configured")
        for log in scope.plan.flow_logs
        if key(log.id) not in held
    ]
    return sorted(found, key=lambda proof: (key(proof.target_id), proof.flow_log_id))


def judge(
    found: Sequence[Proof], logs: Iterable[FlowLog], blamed: Container[str], now: datetime
) -> Iterator[Finding]:
    """A finding for each silent flow log; ``blamed`` are keys of what has an error of its own."""
    held = {key(log.id): log for log in logs}
    for proof in found:
        if proof.state == "silent":
            log = held[key(proof.flow_log_id)]
            last = (
                f"its last row ends at {stamp(proof.until)}, {_ago(now - proof.until)} ago"
                if proof.until
                else f"it has no row in the last {LOOKBACK} days"
            )
            cause = f": {proof.cause}" if proof.cause else ""
            yield SILENT.found(
                log.id, f"on {name_of(log.target_id)}, {last}{cause}", _way_out(log, blamed)
            )


def _way_out(log: FlowLog, blamed: Container[str]) -> str:
    subscription = f"/subscriptions/{log.subscription_id}"
    for suspect in (subscription, log.storage_id, log.analytics.workspace_id or "", log.id):
        if key(suspect) in blamed:
            return f"fix what is reported for {in_words(suspect)}"
    return (
        "see whether its network has traffic at all; if so, switch the flow log off and on. A new "
        f"one has its first rows after {_ago(patience(log))} at the latest"
    )


def table(found: Sequence[Proof], now: datetime) -> Iterator[str]:
    """The dated table for an auditor, in Markdown."""
    yield f"Proof of recording, {stamp(now)} (last {LOOKBACK} days)"
    yield ""
    yield "| target | flow log | configured | recording | recorded until (UTC) |"
    yield "|---|---|---|---|---|"
    for proof in found:
        name = plain(name_of(proof.flow_log_id)) if proof.flow_log_id else "none"
        configured = "yes" if proof.flow_log_id else "no"
        until = stamp(proof.until) if proof.until else "-"
        target = plain(_target(proof.target_id))
        yield f"| {target} | {name} | {configured} | {WORDS[proof.state]} | {until} |"
    yield ""


def document(found: Sequence[Proof]) -> list[dict[str, Any]]:
    """The same as a JSON-ready list."""
    return [
        {
            "targetId": proof.target_id,
            "flowLogId": proof.flow_log_id or None,
            "configured": bool(proof.flow_log_id),
            "recording": proof.state,
            "recordedUntil": stamp(proof.until) if proof.until else None,
            "workspaceId": proof.workspace_id or None,
        }
        for proof in found
    ]


def patience(log: FlowLog) -> timedelta:
    """How old the last row of a flow log may be before it counts as silent."""
    return timedelta(minutes=INTERVALS * (log.analytics.interval or 60) + DELIVERY)


def _proof(
    log: FlowLog,
    workspaces: Mapping[str, Workspace],
    rows: Mapping[str, Mapping[str, datetime]],
    unclear: frozenset[tuple[str, str]],
    now: datetime,
    scope: Scope,
) -> Proof:
    feeds = _feeds(log)
    state: State | None = _without_rows(log, scope)
    until = None
    if state is None and feeds not in rows:
        state = "not readable"
    elif state is None:
        until, state = _last(log, rows[feeds], unclear, now)
        made = workspaces[feeds].created if feeds in workspaces else None
        if state == "silent" and until is None and made and now - made < patience(log):
            state = "too new"
    return Proof(
        target_id=log.target_id,
        flow_log_id=log.id,
        state=state,
        until=until,
        workspace_id=log.analytics.workspace_id or "",
    )


def _without_rows(log: FlowLog, scope: Scope) -> State | None:
    """Why no rows can be expected; None where they can."""
    if log.provisioning_state.casefold() == "failed":
        return "failed"
    if not log.enabled:
        return "replaced" if scope.replaced(log) else "switched off"
    return None if log.analytics.enabled else "not analysed"


def _last(
    log: FlowLog,
    rows: Mapping[str, datetime],
    unclear: frozenset[tuple[str, str]],
    now: datetime,
) -> tuple[datetime | None, State]:
    name = first(names(log.id, log.target_id), rows)
    if name is None:
        return None, "silent"
    if (_feeds(log), name) in unclear:
        return None, "unclear"
    fresh = now - rows[name] <= patience(log)
    return rows[name], "recording" if fresh else "silent"


def _feeds(log: FlowLog) -> str:
    return key(log.analytics.workspace_id or "")


def _target(target_id: str) -> str:
    parent = target_id.split("/")
    inner = "subnets" in [part.casefold() for part in parent]
    return f"{parent[-3]}/{parent[-1]}" if inner else parent[-1]


def _ago(duration: timedelta) -> str:
    minutes = round(duration.total_seconds() / 60)
    if minutes < 60:
        return count(minutes, "minute")
    if minutes >= 48 * 60:
        return count(round(minutes / 60 / 24), "day")
    hours = f"{minutes / 60:.1f}".removesuffix(".0")
    return "1 hour" if hours == "1" else f"{hours} hours"
