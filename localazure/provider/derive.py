"""Writes `sdk_shapes.json`: the properties of every known type, read from the installed SDK.

    python -m localazure.provider.derive

Run it after a change to `resource_types` or to the SDK's version; a test fails until it was. Names
and types come from the SDK's own translation tables (`pulumi._types`), which is where the SDK looks
them up. A property's place in ARM's body follows ARM's rule: what every resource has (`ENVELOPE`)
at the top, the rest under `properties`; nested resources, recognisable by their etag, likewise.
Exceptions stand in `resource_types`. `shapes` describes the file.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import json
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi import _types as sdk

from localazure.provider.resource_types import ALL, ResourceType
from localazure.provider.sdk_shapes import FILE, TOP

ENVELOPE = frozenset(
    {"id", "name", "type", "location", "tags", "sku", "kind", "identity", "etag", "zones", "plan"}
    | {"managedBy", "extendedLocation", "systemData"}
)
"""Members that ARM keeps at the top of every resource (Azure's resource provider contract)."""

_SCALARS = {str: "string", bool: "boolean", int: "integer", float: "number", Any: "any"}
_DEFERRED = (typing.get_origin(typing.Awaitable[str]), pulumi.Output)

Members = Mapping[str, Any]


class DerivationError(Exception):
    """The SDK describes something that a shape cannot hold."""


def derive() -> dict[str, dict[str, Any]]:
    """Shapes by token, then by name."""
    return {token: _Derivation(entry).run() for token, entry in sorted(ALL.items())}


class _Derivation:
    """Walks inputs and outputs of one type side by side, since a shape has both."""

    def __init__(self, entry: ResourceType) -> None:
        self._entry = entry
        self._module = importlib.import_module(f"pulumi_azure_native.{entry.module}")
        self._shapes: dict[str, Any] = {}

    def run(self) -> dict[str, Any]:
        outputs = dict(sdk.resource_types(getattr(self._module, self._entry.name)))
        del outputs["azureApiVersion"]
        outputs["id"] = str  # in every state, although the SDK shows the one of its base class
        inputs = inputs_of(self._entry)
        for parameter in self._entry.path_inputs:
            del inputs[parameter]
        required = _required(_arguments(self._entry)) & inputs.keys() | self._entry.required
        self._add(TOP, inputs, outputs, required)
        return self._shapes

    def _add(self, name: str, inputs: Members, outputs: Members, required: set[str]) -> None:
        shape = self._shapes[name] = {"inputs": {}, "outputs": {}, "paths": {}}
        shape["required"] = sorted(required)
        for member in sorted({*inputs, *outputs}):
            given, read = _bare(inputs.get(member)), _bare(outputs.get(member))
            if given is not None:
                shape["inputs"][member] = self._spec(given, read)
            if read is not None:
                shape["outputs"][member] = self._spec(read, given)
        shape["paths"] = self._paths(name, {*inputs, *outputs})

    def _paths(self, shape: str, members: set[str]) -> dict[str, str]:
        """Paths of members in ARM's body; those that sit under their own name are left out."""
        paths = {}
        for member in sorted(members):
            inner = self._is_wrapped(shape, members) and member not in ENVELOPE
            usual = f"properties.{member}" if inner else member
            key = member if shape == TOP else f"{shape}.{member}"
            path = self._entry.body_paths.get(key, usual)
            if path != member:
                paths[member] = path
        return paths

    def _is_wrapped(self, shape: str, members: set[str]) -> bool:
        if shape == TOP:
            return self._entry.wrapped
        return shape in self._entry.wrapped_shapes or "etag" in members

    def _spec(self, annotation: Any, other: Any) -> Any:
        """The spec of a type; `other` is what the opposite direction has in its place."""
        if annotation in _SCALARS:
            return _SCALARS[annotation]
        if _is_shape(annotation):
            return f"#{self._shape(annotation, other)}"
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        inner = _bare(arguments[-1]) if arguments else None
        counterpart = _bare((typing.get_args(other) or (None,))[-1])
        if _is_a(origin, Sequence) and _is_a(typing.get_origin(other), Mapping):
            return "set"
        if _is_a(origin, Sequence):
            return [self._spec(inner, counterpart)]
        if _is_a(origin, Mapping):
            return {"*": self._spec(inner, counterpart)}
        raise DerivationError(f"{self._entry.token}: no spec for {annotation!r}")

    def _shape(self, annotation: type, other: Any) -> str:
        """Name of the shape, which it adds if new: inputs and outputs by place, else by name."""
        pair = [kind for kind in (annotation, other) if _is_shape(kind)]
        given = next((kind for kind in pair if sdk.is_input_type(kind)), None)
        read = next((kind for kind in pair if sdk.is_output_type(kind)), None)
        name = (given or annotation).__name__.removesuffix("Args").removesuffix("Response")
        if name not in self._shapes:
            given = given or getattr(self._module, f"{name}Args", None)
            read = read or getattr(self._module.outputs, f"{name}Response", None)
            inputs = sdk.input_type_types(given) if given else {}
            outputs = sdk.output_type_types(read) if read else {}
            self._add(name, inputs, outputs, _required(given) if given else set())
        return name


def inputs_of(entry: ResourceType) -> dict[str, Any]:
    """Every input of the SDK's class, path parameters included, with its annotation."""
    return dict(sdk.input_type_types(_arguments(entry)))


def _arguments(entry: ResourceType) -> type:
    """The class of the SDK's arguments; `…InitArgs` where `…Args` is a nested shape's name."""
    module = importlib.import_module(f"pulumi_azure_native.{entry.module}")
    class_: type = getattr(module, f"{entry.name}InitArgs", None) or getattr(
        module, f"{entry.name}Args"
    )
    return class_


def _bare(annotation: Any) -> Any:
    """The annotation without `None`, `Awaitable` and `Output`, enumerations as their values."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        options = {_bare(option) for option in typing.get_args(annotation)} - {None}
        if len(options) != 1:
            raise DerivationError(f"no single type in {annotation!r}")
        return options.pop()
    if annotation is type(None) or typing.get_origin(annotation) in _DEFERRED:
        return None
    if _is_a(annotation, enum.Enum):
        return type(next(iter(annotation)).value)
    return annotation


def _is_shape(annotation: Any) -> bool:
    return isinstance(annotation, type) and (
        sdk.is_input_type(annotation) or sdk.is_output_type(annotation)
    )


def _is_a(value: Any, kind: type) -> bool:
    return isinstance(value, type) and issubclass(value, kind)


def _required(arguments: type) -> set[str]:
    """Names of the inputs that the SDK's constructor has no default for."""
    names = sdk.input_type_py_to_pulumi_names(arguments)
    parameters = inspect.signature(arguments).parameters.items()
    empty = inspect.Parameter.empty
    return {names[name] for name, parameter in parameters if parameter.default is empty}


def render() -> str:
    """The text of `sdk_shapes.json`, a shape a line."""
    blocks = []
    for token, shapes in derive().items():
        lines = [
            f"  {json.dumps(name)}: {json.dumps(shape, sort_keys=True)}"
            for name, shape in sorted(shapes.items())
        ]
        blocks.append(f" {json.dumps(token)}: {{\n" + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
