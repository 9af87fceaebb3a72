"""Bodies of the wrong shape, refused as the Network provider refuses them.

Quoted in public issues: azure-cli #16205 (a member that there is not), #1619 (a value of another
type), #1458 (an id of another type), Azure/azure-quickstart-templates #3785 (no id at all).
"""

from __future__ import annotations

from typing import Any

from localazure.errors.network import InvalidRequestFormat
from localazure.state.arm_id import key, parse_resource

Shape = dict[str, Any]
"""Members by name: a type, an inner shape, or `ANY`. The name `*` stands for every other member."""

ANY = object
STRICT = "!"
"""As a name in a shape: members that it does not list are refused."""


def check_shape(value: Any, shape: Shape, path: str = "", type_: str = "Resource") -> None:
    """Raises InvalidRequestFormat at the first member that does not fit; null fits everywhere."""
    if not isinstance(value, dict):
        raise _wrong_type(value, type_, path)
    for name, inner in value.items():
        where = f"{path}.{name}" if path else name
        wanted: Any = shape.get(name, shape.get("*", ANY))
        if name not in shape and STRICT in shape:
            raise _unknown(name, shape[STRICT], where)
        if inner is None or wanted is ANY:
            continue
        if isinstance(wanted, dict):
            check_shape(inner, wanted, where, name)
        elif not _fits(inner, wanted):
            raise _wrong_type(inner, _NAMES[wanted], where)


def check_parts(value: Any, path: str) -> None:
    """Raises InvalidRequestFormat unless it is a list of objects with a name and properties."""
    if value is None:
        return
    if not isinstance(value, list):
        raise _wrong_type(value, _NAMES[list], path)
    for position, part in enumerate(value):
        where = f"{path}[{position}]"
        check_shape(part, {"name": str, "properties": {}}, where)
        if not part.get("name"):
            message = f"Required property 'name' not found in JSON. Path '{where}'."
            raise InvalidRequestFormat("InvalidJson", message)


def check_reference(id_: Any, type_: str, path: str) -> None:
    """Raises InvalidRequestFormat unless the value is the id of a resource of the type."""
    if not id_:
        message = f"Value for reference id is missing. Path {path}."
        raise InvalidRequestFormat("MissingJsonReferenceId", message)
    try:
        fits = key(parse_resource(str(id_)).type) == key(type_)
    except ValueError:
        fits = False
    if not fits:
        raise wrong_reference(str(id_), type_.partition("/")[2], path)


def wrong_reference(id_: str, expected: str, path: str) -> InvalidRequestFormat:
    """The error for an id of another type, or of none."""
    return InvalidRequestFormat(
        "InvalidJsonReferenceFormat",
        f"Reference Id {id_} is not formatted correctly. The Id is expected to reference resources"
        f" of type {expected}. Path {path}.",
    )


def _fits(value: Any, wanted: type) -> bool:
    if wanted in (int, float):
        return isinstance(value, int | wanted) and not isinstance(value, bool)
    return isinstance(value, wanted)


def _unknown(name: str, type_: str, path: str) -> InvalidRequestFormat:
    message = f"Could not find member '{name}' on object of type '{type_}'. Path '{path}'."
    return InvalidRequestFormat("InvalidJson", message)


def _wrong_type(value: Any, type_: str, path: str) -> InvalidRequestFormat:
    message = f"Error converting value {value!r} to type '{type_}'. Path '{path}'."
    return InvalidRequestFormat("InvalidJson", message)


_NAMES = {
    str: "System.String",
    int: "System.Int32",
    float: "System.Double",
    bool: "System.Boolean",
    list: "System.Array",
}
