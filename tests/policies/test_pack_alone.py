"""The folder works without the repository around it."""

from __future__ import annotations

import ast
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.policies.analyzer import FLOW_LOG, PACK, Resource, running_pack


@pytest.mark.slow
def test_copied_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "guard"
    shutil.copytree(PACK, folder, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    with running_pack(folder) as pack:
        assert pack.info.name == "flowlog-guard"
        assert pack.analyze(Resource(FLOW_LOG, {"enabled": False})).by("flow-log-enabled")


def test_imports_nothing_but_the_sdk() -> None:
    allowed = {"pulumi", "pulumi_policy", "grpc", "google", "flowlog_guard"}
    for path in (*PACK.glob("*.py"), *PACK.glob("flowlog_guard/**/*.py")):
        for module in imports(path):
            assert module in allowed or module in sys.stdlib_module_names, f"{path}: {module}"


def imports(path: Path) -> set[str]:
    """Top-level names of the modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_project_file_is_what_the_engine_needs() -> None:
    project = yaml.safe_load((PACK / "PulumiPolicy.yaml").read_text())
    assert project["runtime"] == {
        "name": "python",
        "options": {"toolchain": "pip", "virtualenv": ".venv"},
    }
    program = tomllib.loads((PACK.parent / "pyproject.toml").read_text())
    assert project["version"] == program["project"]["version"]
    assert "author" not in project
