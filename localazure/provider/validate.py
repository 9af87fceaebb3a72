"""Refuses inputs of the wrong type and names those that are missing.

Follows `validateType` and `validateProperty` in `provider/pkg/provider/provider.go`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from localazure.provider.convert import UNKNOWN
from localazure.provider.resource_types import ResourceType
from localazure.provider.sdk_shapes import Shape, Shapes, Spec

_LOCATION_HINT = (
    ". Either set it explicitly or configure it with "
    "'pulumi config set azure-native:location <value>'."
)


def failures(entry: ResourceType, shapes: Shapes, inputs: Mapping[str, Any]) -> Iterator[str]:
    """One sentence for each thing that is wrong; unknown values pass."""
    for parameter in entry.path_inputs:
        if parameter not in inputs:
            yield _missing(parameter)
        elif not isinstance(inputs[parameter], str):
            yield _mistyped(parameter, "string", inputs[parameter])
    yield from _shape_failures(shapes, shapes.top, inputs, "")


def _shape_failures(
    shapes: Shapes, shape: Shape, values: Mapping[str, Any], base: str
) -> Iterator[str]:
    for member in shape.required:
        if member not in values:
            yield _missing(base + member)
    for member, spec in shape.inputs.items():
        if member in values:
            yield from _value_failures(shapes, spec, values[member], base + member)


def _value_failures(shapes: Shapes, spec: Spec, value: Any, path: str) -> Iterator[str]:
    shape = shapes.named(spec)
    if value == UNKNOWN or spec == "any":
        return
    if isinstance(value, dict) and shape is not None:
        yield from _shape_failures(shapes, shape, value, f"{path}.")
    elif isinstance(value, list) and isinstance(spec, list):
        for index, item in enumerate(value):
            yield from _value_failures(shapes, spec[0], item, f"{path}[{index}]")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _number_failures(spec, value, path)
    elif not _fits(spec, value):
        yield _mistyped(path, _type_name(spec), value)


def _fits(spec: Spec, value: Any) -> bool:
    """As lenient as the real provider, which looks at texts and lists only."""
    if isinstance(value, list):
        return spec == "set"
    return spec == "string" or not isinstance(value, str)


def _number_failures(spec: Spec, value: float, path: str) -> Iterator[str]:
    if spec not in ("integer", "number"):
        yield _mistyped(path, _type_name(spec), value)
    elif spec == "integer" and not float(value).is_integer():
        yield f"'{path}' must be an integer but got {value:f}"


def _missing(path: str) -> str:
    hint = _LOCATION_HINT if path == "location" else ""
    return f"missing required property '{path}'{hint}"


def _mistyped(path: str, wanted: str, value: Any) -> str:
    actual = "an array" if isinstance(value, list) else "a string"
    if isinstance(value, (int, float, dict)):
        actual = "an object" if isinstance(value, dict) else "a number"
    return f"'{path}' should be of type '{wanted}' but got {actual}"


def _type_name(spec: Spec) -> str:
    if isinstance(spec, list) or spec == "set":
        return "array"
    return spec if isinstance(spec, str) and not spec.startswith("#") else "object"
