"""A Pulumi project against local Azure: the real CLI, the stand-in and the ARM server together."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from typing import Any

import urllib3

from localazure.process import Request, Server
from tests.engine.project import Project, diagnostics
from tests.localazure.provider.estate import ONE, network, storage

API_VERSION = "2024-05-01"


@dataclass(frozen=True)
class Deployment:
    """A stack `dev` and the Azure that it deploys to."""

    project: Project
    azure: Server

    def up(self, *options: str) -> str:
        """What the CLI printed; the run must succeed."""
        return self._succeeded("up", "--yes", "--skip-preview", *options)

    def preview(self, *options: str) -> str:
        return self._succeeded("preview", *options)

    def destroy(self) -> str:
        return self._succeeded("destroy", "--yes", "--skip-preview")

    def fail(self, *arguments: str) -> str:
        """What the CLI printed under `Diagnostics:`; the run must fail."""
        done = self.project.run(*arguments)
        assert done.returncode != 0, done.stdout
        return diagnostics(done.stdout)

    def fail_up(self) -> str:
        return self.fail("up", "--yes", "--skip-preview")

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        found: dict[str, Any] = json.loads(self._succeeded("stack", "output", "--json"))
        return found

    def resources(self) -> dict[str, dict[str, Any]]:
        """The state's azure-native resources by logical name."""
        exported = json.loads(self._succeeded("stack", "export"))
        found = exported["deployment"].get("resources", [])
        return {
            resource["urn"].rsplit("::", 1)[-1]: resource
            for resource in found
            if resource["type"].startswith("azure-native:")
        }

    def get(self, resource_id: str) -> dict[str, Any] | None:
        """The resource as Azure has it, None if it has none."""
        response = self.request("GET", resource_id)
        if response.status == 404:
            return None
        assert response.status == 200, response.data
        found: dict[str, Any] = response.json()
        return found

    def request(
        self, method: str, resource_id: str, body: dict[str, Any] | None = None
    ) -> urllib3.BaseHTTPResponse:
        """Somebody else's request, past the stack."""
        return urllib3.request(
            method,
            f"{self.azure.url}{resource_id}?api-version={API_VERSION}",
            json=body,
            headers={"Authorization": "Bearer somebody"},
            retries=False,
        )

    def writes(self) -> list[str]:
        """`METHOD last-part-of-the-id` of every write so far."""
        return [_brief(request) for request in self.azure.writes()]

    def wait_for(self, brief: str, seconds: float = 60) -> None:
        """Waits until a request, in the form of `writes`, was answered."""
        deadline = time.monotonic() + seconds
        while brief not in map(_brief, self.azure.requests()):
            assert time.monotonic() < deadline, f"no {brief} within {seconds} s"
            time.sleep(0.05)

    def _succeeded(self, *arguments: str) -> str:
        done: subprocess.CompletedProcess[str] = self.project.run(*arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout


def _brief(request: Request) -> str:
    return f"{request.method} {request.path.rsplit('/', 1)[-1]}"


HEADER = """
import pulumi
from pulumi_azure_native import Provider

class FlowLog(pulumi.CustomResource):
    def __init__(self, name, opts=None, **inputs):
        outputs = {"name": None, "location": None, "etag": None}
        super().__init__("azure-native:network:FlowLog", name, {**outputs, **inputs}, opts)
"""
"""The SDK's own class says the same; its module takes most of the time of so small a program."""


def flow_log(variable: str, name: str, target: str, **more: str) -> str:
    """Program text of one flow log; `more` adds arguments or changes them, as Python text."""
    arguments = {
        "resourceGroupName": "'network'",
        "networkWatcherName": "'west'",
        "flowLogName": repr(name),
        "storageId": repr(storage(ONE)),
        "targetResourceId": repr(network(ONE, target)),
        "enabled": "True",
        "format": "{'type': 'JSON', 'version': 2}",
        "retentionPolicy": "{'days': 90, 'enabled': True}",
        **more,
    }
    text = ", ".join(f"{key}={value}" for key, value in arguments.items())
    return f"{variable} = FlowLog({name!r}, {text})\n"
