"""Asks the activity log of local Azure, and puts events into an estate."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.localazure.contoso import (
    ESTATE,
    PROD,
    WATCHER,
    WEB,
)
from tests.localazure.files import file
from tests.servers import LocalAzure, Reply

Start = Callable[..., LocalAzure]
Event = dict[str, Any]

LOG = f"{WATCHER}/flowLogs/one"
RULE = f"{WEB}/securityRules/ssh"
GROUP = "rg-prod-shop"
VALUES = "providers/microsoft.insights/eventtypes/management/values"
ENTRY = f"{PROD}/providers/Microsoft.Insights/eventtypes/management"
WRITTEN = "Microsoft.Network/networkSecurityGroups/securityRules/write"


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def ask(azure: LocalAzure, more: str = "", *, start: str = "", where: str = PROD) -> Reply:
    """Events since `start`, yesterday unless given; `more` is the rest of the query."""
    text, _, options = more.partition("&")
    condition = f"eventTimestamp ge '{start or ago(days=1)}'{text}"
    query = f"$filter={quote(condition)}{'&' if options else ''}{options}"
    return azure.call("GET", f"{where}/{VALUES}?{query}", version="2015-04-01")


def of(azure: LocalAzure, id_: str) -> list[Event]:
    """The events of a resource, oldest first."""
    return list(reversed(ask(azure, f" and resourceUri eq '{id_}'").body["value"]))


def told(events: list[Event]) -> list[tuple[str, str, str]]:
    return [
        (each["eventName"]["value"], each["status"]["value"], each["subStatus"]["value"])
        for each in events
    ]


def estate(folder: Path, *events: Event) -> Path:
    entries = json.loads(ESTATE.read_text())
    return file(folder, "estate.json", [*entries, {"id": ENTRY, "events": list(events)}])


def event(time: str, id_: str = RULE, operation: str = WRITTEN, **more: Any) -> Event:
    named = {"value": operation}
    return {"eventTimestamp": time, "operationName": named, "resourceId": id_, **more}


def token(**claims: str) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.x"
