"""The published schema of network sessions, and what Microsoft's testers ask of a parser.

`asim_network_session.json` holds the facts of the schema: fields, types, classes, values. The
testers are ASimSchemaTester and ASimDataTester (Azure/Azure-Sentinel, ASIM/dev/ASimTester); what
they call an error is one here, and so is a recommended field that is not there.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

_HOST = re.compile(r"[a-zA-Z0-9-]{1,61}")
_SCHEMA: Mapping[str, Any] = json.loads(
    Path(__file__).with_name("asim_network_session.json").read_text("utf-8")
)
TYPES: Mapping[str, str] = {
    field: type_ for type_, fields in _SCHEMA["types"].items() for field in fields.split()
}
"""Field to its KQL type."""
BEYOND = {"SrcDvcScopeId": "string", "DstDvcScopeId": "string"}
"""Fields of the table ASimNetworkSessionLogs that the tester's list lacks."""


def missing(columns: Iterable[str]) -> Iterator[str]:
    """Fields that a parser with these columns lacks, as its tester tells them."""
    there = set(columns)
    needed = {**_SCHEMA["conditional"], **_SCHEMA["alias"]}
    asked = [*_SCHEMA["mandatory"].split(), *_SCHEMA["recommended"].split()]
    asked += [field for field, of in needed.items() if of in there]
    yield from (field for field in asked if field not in there)


def wrong(row: Mapping[str, Any]) -> Iterator[str]:
    """Fields of a row whose value the schema does not allow, with the value."""
    for field in _SCHEMA["mandatory"].split():
        if row[field] in (None, ""):
            yield f"{field} is blank"
    for field, value in row.items():
        if value not in (None, "") and not _allowed(field, value):
            yield f"{field} {value}"
    for field, of in _SCHEMA["alias"].items():
        if field in row and row[field] != row[of]:
            yield f"{field} is not {of}"


def _allowed(field: str, value: Any) -> bool:
    if field in _SCHEMA["values"]:
        return value in _SCHEMA["values"][field]
    if field in _SCHEMA["addresses"].split():
        return _is_address(value)
    if field in _SCHEMA["hostnames"].split():
        return _is_address(value) or _HOST.fullmatch(value) is not None
    return True


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True
