"""Packages of a program, and the provider plugins that they need."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from pulumi.runtime.proto.language_pb2 import DependencyInfo
from pulumi.runtime.proto.plugin_pb2 import PackageDependency, PackageParameterization

from .errors import HostError
from .python import Python

_INVENTORY = Path(__file__).with_name("inventory.py")
# They lack the pulumi-plugin.json that would say so (official host, packagesWithoutPlugins).
_WITHOUT_PLUGIN = frozenset({"pulumi-policy", "pulumi-esc-sdk"})
_STAGES = {"a": "alpha", "b": "beta", "rc": "rc"}


def dependencies(python: Python, transitive: bool) -> list[DependencyInfo]:
    """Installed packages with their versions; without `transitive` only those nobody requires."""
    return [
        DependencyInfo(name=package["name"], version=package["version"])
        for package in _installed(python)
        if transitive or not package["required"]
    ]


def required_plugins(python: Python) -> list[PackageDependency]:
    """The provider plugins that the installed SDK packages were generated for."""
    plugins = (plugin_of(package) for package in _installed(python))
    return [plugin for plugin in plugins if plugin is not None]


def _installed(python: Python) -> list[dict[str, Any]]:
    done = subprocess.run(
        [python.command(), str(_INVENTORY)],
        env=python.environment(),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no reason"]
        raise HostError(f"{python.command()} cannot list its packages: {reason[0]}")
    listed: list[dict[str, Any]] = json.loads(done.stdout)
    return listed


def plugin_of(package: dict[str, Any]) -> PackageDependency | None:
    """The plugin of one entry of the inventory; None if it has none of a version that is clear."""
    details = package["plugin"]
    if package["name"] in _WITHOUT_PLUGIN:
        return None
    if details is None and not package["name"].startswith("pulumi-"):
        return None
    details = details if details is not None else {"resource": True}
    version = details.get("version") or plugin_version(package["version"])
    if not details.get("resource") or version is None:
        return None
    return PackageDependency(
        name=details.get("name") or package["name"].removeprefix("pulumi-"),
        kind="resource",
        version=version if version.startswith("v") else f"v{version}",
        server=details.get("server", ""),
        parameterization=_parameterization(details.get("parameterization")),
        extension=_parameterization(details.get("extensionParameterization")),
    )


def _parameterization(details: dict[str, str] | None) -> PackageParameterization | None:
    if not details:
        return None
    return PackageParameterization(
        name=details.get("name", ""),
        version=details.get("version", ""),
        value=base64.b64decode(details.get("value", "")),
    )


def plugin_version(version: str) -> str | None:
    """The semantic version of a Python package version; None if there is no clear one.

    1.0 is 1.0.0, 1.2.3a4 is 1.2.3-alpha.4, 1.2.3.post4 is 1.2.3+post4; epochs have none.
    """
    parts = re.fullmatch(r"(\d+(?:\.\d+)*)(?:(a|b|rc)(\d+))?(\.post\d+)?(\.dev\d+)?", version)
    if not parts:
        return None
    release, stage, number, post, development = parts.groups()
    segments = release.split(".")
    padded = ".".join(segments + ["0"] * (3 - len(segments)))
    before = f"-{_STAGES[stage]}.{number}" if stage else ""
    after = f"{post or ''}{development or ''}".replace(".", "")
    return padded + before + (f"+{after}" if after else "")
