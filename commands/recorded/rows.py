"""Rows of a workspace over a stretch of time, in as many answers as Log Analytics needs.

Limits: 500,000 rows, 64 MB and ten minutes for a query (azure-docs, azure-monitor service limits,
"Query API"). What is over a limit comes cut with an error beside it, or not at all; then each half
of the time is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from azure.core.exceptions import HttpResponseError

from commands.shared.workspace_rows import VERSION, rows_of
from estate.cloud import Cloud
from estate.errors import EstateError
from estate.response_shape import ANYTHING, Shape
from queries import standalone, with_values
from recording.hours import HOUR, Window

MOST = 500_000
_ANSWER: Shape = {"tables": [ANYTHING], "error": {"code": str, "message": str}}
_TOO_LARGE = (413, 504)
"""Statuses of an answer that is too large, or took too long."""
Row = dict[str, Any]


def rows(
    cloud: Cloud,
    workspace_id: str,
    query: Path,
    window: Window,
    shape: Shape,
    values: dict[str, str] | None = None,
) -> Iterator[Row]:
    """Rows of a query over the intervals that begin in a window, by column.

    The query has ``let From`` and ``let To``; what it adds up must add up over time, since a part
    of the window may be asked for by itself. Raises AzureError and EstateError.
    """
    found = _asked(cloud, workspace_id, text_of(query, window, values), window, shape)
    if found is not None:
        yield from found
        return
    if window.hours <= 1:
        raise EstateError(
            f"the rows of the hour from {window.start:%Y-%m-%d %H:%M} UTC alone are more than Log "
            f"Analytics gives in one answer; look at fewer subscriptions at a time ({workspace_id})"
        )
    middle = window.start + (window.hours // 2) * HOUR
    for half in (Window(window.start, middle), Window(middle, window.end)):
        yield from rows(cloud, workspace_id, query, half, shape, values)


def text_of(query: Path, window: Window, values: dict[str, str] | None = None) -> str:
    """The text that a workspace is asked, with the functions that it reads."""
    moments = {"From": _moment(window.start), "To": _moment(window.end)}
    text = query.read_text(encoding="utf-8")
    return standalone(with_values(text, {**moments, **(values or {})}))


def _asked(
    cloud: Cloud, workspace_id: str, text: str, window: Window, shape: Shape
) -> list[Row] | None:
    """The rows; None where the answer is over a limit."""
    days = (datetime.now(UTC) - window.start) // timedelta(days=1) + 1
    body = {"query": text, "timespan": f"P{days}D"}
    try:
        answer = cloud.query(f"{workspace_id}/query", VERSION, body)
        told = answer.read(_ANSWER)
    except HttpResponseError as error:
        if error.status_code in _TOO_LARGE:
            return None
        raise
    if told.get("error"):
        return None
    tables = told.get("tables") or [{"columns": [], "rows": []}]
    found = rows_of(answer, tables[0], shape)
    return None if len(found) >= MOST else found


def _moment(moment: datetime) -> str:
    return f"datetime({moment:%Y-%m-%dT%H:%M:%SZ})"
