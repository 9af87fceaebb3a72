"""What the language host knows: which Python to run, which plugins a program needs."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto.language_pb2 import ProgramInfo, RunPluginRequest
from pulumi.runtime.proto.plugin_pb2 import PackageDependency

from tests.engine.project import Project
from tools.engine.language_host import packages, plugin
from tools.engine.language_host.errors import HostError
from tools.engine.language_host.inventory import inventory
from tools.engine.language_host.python import choose


def info(root: Path, **options: str | bool) -> ProgramInfo:
    struct = Struct()
    struct.update(options)
    return ProgramInfo(root_directory=str(root), options=struct)


def make_python(path: Path, name: str = "python") -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / name).write_text("#!/bin/sh\n")
    (path / name).chmod(0o755)
    return path / name


def test_the_virtual_environment_is_relative_to_the_project(tmp_path: Path) -> None:
    python = make_python(tmp_path / ".venv" / "bin")
    chosen = choose(info(tmp_path, virtualenv=".venv", toolchain="pip"))
    assert chosen.command() == str(python)
    assert chosen.environment()["VIRTUAL_ENV"] == str(tmp_path / ".venv")
    assert chosen.environment()["PATH"].startswith(f"{tmp_path}/.venv/bin:")


def test_an_absolute_virtual_environment_is_taken_as_it_is(tmp_path: Path) -> None:
    python = make_python(tmp_path / "elsewhere" / "bin")
    chosen = choose(info(tmp_path / "project", virtualenv=str(tmp_path / "elsewhere")))
    assert chosen.command() == str(python)


def test_without_one_the_environment_names_the_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = make_python(tmp_path, "chosen-python")
    common = make_python(tmp_path, "python3")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PULUMI_PYTHON_CMD", "chosen-python")
    assert choose(info(tmp_path)).command() == str(named)
    monkeypatch.delenv("PULUMI_PYTHON_CMD")
    assert choose(info(tmp_path)).command() == str(common)
    common.unlink()
    with pytest.raises(HostError, match="none of python3, python"):
        choose(info(tmp_path)).command()


def test_a_plugin_never_runs_with_the_ambient_python(tmp_path: Path) -> None:
    with pytest.raises(HostError, match=rf"{tmp_path}/venv does not exist"):
        choose(info(tmp_path), plugin=True).command()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"toolchain": "uv"}, "'toolchain: uv' needs Pulumi's own language host"),
        ({"typechecker": "mypy"}, "'typechecker' needs Pulumi's own language host"),
        ({"virtualenv": True}, "'virtualenv' must be a string"),
    ],
)
def test_what_the_host_cannot_do_is_refused(
    tmp_path: Path, options: dict[str, str | bool], words: str
) -> None:
    with pytest.raises(HostError, match=words):
        choose(info(tmp_path, **options))


@pytest.mark.slow
def test_the_providers_of_the_installed_packages_are_required() -> None:
    required = packages.required_plugins(choose(info(Path("/"), virtualenv=sys.prefix)))
    found = {package.name: (package.kind, package.version) for package in required}
    assert found == {"azure-native": ("resource", f"v{version('pulumi-azure-native')}")}


@pytest.mark.slow
def test_the_dependencies_are_those_nobody_else_requires() -> None:
    python = choose(info(Path("/"), virtualenv=sys.prefix))
    every = {package.name: package.version for package in packages.dependencies(python, True)}
    direct = {package.name for package in packages.dependencies(python, False)}
    assert every["pulumi"] == version("pulumi")
    assert "pulumi-azure-native" in direct
    assert "pulumi" not in direct and direct < set(every)


def write_package(folder: Path, name: str, plugin: dict[str, object] | None) -> None:
    metadata = folder / f"{name}-1.5.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n")
    (folder / name).mkdir()
    if plugin is not None:
        (folder / name / "pulumi-plugin.json").write_text(json.dumps(plugin))


def plugin_of(folder: Path) -> object:
    (package,) = inventory([str(folder)])
    return packages.plugin_of(package)


def test_a_package_may_name_its_plugin_itself(tmp_path: Path) -> None:
    details = {"resource": True, "name": "other", "version": "9.0.0", "server": "https://x.example"}
    write_package(tmp_path, "acme_sdk", details)
    found = plugin_of(tmp_path)
    assert isinstance(found, PackageDependency)
    assert (found.name, found.version, found.server) == ("other", "v9.0.0", "https://x.example")


def test_a_parameterized_package_hands_its_parameter_on(tmp_path: Path) -> None:
    parameter = {"name": "acme", "version": "1.0.0", "value": "aGVsbG8="}
    write_package(tmp_path, "acme", {"resource": True, "parameterization": parameter})
    found = plugin_of(tmp_path)
    assert isinstance(found, PackageDependency)
    assert found.parameterization.value == b"hello"


@pytest.mark.parametrize(
    ("name", "details"),
    [("acme", None), ("acme", {"resource": False}), ("pulumi_policy", None)],
)
def test_a_package_without_provider_requires_none(
    tmp_path: Path, name: str, details: dict[str, object] | None
) -> None:
    write_package(tmp_path, name, details)
    assert plugin_of(tmp_path) is None


@pytest.mark.parametrize(
    ("package", "semantic"),
    [
        ("3.29.0", "3.29.0"),
        ("1", "1.0.0"),
        ("1.2.3.4", "1.2.3.4"),
        ("1.2.3a4", "1.2.3-alpha.4"),
        ("1.2.3rc4", "1.2.3-rc.4"),
        ("1.2.3.post4", "1.2.3+post4"),
        ("1.2b3.post4.dev5", "1.2.0-beta.3+post4dev5"),
        ("1!2.0", None),
        ("latest", None),
    ],
)
def test_package_versions_become_semantic_versions(package: str, semantic: str | None) -> None:
    """Cases of the official host's table (pulumi/pulumi, determinePluginVersion)."""
    assert packages.plugin_version(package) == semantic


def arguments_of(folder: Path, kind: str) -> list[str]:
    location = ProgramInfo(root_directory=str(folder), program_directory=str(folder))
    return plugin.arguments(RunPluginRequest(info=location, kind=kind, args=["engine:1"]))


def test_each_kind_of_plugin_has_its_way_to_start(tmp_path: Path) -> None:
    """Policy pack, folder with a __main__.py, buildable package without one."""
    (tmp_path / "pyproject.toml").write_text(
        "[build-system]\nrequires = []\n[project]\nname = 'acme'\n"
    )
    package = arguments_of(tmp_path, "resource")
    (tmp_path / "__main__.py").touch()
    assert package == ["-m", "pulumi.run.plugin", "acme", "engine:1"]
    assert arguments_of(tmp_path, "resource") == [str(tmp_path), "engine:1"]
    pack = ["-m", "pulumi.policy", "engine:1", str(tmp_path)]
    assert arguments_of(tmp_path, "analyzer") == pack


def test_a_folder_that_is_no_plugin_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HostError, match=r"neither __main__\.py nor a buildable pyproject"):
        arguments_of(tmp_path, "resource")


def test_pulumi_install_makes_the_environment(project: Project) -> None:
    project.configure("toolchain: pip, virtualenv: own")
    (project.folder / "requirements.txt").write_text("# none\n")
    installed = project.run("install", "--no-plugins", PULUMI_PYTHON_CMD=sys.executable)
    assert installed.returncode == 0, installed.stdout
    assert (project.folder / "own" / "bin" / "python").exists()


def test_pulumi_about_names_the_python(project: Project) -> None:
    python = f"executable='{sys.prefix}/bin/python' version='{sys.version.split()[0]}'"
    assert python in project.run("about").stdout
