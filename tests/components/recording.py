"""Builds the whole component of a small plan on Pulumi's mocks and prints what it asks Azure for.

Run as a process of its own, since the SDK leaves event loops behind that nobody closes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import mocks

from components.flow_logging import FlowLogging, FlowLoggingArgs
from estate.model import TrafficAnalytics
from plan.model.plan import Plan
from plan.planner import make
from stack.settings.model import AlertSettings
from stack.state import State
from tests import estates_by_hand as hand

MAIL = "soc@contoso.test"
GIVEN_GROUP = "/given"
OLD_WORKSPACE = "00000000-0000-4000-8000-0000000000ee"
_REPOSITORY = Path(__file__).resolve().parents[2]
_TIMEOUT = 60  # seconds


def small_plan() -> Plan:
    """Two networks with a group each; alerts go to an address and to a given action group.

    The second has an old flow log that is adopted, and names its workspace by GUID alone.
    """
    old = TrafficAnalytics(enabled=True, interval=60, workspace_guid=OLD_WORKSPACE)
    estate = hand.estate(
        hand.network("vnet", {"app": "nsg"}),
        hand.network("vnet-old", {"app": "nsg-old"}),
        hand.security_group("nsg"),
        hand.security_group("nsg-old"),
        hand.flow_log("theirs", hand.network_id("vnet-old"), analytics=old),
        hand.watcher(),
    )
    alerts = AlertSettings(
        emails=(MAIL,), action_group_ids=(GIVEN_GROUP,), security_group_changes=True
    )
    settings = hand.settings(
        alerts=alerts, ingestion_filter='FlowStatus != "D"', existing_flow_logs="adopt"
    )
    return make(estate, settings, State())


def recorded() -> dict[str, list[dict[str, Any]]]:
    """Inputs of the small plan's resources by type token, from a process of its own."""
    command = [sys.executable, "-m", "tests.components.recording"]
    done = subprocess.run(
        command, cwd=_REPOSITORY, capture_output=True, text=True, timeout=_TIMEOUT, check=True
    )
    found: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    return found


class Recorder(mocks.Mocks):
    """Keeps the inputs of every resource by type token."""

    def __init__(self) -> None:
        self.made: dict[str, list[Any]] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Every resource exists, with its inputs as its outputs."""
        self.made.setdefault(args.typ, []).append(_whole(args.inputs))
        return f"{args.name}-id", args.inputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], None]:
        """No function answers anything."""
        return {}, None


def _whole(value: Any) -> Any:
    """The value with whole numbers as such: the protocol has but one kind of number."""
    if isinstance(value, dict):
        return {name: _whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def main() -> None:
    """Builds and prints."""
    recorder = Recorder()
    mocks.set_mocks(recorder)
    args = FlowLoggingArgs(plan=small_plan(), identity=hand.settings().identity)
    build: Any = pulumi.runtime.test  # not annotated in the SDK
    build(lambda: FlowLogging("logs", args))()
    print(json.dumps(recorder.made))


if __name__ == "__main__":
    main()
