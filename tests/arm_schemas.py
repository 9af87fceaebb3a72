"""Request bodies against Azure's own JSON schemas of the resources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT4

Body = dict[str, Any]
COMMON = "https://schema.management.azure.com/schemas/common/definitions.json"
NO_EXPRESSION: Body = {"definitions": {"expression": {"not": {}}}}
"""In place of the template expressions that the schemas allow: a request holds none."""
TEMPLATE_ONLY = ("apiVersion", "name", "type", "properties")
"""What a template must say: a request has the URL for it, and needs no empty `properties`."""


def against_schema(folder: Path, file: str, resource: str, body: Body) -> list[str]:
    """What Azure's schema of a resource says against a request's body.

    ``folder`` holds the schemas, ``file`` is one without ending. The envelope is the template's.
    """
    schema = json.loads((folder / f"{file}.json").read_text())
    closed = _closed(
        {**schema["resourceDefinitions"][resource], "definitions": schema["definitions"]}
    )
    closed["required"] = [name for name in closed["required"] if name not in TEMPLATE_ONLY]
    registry: Registry[Any] = Registry().with_resource(
        COMMON, DRAFT4.create_resource(NO_EXPRESSION)
    )
    validator = jsonschema.Draft4Validator(closed, registry=registry)
    return [error.message for error in validator.iter_errors(body)]


def _closed(schema: Any) -> Any:
    """The schema without leave for members that it does not name."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        inner.setdefault("additionalProperties", False)
    return inner
