"""The ResourceProvider protocol: unpacks what the engine asks, packs what it gets.

Follows `provider/pkg/provider/provider.go`. There is no Handshake, and Configure accepts neither
secrets nor resources nor outputs: as with the real provider, the engine then sends plain values and
marks the outputs of secret inputs itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, NoReturn, Protocol, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as protocol
from pulumi.runtime.proto import provider_pb2_grpc
from pulumi.runtime.proto.plugin_pb2 import PluginInfo
from pulumi.runtime.proto.status_pb2 import Status

from localazure.provider import VERSION, configuration, naming, replacement, resources, sdk_shapes
from localazure.provider.checking import Defaults
from localazure.provider.client import ArmClient, Timing
from localazure.provider.errors import ProviderError
from localazure.provider.invoke import invoke
from localazure.provider.resource_types import ResourceType, UnknownTypeError, find
from localazure.provider.resources import Old, PartialError, Resources, Written
from localazure.provider.structs import pack, unpack
from localazure.provider.validate import failures

_MODES = {
    protocol.CheckRequest.AutonamingOptions.PROPOSE: naming.Mode.PROPOSE,
    protocol.CheckRequest.AutonamingOptions.ENFORCE: naming.Mode.ENFORCE,
    protocol.CheckRequest.AutonamingOptions.DISABLE: naming.Mode.DISABLE,
}

Self = TypeVar("Self")
Request = TypeVar("Request")
Answer = TypeVar("Answer")
Method = Callable[[Self, Request, grpc.ServicerContext], Answer]


_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)
"""What reading an answer raises that no Azure gives."""


class Log(Protocol):
    """Receiver of warnings for the user."""

    def warn(self, urn: str, message: str) -> None: ...


def _told(method: Method[Self, Request, Answer]) -> Method[Self, Request, Answer]:
    """Ends the call with the error's own words, never with a traceback."""

    @wraps(method)
    def wrapper(self: Self, request: Request, context: grpc.ServicerContext) -> Answer:
        try:
            return method(self, request, context)
        except (ProviderError, UnknownTypeError) as error:
            _fail(context, str(error))
        except _UNREADABLE as error:
            _fail(context, f"unexpected response from Azure: {type(error).__name__}: {error}")

    return wrapper


def _fail(
    context: grpc.ServicerContext,
    message: str,
    code: grpc.StatusCode = grpc.StatusCode.UNKNOWN,
) -> NoReturn:
    context.abort(code, message)
    raise AssertionError("abort raises")


