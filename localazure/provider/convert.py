"""Between the SDK's flat properties and ARM's bodies.

Follows `provider/pkg/convert/{sdkInputsToRequestBody,responseBodyToSdkOutputs,responseToSdkInputs,
sdkOutputsToSdkInputs,previewOutputs}.go`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from localazure.provider.sdk_shapes import Shape, Shapes, Spec

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the protocol puts in place of a value that is not known yet."""

_Member = Callable[[Shape, Any], Any]


def request_body(
    shapes: Shapes, inputs: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The body of a write: what ARM knows among the inputs, in its places.

    A member that left a set since the inputs `before` is null, as Azure's merge patch wants it.
    """
    return _body(shapes, shapes.top, inputs, before or {})


def has_null(body: Mapping[str, Any]) -> bool:
    """True if a member is null at any depth of the objects."""
    return any(
        value is None or (isinstance(value, dict) and has_null(value)) for value in body.values()
    )


def _body(
    shapes: Shapes, shape: Shape, values: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for member, spec in shape.inputs.items():
        if member in values:
            *containers, last = shape.path(member)
            inner = body
            for container in containers:
                inner = inner.setdefault(container, {})
            inner[last] = _body_value(shapes, spec, values[member], before.get(member))
    return body


def _body_value(shapes: Shapes, spec: Spec, value: Any, before: Any) -> Any:
    if spec == "set" and isinstance(value, list):
        gone = before if isinstance(before, list) else []
        return {**dict.fromkeys(gone), **{text: {} for text in value}}
    inner = before if isinstance(before, dict) else {}
    return _nested(
        shapes, spec, value, lambda shape, value_shape: _body(shapes, shape, value_shape, inner)
    )


def outputs(shapes: Shapes, response: Mapping[str, Any]) -> dict[str, Any]:
    """ARM's answer as the state holds it: the members that the SDK knows, in its flat names."""
    return _flat(shapes, shapes.top, "outputs", response)


def inputs_of_response(shapes: Shapes, response: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs that would make the resource as it is, path parameters aside; for an import.

    `id` is left out and so is whatever is empty, as the real provider does to keep diffs small.
    """
    flat = _flat(shapes, shapes.top, "inputs", response)
    flat.pop("id", None)
    kept = {name: _without_empty(value) for name, value in flat.items()}
    return {name: value for name, value in kept.items() if value is not None}


def _flat(shapes: Shapes, shape: Shape, side: str, body: Mapping[str, Any]) -> dict[str, Any]:
    specs: Mapping[str, Spec] = getattr(shape, side)
    flat = {}
    for member, spec in specs.items():
        value = _at(body, shape.path(member))
        if value is not None:
            flat[member] = _flat_value(shapes, spec, side, value)
    return flat


def _flat_value(shapes: Shapes, spec: Spec, side: str, value: Any) -> Any:
    if spec == "set" and isinstance(value, dict):
        return list(value)
    return _nested(shapes, spec, value, lambda shape, inner: _flat(shapes, shape, side, inner))


def inputs_of_outputs(shapes: Shapes, state: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a state that inputs can set: what a refresh compares.

    `id` is left out as in an import: Azure answers it in more than one letter case.
    """
    projected = _projected(shapes, shapes.top, state)
    projected.pop("id", None)
    return projected


def _projected(shapes: Shapes, shape: Shape, state: Mapping[str, Any]) -> dict[str, Any]:
    return {
        member: _projected_value(shapes, spec, state[member])
        for member, spec in shape.inputs.items()
        if member in state
    }


def _projected_value(shapes: Shapes, spec: Spec, value: Any) -> Any:
    if spec == "set" and isinstance(value, dict):
        return list(value)
    return _nested(shapes, spec, value, lambda shape, inner: _projected(shapes, shape, inner))


def preview(shapes: Shapes, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs before a create or update: inputs as given, every other member unknown."""
    return _previewed(shapes, shapes.top, inputs)


def _previewed(shapes: Shapes, shape: Shape, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        member: _previewed_value(shapes, spec, inputs.get(member, UNKNOWN))
        for member, spec in shape.outputs.items()
    }


def _previewed_value(shapes: Shapes, spec: Spec, value: Any) -> Any:
    if value == UNKNOWN or not _fits(spec, value):
        return UNKNOWN
    return _nested(shapes, spec, value, lambda shape, inner: _previewed(shapes, shape, inner))


def _fits(spec: Spec, value: Any) -> bool:
    """True if an input has its output's type; the output of a set, say, is an object."""
    if isinstance(spec, list):
        return isinstance(value, list)
    if isinstance(spec, dict) or spec.startswith("#"):
        return isinstance(value, dict)
    return spec == "any" or not isinstance(value, (list, dict))


def _nested(shapes: Shapes, spec: Spec, value: Any, convert: _Member) -> Any:
    """Applies `convert` to every object of a known shape within the value."""
    shape = shapes.named(spec)
    if shape is not None and isinstance(value, dict):
        return convert(shape, value)
    if isinstance(spec, list) and isinstance(value, list):
        return [_nested(shapes, spec[0], item, convert) for item in value]
    if isinstance(spec, dict) and isinstance(value, dict):
        return {key: _nested(shapes, spec["*"], item, convert) for key, item in value.items()}
    return value


def _at(body: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = body
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _without_empty(value: Any) -> Any:
    """The value without empty objects and lists inside, None if nothing is left."""
    if isinstance(value, dict):
        kept = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None} or None
    if isinstance(value, list):
        items = [_without_empty(item) for item in value]
        return [item for item in items if item is not None] or None
    return value
