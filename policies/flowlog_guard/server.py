"""Serves the policies as the SDK's `PolicyPack` does, but reads each resource once.

The SDK reads the properties of every resource again for every policy, and of every resource of the
stack for every policy on the stack: most of what a pack costs. Here they are read once and handed
to the policies through `shared_data`, and types that no rule looks at are not read at all.
Settings, levels, reports and unknown values remain the SDK's own. Uses `_PolicyAnalyzerServicer` of
pulumi-policy 1.21, whose methods below are the engine's protocol, and `_is_unknown`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Mapping, Sequence
from concurrent import futures
from pathlib import Path
from types import FrameType

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
)
from pulumi_policy.deserialize import (
    SPECIAL_SECRET_SIG,
    SPECIAL_SIG_KEY,
    deserialize_properties,
)
from pulumi_policy.policy import _PolicyAnalyzerServicer
from pulumi_policy.proxy import _is_unknown

from flowlog_guard import shared_data
from flowlog_guard.observations import Record
from flowlog_guard.properties import UNKNOWN
from flowlog_guard.resource_types import STACK, kind_of
from flowlog_guard.stack import Stack

LARGEST_MESSAGE = 400 * 1024 * 1024
"""Bytes; a stack comes in one message, and this is the limit that the engine and the SDK set."""
THREADS = 4
README = Path(__file__).resolve().parents[1] / "README.md"
"""What Pulumi Cloud shows of a published pack."""


class Analyzer(_PolicyAnalyzerServicer):
    """The SDK's analyzer with the properties taken out of what it reads for each policy."""

    def __init__(self, name: str, policies: Sequence[Policy], record: Record) -> None:
        """The engine takes version and description from PulumiPolicy.yaml, not from here."""
        super().__init__(
            name,
            "0.0.1",
            list(policies),
            EnforcementLevel.MANDATORY,
            display_name="Flow log guard",
            readme=README.read_text(encoding="utf-8"),
            provider="azure",
            tags=["network", "flow-logs", "logging"],
        )
        self._record = record

    def Analyze(
        self, request: analyzer_pb2.AnalyzeRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """The verdicts on a single resource."""
        if kind_of(request.type) is None and request.type != STACK:
            return analyzer_pb2.AnalyzeResponse()
        with shared_data.sharing_properties(_properties(request.properties)):
            return super().Analyze(_without_properties(request), context)  # type: ignore[no-untyped-call, no-any-return]

    def Remediate(
        self, request: analyzer_pb2.AnalyzeRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.RemediateResponse:
        """Nothing: no policy changes a resource, so nothing is read."""
        return super().Remediate(_without_properties(request), context)  # type: ignore[no-untyped-call, no-any-return]

    def AnalyzeStack(
        self, request: analyzer_pb2.AnalyzeStackRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """The verdicts on the stack."""
        with shared_data.sharing_stack(Stack(_linked(request.resources), self._record)):
            rest = analyzer_pb2.AnalyzeStackRequest()
            return super().AnalyzeStack(rest, context)  # type: ignore[no-untyped-call, no-any-return]


def serve(name: str, policies: Sequence[Policy], record: Record) -> None:
    """Answers the engine until it ends the process; the first line of stdout is the port."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=THREADS),
        options=[("grpc.max_receive_message_length", LARGEST_MESSAGE)],
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(name, policies, record), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


def _end(number: int, frame: FrameType | None) -> None:
    """Ends at once: there is nothing to keep.

    An interrupt raised amid gRPC's own waiting can leave a lock behind that its end then waits for,
    until the engine kills the process after five seconds.
    """
    os._exit(0)


def _without_properties(request: analyzer_pb2.AnalyzeRequest) -> analyzer_pb2.AnalyzeRequest:
    return analyzer_pb2.AnalyzeRequest(
        type=request.type, urn=request.urn, name=request.name, options=request.options
    )


def _properties(properties: struct_pb2.Struct) -> Mapping[str, object]:
    """Plain values with UNKNOWN among them, in one walk where the SDK makes three."""
    return {name: _value(value) for name, value in properties.fields.items()}


def _value(message: struct_pb2.Value) -> object:
    match message.WhichOneof("kind"):
        case "string_value":
            text = message.string_value
            return UNKNOWN if _is_unknown(text) else text
        case "struct_value" if SPECIAL_SIG_KEY in message.struct_value.fields:
            return _special(message.struct_value)
        case "struct_value":
            return _properties(message.struct_value)
        case "list_value":
            return [_value(each) for each in message.list_value.values]
        case "number_value":
            return message.number_value
        case "bool_value":
            return message.bool_value
        case _:
            return None


def _special(message: struct_pb2.Struct) -> object:
    """The value of a secret; a file or an archive is what the SDK makes of it."""
    if message.fields[SPECIAL_SIG_KEY].string_value == SPECIAL_SECRET_SIG:
        return _value(message.fields["value"])
    return deserialize_properties({"": json_format.MessageToDict(message)})[""]


def _linked(resources: Iterable[analyzer_pb2.AnalyzerResource]) -> list[PolicyResource]:
    """The SDK's form of the resources, with the dependencies among them."""
    linked = {resource.urn: (resource, _resource(resource)) for resource in resources}
    for message, resource in linked.values():
        for name, sources in message.propertyDependencies.items():
            urns = [linked[urn][1] for urn in sources.urns if urn in linked]
            resource.property_dependencies[name] = urns
    return [resource for _, resource in linked.values()]


def _resource(message: analyzer_pb2.AnalyzerResource) -> PolicyResource:
    """Of a type that no rule looks at, only that it is there: others may come from it."""
    watched = kind_of(message.type) is not None
    timeouts = PolicyCustomTimeouts(0, 0, 0)
    provider = message.provider
    options = PolicyResourceOptions(False, [], None, [], timeouts, [], None)
    return PolicyResource(
        message.type,
        _properties(message.properties) if watched else {},
        message.urn,
        message.name,
        options,
        PolicyProviderResource(
            provider.type,
            _properties(provider.properties) if watched else {},
            provider.urn,
            provider.name,
        ),
        None,
        [],
        {},
    )