class AzureNative(provider_pb2_grpc.ResourceProviderServicer):
    """One provider instance. Calls come from many threads."""

    def __init__(self, log: Log, environment: Mapping[str, str]) -> None:
        """``environment`` holds the variables of the process, ``ARM_*`` and ours."""
        self._log = log
        self._environment = environment
        self._account: configuration.Account
        self._client: ArmClient
        self._defaults: Defaults
        self._resources: Resources
        self._cancelled = threading.Event()

    def Handshake(
        self, request: protocol.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> protocol.ProviderHandshakeResponse:
        _fail(context, "Handshake is not implemented", grpc.StatusCode.UNIMPLEMENTED)

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> PluginInfo:
        return PluginInfo(version=VERSION)

    def GetSchema(
        self, request: protocol.GetSchemaRequest, context: grpc.ServicerContext
    ) -> protocol.GetSchemaResponse:
        _fail(context, "local Azure's azure-native provider has no schema: use the real provider")

    def CheckConfig(
        self, request: protocol.CheckRequest, context: grpc.ServicerContext
    ) -> protocol.CheckResponse:
        return protocol.CheckResponse(inputs=request.news)

    def DiffConfig(
        self, request: protocol.DiffRequest, context: grpc.ServicerContext
    ) -> protocol.DiffResponse:
        return protocol.DiffResponse()

    @_told
    def Configure(
        self, request: protocol.ConfigureRequest, context: grpc.ServicerContext
    ) -> protocol.ConfigureResponse:
        self._account = configuration.settle(request.variables, self._environment)
        timing = Timing.of(self._environment)
        self._client = ArmClient(self._account.endpoint, self._account.token, timing)
        self._defaults = Defaults(self._account, self._client)
        self._resources = Resources(self._account, self._client)
        if self._cancelled.is_set():
            self._client.cancel()
        return protocol.ConfigureResponse(
            supportsPreview=True, supports_autonaming_configuration=True
        )

    @_told
    def Invoke(
        self, request: protocol.InvokeRequest, context: grpc.ServicerContext
    ) -> protocol.InvokeResponse:
        arguments = unpack(request.args)
        result = invoke(request.tok, arguments, self._account, self._resources, self._client)
        response = protocol.InvokeResponse()
        getattr(response, "return").CopyFrom(pack(result))
        return response

    @_told
    def Check(
        self, request: protocol.CheckRequest, context: grpc.ServicerContext
    ) -> protocol.CheckResponse:
        entry = _entry(request.urn)
        old, new = unpack(request.olds), unpack(request.news)
        inputs = self._defaults.applied(entry, old, new, _naming_request(request))
        reasons = failures(entry, sdk_shapes.of(entry.token), inputs)
        return protocol.CheckResponse(
            inputs=pack(inputs),
            failures=[protocol.CheckFailure(reason=reason) for reason in reasons],
        )

    @_told
    def Diff(
        self, request: protocol.DiffRequest, context: grpc.ServicerContext
    ) -> protocol.DiffResponse:
        entry = _entry(request.urn)
        old, new, state = unpack(request.old_inputs), unpack(request.news), unpack(request.olds)
        if "azureApiVersion" in state:
            old.setdefault("azureApiVersion", state["azureApiVersion"])
            self._tell_version(request.urn, state["azureApiVersion"], entry.api_version)
        changes = replacement.changes(entry, old, new, state)
        replaces = [change.path for change in changes if change.replaces]
        first = bool(old.get(replacement.CREATE_BEFORE_DELETE))
        some = protocol.DiffResponse.DIFF_SOME
        return protocol.DiffResponse(
            changes=some if changes else protocol.DiffResponse.DIFF_NONE,
            replaces=replaces,
            deleteBeforeReplace=bool(replaces) and not first,
            diffs=sorted({change.top for change in changes}),
            detailedDiff={change.path: _property_diff(change) for change in changes},
            hasDetailedDiff=True,
        )

    @_told
    def Create(
        self, request: protocol.CreateRequest, context: grpc.ServicerContext
    ) -> protocol.CreateResponse:
        entry, inputs = _entry(request.urn), unpack(request.properties)
        if request.preview:
            outputs = resources.previewed_create(entry, inputs)
            return protocol.CreateResponse(properties=pack(outputs))
        try:
            made = self._resources.create(entry, inputs, self._warn(request.urn))
        except PartialError as error:
            _fail_partially(context, error, inputs)
        return protocol.CreateResponse(id=made.id, properties=pack(made.outputs))

    @_told
    def Update(
        self, request: protocol.UpdateRequest, context: grpc.ServicerContext
    ) -> protocol.UpdateResponse:
        entry, inputs = _entry(request.urn), unpack(request.news)
        if request.preview:
            outputs = resources.previewed_update(entry, inputs, unpack(request.olds))
            return protocol.UpdateResponse(properties=pack(outputs))
        old = Old(unpack(request.old_inputs), unpack(request.olds))
        try:
            made = self._resources.update(entry, inputs, old, self._warn(request.urn))
        except PartialError as error:
            _fail_partially(context, error, inputs)
        return protocol.UpdateResponse(properties=pack(made.outputs))

    @_told
    def Read(
        self, request: protocol.ReadRequest, context: grpc.ServicerContext
    ) -> protocol.ReadResponse:
        entry = _entry(request.urn)
        resource: Written | None
        if request.HasField("inputs"):
            inputs, state = unpack(request.inputs), unpack(request.properties)
            resource = self._resources.refresh(entry, request.id, inputs, state)
        else:
            resource = self._resources.import_(entry, request.id)
        if resource is None:
            return protocol.ReadResponse()
        return protocol.ReadResponse(
            id=resource.id, properties=pack(resource.outputs), inputs=pack(resource.inputs)
        )

    @_told
    def Delete(self, request: protocol.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        self._resources.delete(_entry(request.urn), request.id)
        return Empty()

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """Ends what is under way; the process itself lives until the engine ends it."""
        self._cancelled.set()
        if hasattr(self, "_client"):
            self._client.cancel()
        return Empty()

    def _tell_version(self, urn: str, old: str, new: str) -> None:
        if old != new:
            self._log.warn(
                urn,
                f"Resource API version has changed from {old} to {new}. Run 'pulumi refresh"
                " --run-program' to update the resource state with the new API version schema.",
            )

    def _warn(self, urn: str) -> Callable[[str], None]:
        return lambda message: self._log.warn(urn, message)


def _entry(urn: str) -> ResourceType:
    """The resource type in a URN, whose type part may hold its parents' types before a `$`."""
    return find(urn.split("::")[2].split("$")[-1])


def _naming_request(request: protocol.CheckRequest) -> naming.Request:
    logical_name = request.urn.split("::", 3)[3]
    if not request.HasField("autonaming"):
        return naming.Request(logical_name, request.randomSeed)
    wanted = request.autonaming
    return naming.Request(
        logical_name, request.randomSeed, _MODES[wanted.mode], wanted.proposed_name
    )


def _property_diff(change: replacement.Change) -> protocol.PropertyDiff:
    kind = f"{change.kind}_REPLACE" if change.replaces else change.kind
    return protocol.PropertyDiff(kind=protocol.PropertyDiff.Kind.Value(kind), inputDiff=True)


def _fail_partially(
    context: grpc.ServicerContext, error: PartialError, inputs: dict[str, Any]
) -> NoReturn:
    """Ends the call with what is there, for the state; the next run updates it."""
    detail = protocol.ErrorResourceInitFailed(
        id=error.id,
        properties=pack(error.outputs) if error.outputs is not None else None,
        reasons=[str(error)],
        inputs=pack(inputs),
    )
    status = Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
    status.details.add().Pack(detail)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    _fail(context, str(error))
