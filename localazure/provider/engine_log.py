"""Warnings to the engine, which shows them beside the resource."""

from __future__ import annotations

import grpc
from pulumi.runtime.proto.engine_pb2 import WARNING, LogRequest
from pulumi.runtime.proto.engine_pb2_grpc import EngineStub


class EngineLog:
    """The log of the engine at an address; no address, no log."""

    def __init__(self, address: str) -> None:
        self._address = address

    def warn(self, urn: str, message: str) -> None:
        """Shows one line. A log that cannot be reached loses it: the deployment matters more."""
        if not self._address:
            return
        with grpc.insecure_channel(self._address) as channel:
            request = LogRequest(severity=WARNING, urn=urn, message=message)
            try:
                EngineStub(channel).Log(request, timeout=10)
            except grpc.RpcError:
                return
