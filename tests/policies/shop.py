"""Runs the program `programs/shop` with the pack on the real engine and local Azure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.shared.engine import Engine, Run
from localazure.environment import environment
from localazure.process import Server
from tests.attached import attached, small_run
from tests.new_stack import new_stack
from tests.policies.analyzer import PACK
from tests.servers import serving
from tools.engine.locate import cli
from tools.projects import copy_project

HERE = Path(__file__).resolve().parent
STACK = "dev"
COMPLIANT = (
    "target_resource_id=network.id, enabled=True, format={'type': 'JSON', 'version': 2}, "
    "retention_policy={'enabled': True, 'days': 90}, "
    "flow_analytics_configuration={'network_watcher_flow_analytics_configuration': {"
    "'enabled': True, 'traffic_analytics_interval': 60, 'workspace_resource_id': workspace.id, "
    "'workspace_region': workspace.location}}"
)
"""Arguments that every policy accepts."""


def arguments(**changes: str) -> str:
    """The compliant arguments with some replaced, each given as the text of an expression."""
    changed = ", ".join(f"'{name}': {text}" for name, text in changes.items())
    return f"**{{**dict({COMPLIANT}), {changed}}}"


@dataclass(frozen=True)
class Shop:
    """The stack, before its first run."""

    engine: Engine
    server: Server

    def declare(self, **flow_logs: str) -> None:
        """What the program declares from now on: arguments by name, underscores for dashes."""
        logs = {name.replace("_", "-"): text for name, text in flow_logs.items()}
        path = self.engine.project / f"Pulumi.{STACK}.yaml"
        kept = [line for line in path.read_text().splitlines() if line.startswith("encryption")]
        path.write_text("\n".join([*kept, f"config: {json.dumps({'shop:flowLogs': logs})}", ""]))

    def guarded(
        self, operation: str, config: Mapping[str, Any] | None = None, *arguments: str
    ) -> Run:
        """A preview or update with the pack on guard."""
        file = self.engine.project / "policies.json"
        file.write_text(json.dumps(config or {}))
        pack = ("--policy-pack", str(PACK), "--policy-pack-config", str(file))
        return self.engine.operate(operation, STACK, *pack, *arguments)

    def unguarded_up(self) -> None:
        """An update without the pack."""
        done = self.engine.operate("up", STACK)
        assert done.code == 0, done.stdout

    def flow_log_writes(self) -> list[str]:
        """Paths of the flow logs that were written to Azure."""
        paths = [request.path for request in self.server.writes()]
        return [path for path in paths if "/flowlogs/" in path.casefold()]


@contextmanager
def open_shop(folder: Path) -> Iterator[Shop]:
    """A stack of its own on a local Azure of its own."""
    with serving(HERE / "shop.json", folder / "azure") as server:
        variables = environment(server.port, folder / "pulumi")
        project = copy_project(folder / "project", HERE / "programs" / "shop")
        with attached(variables) as provider:
            small = small_run(folder / "pulumi")
            shop = Shop(Engine(cli(), project, {**variables, **small, **provider}), server)
            new_stack(cli(), project, variables, STACK)
            yield shop
