"""An Azure and a project folder for one end-to-end scenario on the real engine.

The Azure is local, or the real one: ``FLOW_LOGS_TEST_SUBSCRIPTION`` names a subscription, the
log-in is the ``ARM_*`` variables' or the Azure CLI's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from commands.review.policy_pack import guard
from commands.shared.engine import Engine, Run
from estate.cloud import connect
from estate.identity import Identity
from localazure.environment import environment
from localazure.process import Server
from tests.attached import attached, small_run
from tests.new_stack import new_stack
from tests.servers import serving
from tools.engine.locate import cli
from tools.projects import SAMPLE_ESTATE, copy_project

TIMEOUT = 30  # seconds for a request of the test's own
API_VERSIONS = {"flowlogs": "2025-05-01", "networkwatchers": "2024-05-01"}
SWITCH = "FLOW_LOGS_TEST_SUBSCRIPTION"


@dataclass
class Stage:
    """One Azure, its address and a token for it, and the program's stacks on it."""

    engine: Engine
    url: str
    token: Callable[[], str]
    local: Server | None = None

    @property
    def server(self) -> Server:
        """The local server, with its log of requests."""
        assert self.local is not None, "the real Azure shows no log of requests"
        return self.local

    def stack(self, name: str, settings: Mapping[str, Any] | None = None) -> str:
        """Makes a stack; ``settings`` replace its stack file (keys of the project)."""
        if settings is not None:
            self.configure(name, settings)
        new_stack(self.engine.cli, self.engine.project, self.engine.environment, name)
        return name

    def configure(self, name: str, settings: Mapping[str, Any]) -> None:
        """Writes a stack file, keeping what the engine noted in it."""
        path = self.engine.project / f"Pulumi.{name}.yaml"
        lines = path.read_text().splitlines() if path.exists() else []
        salt = [line for line in lines if line.startswith("encryptionsalt:")]
        config = {f"flow-logs:{key}": value for key, value in settings.items()}
        path.write_text("\n".join([*salt, f"config: {json.dumps(config)}", ""]))

    def up(self, stack: str, *arguments: str) -> Run:
        """An update, whatever its exit code."""
        return self.engine.operate("up", stack, *arguments)

    def preview(self, stack: str, *arguments: str) -> Run:
        """A preview, whatever its exit code."""
        return self.engine.operate("preview", stack, *arguments)

    def guarded(self, operation: str, stack: str, *arguments: str) -> Run:
        """A preview or update with the policy pack on guard."""
        return self.engine.operate(operation, stack, *guard(stack), *arguments)

    def get(self, resource_id: str, api_version: str) -> dict[str, Any] | None:
        """A resource as ARM holds it; None where it answers 404."""
        answer = self._ask("GET", resource_id, api_version, None)
        body: dict[str, Any] = answer.json() if answer.content else {}
        assert answer.status_code in (200, 404), body
        return body if answer.status_code == 200 else None

    def send(self, method: str, resource_id: str, api_version: str, body: Any = None) -> int:
        """A request of somebody else's; returns the status."""
        answer = self._ask(method, resource_id, api_version, body)
        assert answer.status_code < 400, answer.text
        return answer.status_code

    def _ask(self, method: str, resource_id: str, api_version: str, body: Any) -> requests.Response:
        return requests.request(
            method,
            f"{self.url}{resource_id}",
            params={"api-version": api_version},
            headers={"Authorization": f"Bearer {self.token()}"},
            json=body,
            timeout=TIMEOUT,
        )

    def flow_logs(self, *subscriptions: str) -> dict[str, dict[str, Any]]:
        """Every flow log of the subscriptions, by the key of its target."""
        found = {}
        for subscription in subscriptions:
            path = f"/subscriptions/{subscription}/providers/Microsoft.Network/networkWatchers"
            watchers = self.get(path, API_VERSIONS["networkwatchers"]) or {}
            for watcher in watchers["value"]:
                listed = self.get(f"{watcher['id']}/flowLogs", API_VERSIONS["flowlogs"]) or {}
                for log in listed["value"]:
                    target = log["properties"]["targetResourceId"].casefold()
                    assert target not in found, f"two flow logs on {target}"
                    found[target] = log
        return found


@contextmanager
def stage(
    folder: Path, estate: Path = SAMPLE_ESTATE, *options: str, launched: bool = False
) -> Iterator[Stage]:
    """A stage in a folder of its own, as it was left there; ``options`` are local Azure's.

    ``launched`` has engines start providers as processes of their own, which end with them.
    """
    with serving(estate, folder / "azure", *options) as server:
        variables = environment(server.port, folder / "pulumi")
        project = folder / "project"
        if not project.exists():
            copy_project(project)
        with ExitStack() as providers:
            ours = {} if launched else providers.enter_context(attached(variables))
            small = small_run(folder / "pulumi")
            engine = Engine(cli(), project, {**variables, **small, **ours})
            yield Stage(engine, server.url, lambda: "somebody", local=server)


def real_stage(folder: Path, subscription: str) -> Stage:
    """A stage on the real Azure, with a state of its own in the folder."""
    variables = {
        **os.environ,
        "ARM_SUBSCRIPTION_ID": subscription,
        "PULUMI_BACKEND_URL": f"file://{folder}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": "",
    }
    cloud = connect(Identity(subscription_id=subscription, variables=variables))
    engine = Engine(cli(), copy_project(folder / "project"), variables)
    return Stage(
        engine, cloud.resource_manager, lambda: cloud.credential.get_token(cloud.scope).token
    )
