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


def normalize(name: str) -> str:
    """The name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def plugin_file(distribution: Distribution, folders: list[str]) -> Any:
    """Content of pulumi-plugin.json in the package's module folder, None if it has none."""
    module = distribution.metadata["Name"].replace("-", "_")
    for folder in folders:
        path = os.path.join(folder, module, "pulumi-plugin.json")
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                return json.load(file)
    return None


def inventory(folders: list[str]) -> list[dict[str, Any]]:
    """One entry for each package found in the folders; the first of a name counts."""
    found: dict[str, Distribution] = {}
    required: set[str] = set()
    for distribution in distributions(path=folders):
        found.setdefault(normalize(distribution.metadata["Name"]), distribution)
        for requirement in distribution.requires or []:
            name = re.match(r"[\w.-]+", requirement)
            if name and "extra ==" not in requirement:
                required.add(normalize(name.group()))
    return [
        {
            "name": name,
            "version": distribution.version,
            "required": name in required,
            "plugin": plugin_file(distribution, folders),
        }
        for name, distribution in sorted(found.items())
    ]


if __name__ == "__main__":
    print(json.dumps(inventory(sys.path[1:])))
