"""Create, read, update and delete, each as the sequence of ARM requests the real provider makes.

Follows the methods of these names in `provider/pkg/provider/provider.go` and
`provider/pkg/provider/crud/crud.go`. The state's id is the one ARM answers with, letter case
included; an update writes to the id that the inputs make, as the real provider does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from localazure.provider import convert, sdk_shapes
from localazure.provider.client import ArmClient
from localazure.provider.configuration import Account
from localazure.provider.errors import AcceptedError, ArmError, ProviderError
from localazure.provider.replacement import with_drift
from localazure.provider.resource_types import ResourceType

Inputs = Mapping[str, Any]
State = Mapping[str, Any]
Warn = Callable[[str], None]

_STABLE = ("name", "location")
"""Outputs that an update's preview still knows."""


@dataclass(frozen=True)
class Old:
    """State of a resource before an update."""

    inputs: Inputs
    state: State


@dataclass(frozen=True)
class Written:
    """A resource after a write or a look."""

    id: str
    outputs: dict[str, Any]
    inputs: dict[str, Any]


class PartialError(ProviderError):
    """A write that ARM accepted and then failed: what is there now belongs into the state."""

    def __init__(self, reason: str, resource_id: str, outputs: dict[str, Any] | None) -> None:
        super().__init__(reason)
        self.id = resource_id
        self.outputs = outputs


