"""What a silent flow log's last hours were, by the ledger's definition (``recording.ledger``).

Asked only where there is one: of a network that is quiet while others by the same storage account
and workspace recorded, nothing is wrong; of a gap the ledger may know the cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from azure.core.exceptions import AzureError

from commands.checks.recording import Proof as Line
from commands.recorded.evidence import window_of
from commands.recorded.places import Place
from commands.recorded.proof import Proof, ask
from estate.arm_id import key
from estate.cloud import Cloud
from estate.errors import EstateError
from estate.model import FlowLog
from recording.ledger import Period

DAYS = 3  # of the past that are looked at: more than the longest silence that passes for quiet


def explained(
    cloud: Cloud, lines: Sequence[Line], logs: Sequence[FlowLog], now: datetime
) -> list[Line]:
    """The lines, with those that are silent told apart as far as the ledger can.

    What cannot be read leaves a line as it is.
    """
    silent = [each for each in lines if each.state == "silent"]
    if not silent:
        return list(lines)
    try:
        proof = Proof(ask(cloud, logs, window_of(now, DAYS), now))
    except (AzureError, EstateError):
        return list(lines)
    told = {key(each.flow_log_id): _told(each, proof) for each in silent}
    return [told.get(key(each.flow_log_id), each) for each in lines]


def _told(line: Line, proof: Proof) -> Line:
    last = proof.periods(Place(targets=(line.target_id,)))[-1]
    if last.state == "quiet":
        return replace(line, state="quiet")
    return replace(line, cause=_cause(last)) if last.state == "gap" else line


def _cause(period: Period) -> str:
    """The cause of a gap in half a sentence; blank where it is not known."""
    if period.cause == "not known":
        return ""
    by = f" by {period.by}" if period.by else ""
    said = period.evidence.partition(": ")[2] if "status row" in period.evidence else ""
    return f"{period.cause}{by}{f' ({said})' if said else ''}"
