"""Between the protocol's Struct and plain Python values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.struct_pb2 import Struct, Value


def unpack(struct: Struct) -> dict[str, Any]:
    """Plain values; whole numbers as `int`, as ARM wants them; members that are null left out."""
    values = {key: _plain(value) for key, value in struct.fields.items()}
    return {key: value for key, value in values.items() if value is not None}


def _plain(value: Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return unpack(value.struct_value)
    if kind == "list_value":
        return [_plain(item) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return getattr(value, kind) if kind and kind != "null_value" else None


def pack(values: Mapping[str, Any]) -> Struct:
    struct = Struct()
    struct.update(values)
    return struct
