"""How much one answer of a query may hold: 500,000 rows, and 64,000,000 bytes of them.

Microsoft's page "Azure Monitor service limits", Query API. What is over comes cut, with an error
beside it: its form is that of azure-sdk-for-python #25137 and azure-sdk-for-java #29243, its text
for bytes that of jupyter-Kqlmagic #77. The text for rows, and that bytes are those of the rows as
JSON, are unconfirmed. Ten minutes of work, the third limit, are not modelled.
"""

from __future__ import annotations

import json
from typing import Any

ROWS = 500_000
BYTES = 64_000_000
_CODE = "-2133196797"


def within(rows: list[list[Any]]) -> tuple[list[list[Any]], dict[str, Any]]:
    """The rows that an answer may hold, and what it has beside its tables."""
    kept, held = rows[:ROWS], 0
    for position, row in enumerate(kept):
        held += len(json.dumps(row, separators=(",", ":"))) + 1
        if held > BYTES:
            return kept[:position], _error(f"data size limit {BYTES}")
    return kept, _error(f"record count limit {ROWS}") if len(rows) > ROWS else {}


def _error(limit: str) -> dict[str, Any]:
    said = (
        f"Query result set has exceeded the internal {limit} (E_QUERY_RESULT_SET_TOO_LARGE; see "
        "https://aka.ms/kustoquerylimits)"
    )
    inner = {"code": _CODE, "message": said, "severity": 2, "severityName": "Error"}
    detail = {"code": "EngineError", "message": "Something went wrong processing your query."}
    return {
        "error": {
            "code": "PartialError",
            "message": "There were some errors when processing your query.",
            "details": [{**detail, "innererror": inner}],
        }
    }
