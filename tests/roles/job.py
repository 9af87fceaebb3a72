"""The main job under the roles: who may do what at each step, and what each step asks of Azure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from commands.shared.engine import Run
from localazure.environment import environment
from localazure.process import Server
from localazure.server.request import Request
from localazure.server.routing import route
from localazure.state.arm_id import TENANT, ArmId, parse
from roles.actions import ROLES
from tests.commands.replay import shop
from tests.commands.replay.conftest import FLOWS
from tests.e2e.stage import Stage, stage
from tests.guardrail.guard import Guard, guard
from tests.servers import serving
from tools.projects import REPOSITORY, SAMPLE_ESTATE

SUBSCRIPTIONS = [f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3)]
HOME, _, WATCHERLESS = SUBSCRIPTIONS
FILES = {role.key.removeprefix("flow-logs-"): role.file for role in ROLES}
TIMEOUT = 60  # seconds for a command
DEV: dict[str, Any] = {
    "location": "westeurope",
    "subscriptions": SUBSCRIPTIONS,
    "include": {"tags": {"environment": ["dev", "test"]}},
    "alerts": {"emails": ["soc@contoso.example"]},
    "ingestionFilter": "FlowType != 'IntraVNet'",
    "flowLogIdentity": "make",
    "lifecycle": "account",
}
PROD: dict[str, Any] = {
    "location": "westeurope",
    "subscriptions": SUBSCRIPTIONS,
    "include": {"tags": {"environment": ["prod"]}},
    "existingFlowLogs": "adopt",
}
GUARDRAIL: dict[str, Any] = {
    "managementGroupId": "contoso",
    "effect": "deploy",
    "regions": ["westeurope"],
}


@dataclass(frozen=True)
class Asked:
    """One request of a step, and the action that it needs; none if everybody may."""

    step: str
    method: str
    path: str
    action: str | None

    @property
    def subscription(self) -> str:
        """GUID of the subscription that it goes to; empty for none."""
        parts = self.path.split("/")
        return parts[2] if parts[1].casefold() == "subscriptions" and len(parts) > 2 else ""


@dataclass(frozen=True)
class Done:
    """A step of the job under a role, and what the engine said of it."""

    step: str
    role: str
    run: Run
    asked: list[Asked]


def estate(folder: Path) -> Path:
    """The sample estate, but that Azure has made no watchers in one subscription."""
    group = f"/subscriptions/{WATCHERLESS}/resourceGroups/NetworkWatcherRG"
    entries = json.loads(SAMPLE_ESTATE.read_text())
    kept = [each for each in entries if not f"{each['id']}/".startswith(f"{group}/")]
    path = folder / "estate.json"
    path.write_text(json.dumps(kept))
    return path


@dataclass
class Job:
    """Runs step after step in one folder, each under a role, and keeps what was asked."""

    folder: Path
    done: list[Done]

    def main(self) -> list[Done]:
        """Two stacks from preview to destroy, the guardrail between; rules and a change of them."""
        own = estate(self.folder)
        with stage(self.folder, own, "--role", str(FILES["preview"])) as there:
            there.stack("dev", DEV)
            self._preflight(there, "preview")
            self._step(there, "preview", "preview", "preview", "dev")
        deploying = str(self._together("deployment", "identity"))
        with stage(self.folder, own, "--role", deploying) as there:
            self._preflight(there, "deployment")
            self._step(there, "deployment", "up", "up", "dev")
            self._step(there, "deployment", "second up", "up", "dev")
        with stage(self.folder, own) as there:
            _onboard(there)
            there.configure("dev", {**DEV, "sentinel": True})
        with stage(self.folder, own, "--role", str(FILES["preview"])) as there:
            self._step(there, "preview", "preview", "preview", "dev")
        with stage(self.folder, own, "--role", deploying) as there:
            self._step(there, "deployment", "up with Sentinel", "up", "dev")
        with stage(self.folder, own, "--role", str(FILES["guardrail"])) as there:
            self._guard(there, guard(there, self.folder, **GUARDRAIL))
        with stage(self.folder, own, "--role", str(FILES["deployment-nsg"])) as there:
            there.stack("prod", PROD)
            self._step(there, "deployment-nsg", "up with NSG flow logs", "up", "prod")
            self._step(there, "deployment-nsg", "destroy", "destroy", "prod")
        with stage(self.folder, own, "--role", deploying) as there:
            self._step(there, "deployment", "destroy", "destroy", "dev")
        self._rules()
        return self.done

    def _together(self, *roles: str) -> Path:
        """A role that has what several have, as somebody to whom all of them are assigned."""
        actions = [
            name for role in roles for name in json.loads(FILES[role].read_text())["Actions"]
        ]
        path = self.folder / "roles.json"
        path.write_text(json.dumps({"Name": "x", "Actions": actions}))
        return path

    def _step(self, there: Stage, role: str, step: str, operation: str, stack: str) -> None:
        arguments = ["--exclude-protected"] if operation == "destroy" else []
        before = len(there.server.requests())
        run = there.engine.operate(operation, stack, *arguments)
        self._keep(there.server, step, role, run, before)

    def _preflight(self, there: Stage, role: str) -> None:
        """What `scripts/preview` and `scripts/deploy` run first."""
        before = len(there.server.requests())
        module = [
            "commands.preflight",
            "--stack",
            "dev",
            "--for",
            role.replace("deployment", "deploy"),
        ]
        words = [*module, "--project", str(there.engine.project)]
        run = _command(words, there.engine.environment)
        self._keep(there.server, "preflight", role, run, before)

    def _rules(self) -> None:
        """Both commands on rules, in a shop where a rule names a service tag."""
        tagged = shop.rule("Storage", 200, "Allow", sourceAddressPrefix="Storage")
        group = shop.nsg("nsg-web", *shop.WEB_RULES, tagged)
        rows = shop.month(datetime.now(UTC), FLOWS, days=1)
        for path, bodies in (
            (self.folder / "shop.json", shop.estate(rows, nsg_web=group)),
            (self.folder / "change.json", [shop.nsg("nsg-web", tagged)]),
        ):
            path.write_text(json.dumps(bodies).replace(shop.SUBSCRIPTION, HOME))
        role, there = str(FILES["rules"]), self.folder / "shop"
        with serving(self.folder / "shop.json", there, "--role", role) as server:
            variables = {**os.environ, **environment(server.port, there)}
            change = str(self.folder / "change.json")
            for step, words in (("rules", ["--subscription", HOME]), ("impact", [change])):
                before = len(server.requests())
                run = _command([f"commands.{step}", *words], variables)
                self._keep(server, step, "rules", run, before)

    def _guard(self, there: Stage, own: Guard) -> None:
        for operation in ("up", "destroy"):
            before = len(there.server.requests())
            run = own.run(operation)
            self._keep(there.server, f"guardrail {operation}", "guardrail", run, before)

    def _keep(self, server: Server, step: str, role: str, run: Run, before: int) -> None:
        asked = [
            Asked(step, each.method, each.path, action(each.method, each.path))
            for each in server.requests()[before:]
        ]
        self.done.append(Done(step, role, run, asked))


def _onboard(there: Stage) -> None:
    """Puts Sentinel into the workspace of the stack, which no role here may do."""
    workspace = there.engine.outputs("dev")["workspace"]["id"]
    state = f"{workspace}/providers/Microsoft.SecurityInsights/onboardingStates/default"
    assert there.send("PUT", state, "2024-09-01", {}) == 201


def _command(words: list[str], variables: Mapping[str, str]) -> Run:
    """Runs a command of the checkout."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=REPOSITORY,
        env=dict(variables),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def action(method: str, path: str) -> str | None:
    """The action that local Azure asks for; it looks at method and path alone."""
    endpoint, words = route(method, path)
    nowhere: Any = None
    call = Request(method, _id(path), {}, None, "", nowhere, {**words, "path": path, "query": ""})
    return endpoint.action(call)


def _id(path: str) -> ArmId:
    try:
        return parse(path)
    except ValueError:
        return ArmId(TENANT)


def requested(done: list[Done]) -> Iterator[Asked]:
    """Every request of the job, in order."""
    for each in done:
        yield from each.asked
