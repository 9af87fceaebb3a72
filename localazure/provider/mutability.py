"""Compares `replaced_on` with the published specifications: what may be created and not updated.

`python -m localazure.provider.mutability CHECKOUT` reads a checkout of Azure/azure-rest-api-specs
(OpenAPI 2) and prints each input whose `x-ms-mutability` has `create` and not `update`, of a type
that the stand-in would update in place. Exit code 0: none; 1: some; 2: a type's file was not found.
Inputs within other inputs are left out, as are those that the provider's own map adds.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from localazure.provider.resource_types import ALL, ResourceType

Node = Mapping[str, Any]


def create_only(specs: Path, entry: ResourceType) -> frozenset[str] | None:
    """Inputs of a type that can be set once; None where no file describes its PUT."""
    for path in sorted(specs.glob(f"specification/**/{entry.api_version}/*.json")):
        document = _read(path)
        for route, operations in document.get("paths", {}).items():
            if _comparable(route) == _comparable(entry.path) and "put" in operations:
                return frozenset(_of_put(operations["put"], document, path))
    return None


def _of_put(operation: Node, document: Node, path: Path) -> Iterator[str]:
    for parameter in operation.get("parameters", []):
        resolved, where, file = _resolved(parameter, document, path)
        if resolved.get("in") == "body":
            yield from _inputs(resolved["schema"], where, file)


def _inputs(schema: Node, document: Node, path: Path) -> Iterator[str]:
    """Names of properties, those of parents and of a flattened `properties` among them."""
    resolved, document, path = _resolved(schema, document, path)
    for parent in resolved.get("allOf", []):
        yield from _inputs(parent, document, path)
    for name, inner in resolved.get("properties", {}).items():
        if inner.get("x-ms-client-flatten"):
            yield from _inputs(inner, document, path)
            continue
        mutability = inner.get("x-ms-mutability", ["create", "update"])
        if "create" in mutability and "update" not in mutability:
            yield str(inner.get("x-ms-client-name", name))


def _resolved(node: Node, document: Node, path: Path) -> tuple[Node, Node, Path]:
    """The target of a reference, with the document and file that hold it."""
    while "$ref" in node:
        file, _, pointer = str(node["$ref"]).partition("#")
        if file:
            path = (path.parent / file).resolve()
            document = _read(path)
        node = document
        for step in pointer.strip("/").split("/"):
            node = node[step]
    return node, document, path


def _comparable(route: str) -> str:
    """A path without letter case and names of parameters."""
    return re.sub(r"\{\w+\}", "{}", route).casefold()


def _read(path: Path) -> Node:
    document: Node = json.loads(path.read_text(encoding="utf-8"))
    return document


def main(arguments: list[str]) -> int:
    """Prints what differs, a line each."""
    if len(arguments) != 1:
        print("usage: python -m localazure.provider.mutability CHECKOUT", file=sys.stderr)
        return 2
    code = 0
    for token, entry in ALL.items():
        names = create_only(Path(arguments[0]), entry)
        if names is None:
            print(f"{token}: no file describes its PUT at {entry.api_version}")
            code = 2
            continue
        for name in sorted(names - entry.replaced_on - {*entry.path_inputs}):
            print(f"{token}: {name} can be set once, and is updated here")
            code = max(code, 1)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