class Resources:
    """The resources of one subscription."""

    def __init__(self, account: Account, client: ArmClient) -> None:
        self._account = account
        self._client = client

    def create(self, entry: ResourceType, inputs: Inputs, warn: Warn) -> Written:
        """GET (must be absent), PUT, wait, GET. Raises ProviderError or PartialError."""
        resource_id = self.id_of(entry, inputs)
        body = convert.request_body(sdk_shapes.of(entry.token), inputs)
        if entry.made_with_parent:
            self._client.refuse_changed(resource_id, entry.api_version)
        else:
            self._client.refuse_existing(resource_id, entry.api_version)
        for member in entry.kept_when_unset:
            properties = body.setdefault("properties", {})
            properties.setdefault(member, [])
        response = self._write("PUT", entry, resource_id, body)
        resource_id = response.get("id") or resource_id
        return self._written(entry, resource_id, inputs, response, lambda: warn(_unread("Create")))

    def update(self, entry: ResourceType, inputs: Inputs, old: Old, warn: Warn) -> Written:
        """PUT, wait, GET; a GET before it where sub-resources are kept. Raises like `create`.

        PATCH instead where a member of a set is gone, which a PUT could not say.
        """
        inputs = {**_restored(entry, inputs, old.state), **inputs}
        resource_id = self.id_of(entry, inputs)
        body = convert.request_body(sdk_shapes.of(entry.token), inputs, old.inputs)
        self._keep_unset(entry, resource_id, body)
        method = "PATCH" if convert.has_null(body) else "PUT"
        response = self._write(method, entry, resource_id, body)
        return self._written(entry, resource_id, inputs, response, lambda: warn(_unread("Update")))

    def delete(self, entry: ResourceType, resource_id: str) -> None:
        """DELETE and wait; what is gone already is no error, and what never goes is reset."""
        if entry.made_with_parent:
            self._client.write("PUT", resource_id, entry.api_version, {}, long_running=False)
            return
        long_running = "DELETE" in entry.long_running
        self._client.delete(resource_id, entry.api_version, long_running=long_running)

    def refresh(
        self, entry: ResourceType, resource_id: str, inputs: Inputs, state: Inputs
    ) -> Written | None:
        """The resource as it is, with drift carried into its inputs; None if it is gone."""
        response = self._look(entry, resource_id)
        if response is None:
            return None
        known = sdk_shapes.of(entry.token)
        now = convert.inputs_of_outputs(known, convert.outputs(known, response))
        for member in entry.kept_when_unset:
            if member not in inputs:
                now.pop(member, None)
        before = convert.inputs_of_outputs(known, _without_defaults(entry, inputs, state))
        drifted = with_drift(inputs, before, now)
        return Written(resource_id, self._state(entry, response), drifted)

    def import_(self, entry: ResourceType, resource_id: str) -> Written | None:
        """The resource as it is, with inputs made up from its id and body; None if absent."""
        response = self._look(entry, resource_id)
        if response is None:
            return None
        inputs = parameters_of(entry, resource_id)
        inputs |= convert.inputs_of_response(sdk_shapes.of(entry.token), response)
        return Written(resource_id, self._state(entry, response), inputs)

    def id_of(self, entry: ResourceType, inputs: Inputs) -> str:
        """The ARM id that the inputs make; parameters are escaped, scopes are whole ids."""
        values = {**inputs, "subscriptionId": self._account.subscription_id}

        def filled(match: re.Match[str]) -> str:
            text = str(values[match[1]])
            return text.strip("/") if match[1] == "scope" else quote(text, safe="$&+:=@")

        return re.sub(r"\{(\w+)\}", filled, entry.path)

    def _write(
        self, method: str, entry: ResourceType, resource_id: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        waits = "PUT" in entry.long_running
        try:
            return self._client.write(
                method, resource_id, entry.api_version, body, long_running=waits
            )
        except AcceptedError as error:
            raise self._partial(entry, resource_id, error) from error

    def _partial(self, entry: ResourceType, resource_id: str, error: AcceptedError) -> PartialError:
        try:
            response = self._client.get(resource_id, entry.api_version)
        except ProviderError as unread:
            reason = f"resource created but read failed {unread}: {error}"
            return PartialError(reason, resource_id, None)
        outputs = convert.outputs(sdk_shapes.of(entry.token), response)
        return PartialError(str(error), resource_id, outputs)

    def _keep_unset(self, entry: ResourceType, resource_id: str, body: dict[str, Any]) -> None:
        properties = body.setdefault("properties", {}) if entry.kept_when_unset else {}
        unset = [member for member in entry.kept_when_unset if member not in properties]
        if not unset:
            return
        try:
            there = self._client.get(resource_id, entry.api_version).get("properties") or {}
        except ArmError as error:
            raise ProviderError(
                f"failed maintaining unset sub-resource properties: reading cloud state: {error}"
            ) from error
        properties |= {member: there[member] for member in unset if member in there}

    def _written(
        self,
        entry: ResourceType,
        resource_id: str,
        inputs: Inputs,
        response: dict[str, Any],
        warn: Callable[[], None],
    ) -> Written:
        """Reads once more what was written, since a PUT's answer may differ from a GET's."""
        if self._account.reads_after_write:
            try:
                response = self._client.get(resource_id, entry.api_version)
            except ProviderError:
                warn()
        return Written(resource_id, self._state(entry, response), dict(inputs))

    def _look(self, entry: ResourceType, resource_id: str) -> dict[str, Any] | None:
        try:
            return self._client.get(resource_id, entry.api_version)
        except ArmError as error:
            if error.status == 404:
                return None
            raise

    def _state(self, entry: ResourceType, response: dict[str, Any]) -> dict[str, Any]:
        outputs = convert.outputs(sdk_shapes.of(entry.token), response)
        return {**outputs, "azureApiVersion": entry.api_version}


def parameters_of(entry: ResourceType, resource_id: str) -> dict[str, Any]:
    """Path parameters of an ARM id, in the id's letter case; the fixed parts in any.

    Raises ProviderError if the id is of another type.
    """
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*?)", re.escape(entry.path))
    match = re.fullmatch(pattern, resource_id, re.IGNORECASE)
    if match is None:
        raise ProviderError(f"failed to parse '{resource_id}' against the path '{entry.path}'")
    return {name: text for name, text in match.groupdict().items() if name != "subscriptionId"}


def _restored(entry: ResourceType, inputs: Inputs, state: State) -> dict[str, Any]:
    """Defaults of what the state has and the inputs do not."""
    return {
        name: value
        for name, value in entry.defaults.items()
        if name not in inputs and name in state
    }


def _without_defaults(entry: ResourceType, inputs: Inputs, state: State) -> dict[str, Any]:
    """The state without inputs that say what Azure's default is."""
    return {
        name: value
        for name, value in state.items()
        if name not in inputs or name not in entry.defaults or value != entry.defaults[name]
    }


def _unread(operation: str) -> str:
    return (
        f"Failed to read resource after {operation}. Please report this issue.\n"
        "Verbose logs contain more information, see"
        " https://www.pulumi.com/docs/support/troubleshooting/#verbose-logging."
    )


def previewed_create(entry: ResourceType, inputs: Inputs) -> dict[str, Any]:
    """Outputs before a create: the inputs, all else unknown."""
    return convert.preview(sdk_shapes.of(entry.token), inputs)


def previewed_update(entry: ResourceType, inputs: Inputs, state: Inputs) -> dict[str, Any]:
    """Outputs before an update: the same, but name and location stay known."""
    kept = {name: state[name] for name in _STABLE if name in state}
    return {**convert.preview(sdk_shapes.of(entry.token), inputs), **kept}
