"""A world in which the program makes one of everything, and what a run says of what waits."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from bench.estates import Resource, synthetic
from commands.shared.engine import Run

HOME = "00000000-0000-4000-8000-000000000001"
SPOKE = "00000000-0000-4000-8000-000000000002"
SETTINGS = {
    "location": "westeurope",
    "subscriptions": [HOME, SPOKE],
    "alerts": {"emails": ["soc@contoso.test"]},
    "ingestionFilter": 'FlowStatus != "D"',
    "flowLogIdentity": "make",
    "lifecycle": "account",
}
_WAITS = re.compile(
    r"(?P<noun>[a-z ]+) (?P<name>\S+?)(?P<stays> stays as it is and)? waits for "
    r"(?P<causes>.+), which Azure refused"
)


def two_subscriptions() -> list[Resource]:
    """A network in each of two regions and subscriptions; the second has no network watcher."""
    rows = synthetic(networks=4, nsgs=4, subscriptions=2, regions=2, seed=3)
    return [row for row in rows if not (SPOKE in row["id"] and "NetworkWatcher" in row["id"])]


def refusing(path: str, **fault: Any) -> dict[str, Any]:
    """A fault: writes to what a glob matches are refused for good, unless ``fault`` says more."""
    refused = {"status": 403, "code": "RequestDisallowedByPolicy", "message": "Not here."}
    return {"method": "PUT", "path": path, **refused, **fault}


def written(path: Path, value: object) -> Path:
    """The file, with the value as JSON."""
    path.write_text(json.dumps(value))
    return path


def waiting(done: Run) -> Counter[str]:
    """How many of each kind wait, by what the run says; one line each."""
    lines = [_WAITS.fullmatch(line) for line in done.messages("warning")]
    found = [line for line in lines if line]
    return Counter(line["noun"] for line in found)


def calm(done: Run) -> None:
    """No run ends in a traceback, whatever Azure refuses."""
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    assert "unhandled" not in said, said
