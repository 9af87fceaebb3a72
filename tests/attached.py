"""The stand-in provider inside the test's own process, for engines that attach to it.

An engine starts a process for each provider of a stack. One that finds ``PULUMI_DEBUG_PROVIDERS``
connects to that port instead, over the same protocol, which saves a second of each run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto.plugin_pb2 import PluginAttach
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from localazure.provider.__main__ import listening
from localazure.provider.engine_log import EngineLog
from localazure.provider.service import AzureNative


@contextmanager
def attached(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Variables by which engines attach to providers of this environment, until the block ends."""
    providers = cast(ResourceProviderServicer, _Providers(environment))
    server, port = listening(providers)
    try:
        yield {"PULUMI_DEBUG_PROVIDERS": f"azure-native:{port}"}
    finally:
        server.stop(None).wait()


def small_run(home: Path) -> dict[str, str]:
    """Variables of an engine whose run is small, and whose ``PULUMI_HOME`` is this folder.

    Its memory is collected less often. It keeps no log of its own, which takes a third of its time:
    it goes without one where the folder of its logs cannot be made (3.259, logging/encrypted.go).
    """
    (home / "logs").touch()
    return {"GOGC": "400"}


class _Providers:
    """Every method of the protocol, each call for the provider of its own connection."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._made: dict[str, AzureNative] = {}

    def __getattr__(self, method: str) -> Callable[[Any, grpc.ServicerContext], Any]:
        return lambda request, context: getattr(self._provider(context), method)(request, context)

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """What an engine asks first, which the real provider does not know."""
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "Handshake is not implemented")

    def Attach(self, request: PluginAttach, context: grpc.ServicerContext) -> Empty:
        """Makes the provider of a connection; ``address`` is where its engine takes warnings."""
        self._made[context.peer()] = AzureNative(EngineLog(request.address), self._environment)
        return Empty()

    def _provider(self, context: grpc.ServicerContext) -> AzureNative:
        return self._made[context.peer()]
