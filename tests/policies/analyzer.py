"""Starts the policy pack as the engine does and speaks the engine's Analyzer protocol to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

PACK = Path(__file__).resolve().parents[2] / "policies"
FLOW_LOG = "azure-native:network:FlowLog"
STACK = "pulumi:pulumi:Stack"
COPIED = ("  TypeScript", "  YAML", "  Python")
"""How lines begin that show what to copy into a program."""
LARGEST_MESSAGE = 400 * 1024 * 1024
"""Bytes; the limit that the engine and the SDK set."""


@dataclass(frozen=True)
class Diagnostic:
    """One line of a pack's answer."""

    policy: str
    level: str
    message: str
    urn: str = ""

    @property
    def says(self) -> str:
        """The message without the policy's title and without the lines to copy."""
        title, *lines = self.message.splitlines()
        said = [line for line in lines if not line.startswith(COPIED)]
        return "\n".join(said) if said else title


@dataclass(frozen=True)
class Resource:
    """A resource as the engine describes it to a pack."""

    type: str
    properties: Mapping[str, Any]
    name: str = "main"
    ignore_changes: Sequence[str] = ()
    dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Names of the resources that each property comes from."""
    provider: Mapping[str, Any] = field(default_factory=dict)
    """Configuration of the resource's provider."""

    @property
    def urn(self) -> str:
        """The resource's URN in the stack `dev`."""
        return f"urn:pulumi:dev::estate::{self.type}::{self.name}"


@dataclass(frozen=True)
class Answer:
    """What a pack says about a resource or a stack."""

    diagnostics: list[Diagnostic]
    not_applicable: dict[str, str]
    """Reasons by policy."""

    def by(self, policy: str) -> list[Diagnostic]:
        """The lines of one policy."""
        return [item for item in self.diagnostics if item.policy == policy]


class Pack:
    """A running pack."""

    def __init__(self, channel: grpc.Channel) -> None:
        """Asks the pack for its policies."""
        self._stub = analyzer_pb2_grpc.AnalyzerStub(channel)
        self.info = self._stub.GetAnalyzerInfo(empty_pb2.Empty(), timeout=20)

    def configure(self, config: Mapping[str, Mapping[str, Any]]) -> None:
        """Sends settings; the engine sends an entry for every policy, so this does too."""
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for policy in self.info.policies:
            entry = request.policyConfig[policy.name]
            entry.enforcementLevel = policy.enforcementLevel
            for key, value in policy.configSchema.properties.items():
                if "default" in value:
                    entry.properties[key] = value["default"]
            entry.properties.update(config.get(policy.name, {}))
        self._stub.Configure(request, timeout=20)

    def analyze(self, resource: Resource) -> Answer:
        """The verdicts on a single resource."""
        return answer(self._stub.Analyze(analyze_request(resource), timeout=20))

    def analyze_stack(self, resources: Sequence[Resource]) -> Answer:
        """The verdicts on a stack of resources."""
        return answer(self._stub.AnalyzeStack(stack_request(resources), timeout=20))


def analyze_request(resource: Resource) -> analyzer_pb2.AnalyzeRequest:
    """The question about a single resource."""
    return analyzer_pb2.AnalyzeRequest(
        type=resource.type,
        urn=resource.urn,
        name=resource.name,
        properties=struct(resource.properties),
        options=analyzer_pb2.AnalyzerResourceOptions(ignoreChanges=resource.ignore_changes),
    )


def stack_request(resources: Sequence[Resource]) -> analyzer_pb2.AnalyzeStackRequest:
    """The question about a stack."""
    urns = {resource.name: resource.urn for resource in resources}
    return analyzer_pb2.AnalyzeStackRequest(
        resources=[stack_resource(resource, urns) for resource in resources]
    )


def stack_resource(resource: Resource, urns: Mapping[str, str]) -> analyzer_pb2.AnalyzerResource:
    """The protocol's form of a resource in a stack."""
    dependencies = {
        key: analyzer_pb2.AnalyzerPropertyDependencies(urns=[urns[name] for name in names])
        for key, names in resource.dependencies.items()
    }
    return analyzer_pb2.AnalyzerResource(
        type=resource.type,
        urn=resource.urn,
        name=resource.name,
        properties=struct(resource.properties),
        options=analyzer_pb2.AnalyzerResourceOptions(ignoreChanges=resource.ignore_changes),
        propertyDependencies=dependencies,
        provider=analyzer_pb2.AnalyzerProviderResource(
            type="pulumi:providers:azure-native",
            urn="urn:pulumi:dev::estate::pulumi:providers:azure-native::default",
            name="default",
            properties=struct(resource.provider),
        ),
    )


def struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """The protocol's form of properties; the text `<unknown>` becomes the engine's unknown."""
    message = struct_pb2.Struct()
    message.update(with_unknowns(dict(properties)))
    return message


def with_unknowns(value: Any) -> Any:
    """The value with every text `<unknown>` replaced by the engine's mark for an unknown."""
    if value == "<unknown>":
        return UNKNOWN_STRING_VALUE
    if isinstance(value, dict):
        return {key: with_unknowns(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_unknowns(item) for item in value]
    return value


def answer(response: analyzer_pb2.AnalyzeResponse) -> Answer:
    """The protocol's answer in plain words."""
    level = analyzer_pb2.EnforcementLevel.Name
    diagnostics = [
        Diagnostic(item.policyName, level(item.enforcementLevel).lower(), item.message, item.urn)
        for item in response.diagnostics
    ]
    return Answer(diagnostics, {item.policy_name: item.reason for item in response.not_applicable})


@contextmanager
def running_pack(folder: Path = PACK, **variables: str) -> Iterator[Pack]:
    """The pack in a process of its own, ended afterwards; `variables` join its environment."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(folder)]
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **variables}, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        options = [
            ("grpc.max_receive_message_length", LARGEST_MESSAGE),
            ("grpc.max_send_message_length", LARGEST_MESSAGE),
        ]
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
            grpc.channel_ready_future(channel).result(timeout=20)
            yield Pack(channel)
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()
