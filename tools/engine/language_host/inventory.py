"""Prints the packages of the Python that runs it, as JSON. Standard library only, any Python 3.8+.

A list of {"name", "version", "required", "plugin"}: names normalized, `required` says whether
another package asks for it, `plugin` is the content of its pulumi-plugin.json or null.
"""

from __future__ import annotations

import json
import os
import re
import sys
from importlib.metadata import Distribution, distributions
from typing import Any

FIELDS = ("Name", "Version", "Requires-Dist")


def normalize(name: str) -> str:
    """The name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def plugin_file(name: str, folders: list[str]) -> Any:
    """Content of pulumi-plugin.json in the package's module folder, None if it has none."""
    module = name.replace("-", "_")
    for folder in folders:
        path = os.path.join(folder, module, "pulumi-plugin.json")
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                return json.load(file)
    return None


def inventory(folders: list[str]) -> list[dict[str, Any]]:
    """One entry for each package found in the folders; the first of a name counts."""
    found: dict[str, dict[str, list[str]]] = {}
    required: set[str] = set()
    for distribution in distributions(path=folders):
        described = metadata(distribution)
        if not described["Name"] or not described["Version"]:
            continue  # a folder that an uninstallation left behind
        found.setdefault(normalize(described["Name"][0]), described)
        for requirement in described["Requires-Dist"]:
            name = re.match(r"[\w.-]+", requirement)
            if name and "extra ==" not in requirement:
                required.add(normalize(name.group()))
    return [
        {
            "name": name,
            "version": described["Version"][0],
            "required": name in required,
            "plugin": plugin_file(described["Name"][0], folders),
        }
        for name, described in sorted(found.items())
    ]


def metadata(distribution: Distribution) -> dict[str, list[str]]:
    """Fields of a package that matter here, to their values.

    Only the lines before the description are read, which takes half the time of
    ``Distribution.metadata``: the engine waits for this before each run.
    """
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    found: dict[str, list[str]] = {field: [] for field in FIELDS}
    for line in text.partition("\n\n")[0].splitlines():
        field, _, value = line.partition(": ")
        if field in found:
            found[field].append(value.strip())
    return found


if __name__ == "__main__":
    print(json.dumps(inventory(sys.path[1:])))
