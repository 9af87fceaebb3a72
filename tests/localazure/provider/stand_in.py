"""Drives a stand-in's process over the protocol, as the engine does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as protocol
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub
from pulumi.runtime.proto.status_pb2 import Status

from localazure.provider.structs import pack, unpack

REPOSITORY = Path(__file__).resolve().parents[3]
TIMEOUT = 60
"""Seconds that a call or a process may take; they take a fraction of one."""
SUBSCRIPTION = "5a000000-0000-4000-8000-000000000001"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

FLOW_LOG = "azure-native:network:FlowLog"


def launch(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    """The stand-in as the engine starts it; its first line is its port."""
    return subprocess.Popen(
        [sys.executable, "-m", "localazure.provider", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "LOCALAZURE_RETRY_DELAY": "0.01", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True)
class Failure:
    """How a call failed, with the state that came with it."""

    message: str
    partial: protocol.ErrorResourceInitFailed | None


class StandIn:
    """One provider process with a configured provider."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout
        port = int(process.stdout.readline())
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = ResourceProviderStub(self._channel)

    def configure(self, **inputs: str) -> protocol.ConfigureResponse:
        """Configures; keys are the SDK's names of provider inputs."""
        variables = {f"azure-native:config:{name}": value for name, value in inputs.items()}
        request = protocol.ConfigureRequest(variables=variables)
        response: protocol.ConfigureResponse = self.stub.Configure(request, timeout=TIMEOUT)
        return response

    def check(self, token: str, inputs: dict[str, Any], **more: Any) -> protocol.CheckResponse:
        olds = pack(more.pop("old", {}))
        request = protocol.CheckRequest(urn=urn(token), olds=olds, news=pack(inputs), **more)
        response: protocol.CheckResponse = self.stub.Check(request, timeout=TIMEOUT)
        return response

    def diff(
        self, token: str, old: dict[str, Any], new: dict[str, Any], state: dict[str, Any]
    ) -> protocol.DiffResponse:
        request = protocol.DiffRequest(
            urn=urn(token), old_inputs=pack(old), news=pack(new), olds=pack(state)
        )
        response: protocol.DiffResponse = self.stub.Diff(request, timeout=TIMEOUT)
        return response

    def create(self, token: str, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The id and the outputs."""
        request = protocol.CreateRequest(urn=urn(token), properties=pack(inputs))
        made = self.stub.Create(request, timeout=TIMEOUT)
        return made.id, unpack(made.properties)

    def preview_create(self, token: str, inputs: dict[str, Any]) -> dict[str, Any]:
        request = protocol.CreateRequest(urn=urn(token), properties=pack(inputs), preview=True)
        made = self.stub.Create(request, timeout=TIMEOUT)
        assert not made.id
        return unpack(made.properties)

    def update(
        self,
        token: str,
        inputs: dict[str, Any],
        state: dict[str, Any],
        preview: bool = False,
        old: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The outputs; `old` are the inputs before, the same ones if left out."""
        request = protocol.UpdateRequest(
            urn=urn(token),
            olds=pack(state),
            old_inputs=pack(inputs if old is None else old),
            news=pack(inputs),
            preview=preview,
        )
        return unpack(self.stub.Update(request, timeout=TIMEOUT).properties)

    def read(
        self,
        token: str,
        resource_id: str,
        inputs: dict[str, Any] | None = None,
        state: dict[str, Any] | None = None,
    ) -> protocol.ReadResponse:
        """A refresh, or an import where there are no inputs yet."""
        request = protocol.ReadRequest(
            urn=urn(token),
            id=resource_id,
            inputs=None if inputs is None else pack(inputs),
            properties=pack(state or {}),
        )
        response: protocol.ReadResponse = self.stub.Read(request, timeout=TIMEOUT)
        return response

    def delete(self, token: str, resource_id: str) -> None:
        request = protocol.DeleteRequest(urn=urn(token), id=resource_id)
        self.stub.Delete(request, timeout=TIMEOUT)

    def cancel(self) -> None:
        self.stub.Cancel(Empty(), timeout=TIMEOUT)

    def end(self) -> None:
        """Ends the process as the engine does, by SIGINT."""
        self._channel.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=TIMEOUT)


def urn(token: str, name: str = "made") -> str:
    return f"urn:pulumi:dev::test::{token}::{name}"


def failure(error: grpc.RpcError) -> Failure:
    """What a failed call told the engine."""
    assert isinstance(error, grpc.Call)
    trailers = dict(error.trailing_metadata() or ())
    details = trailers.get("grpc-status-details-bin")
    if details is None:
        return Failure(error.details(), None)
    assert isinstance(details, bytes)
    status = Status.FromString(details)
    partial = protocol.ErrorResourceInitFailed()
    assert status.details[0].Unpack(partial)
    return Failure(error.details(), partial)
