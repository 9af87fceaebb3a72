"""One version of Pulumi everywhere, requirements that keep to pyproject.toml, and their renewal."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools import renew
from tools.engine import cache, locate
from tools.setup.console import SetupError

REPOSITORY = renew.REPOSITORY
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
PINS = re.compile(r"^([\w.-]+)==([\w.+]+)", re.MULTILINE)


def pins(file: str) -> dict[str, Version]:
    """The versions in a requirements file, by name."""
    found = PINS.findall((REPOSITORY / file).read_text())
    return {canonicalize_name(name): Version(version) for name, version in found}


def asked(file: str) -> list[Requirement]:
    """What pyproject.toml asks for of what a requirements file is compiled from."""
    sources = renew.REQUIREMENTS[file]
    texts: list[str] = []
    if "pyproject.toml" in sources:
        texts += PROJECT["project"]["dependencies"]
    if "--group" in sources:
        texts += _group(sources[-1])
    return [Requirement(text) for text in texts]


def _group(name: str) -> list[str]:
    found: list[str] = []
    for entry in PROJECT["dependency-groups"][name]:
        found += [entry] if isinstance(entry, str) else _group(entry["include-group"])
    return found


def test_every_file_names_the_sdk_of_pyproject() -> None:
    named = {
        file: re.findall(pattern, (REPOSITORY / file).read_text(), re.MULTILINE)
        for file, pattern in renew.SDK.items()
    }
    assert named == dict.fromkeys(renew.SDK, named["pyproject.toml"])
    assert locate.minimum() == tuple(map(int, named["pyproject.toml"][0].split(".")))


def test_programs_packs_and_host_have_one_sdk_and_the_built_engine_is_not_older() -> None:
    files = ["requirements-dev.txt", "requirements.txt", "policies/requirements.txt"]
    sdks = {pins(file)["pulumi"] for file in [*files, "tools/engine/requirements.txt"]}
    (sdk,) = sdks
    module = (REPOSITORY / "tools/engine/go.mod").read_text()
    engine, library = (
        Version(found)
        for part in ("pkg", "sdk")
        for found in re.findall(rf"pulumi/pulumi/{part}/v3 v(\S+)", module)
    )
    assert engine == library == Version(cache.cli_version())
    assert engine >= sdk, "an engine older than the SDK lacks what the SDK asks of it"
    assert engine.major == sdk.major


@pytest.mark.parametrize("file", renew.REQUIREMENTS)
def test_pins_meet_what_pyproject_asks(file: str) -> None:
    own, development = pins(file), pins("requirements-dev.txt")
    for requirement in asked(file):
        assert own[canonicalize_name(requirement.name)] in requirement.specifier, file
    shared = own.keys() & development.keys()
    assert {name: own[name] for name in shared} == {name: development[name] for name in shared}


@pytest.mark.parametrize("file", renew.REQUIREMENTS)
def test_requirements_files_name_no_index_and_hash_everything(file: str) -> None:
    text = (REPOSITORY / file).read_text()
    assert "://" not in text
    assert "index-url" not in text.replace("--no-emit-index-url", "")
    entries = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert entries and all("--hash=sha256:" in entry for entry in entries)


def test_all_that_is_compiled_is_renewed() -> None:
    found = set(_own_files())
    texts = {file for file in found if file.name.startswith("requirements")}
    compiled = {file for file in texts if "--hash=" in (REPOSITORY / file).read_text()}
    assert set(map(str, compiled)) == set(renew.REQUIREMENTS)
    modules = {str(file.parent) for file in found if file.name == "go.mod"}
    assert modules == set(renew.MODULES)


def _own_files() -> Iterator[Path]:
    """Files of the checkout, but what tools keep in folders that begin with a dot."""
    for folder, folders, names in os.walk(REPOSITORY):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name).relative_to(REPOSITORY) for name in names)


def test_dependabot_looks_where_dependencies_are_and_waits_as_long() -> None:
    told = yaml.safe_load((REPOSITORY / ".github" / "dependabot.yml").read_text())
    looked: dict[str, set[str]] = {}
    for update in told["updates"]:
        folders = update.get("directories") or [update["directory"]]
        looked.setdefault(update["package-ecosystem"], set()).update(folders)
        assert update["cooldown"] == {"default-days": renew.COOLDOWN.days}
    requirements = {f"/{Path(file).parent}".rstrip(".") for file in renew.REQUIREMENTS}
    assert looked["pip"] == requirements
    assert looked["gomod"] == {f"/{folder}" for folder in renew.MODULES}
    assert looked["npm"] == {"/tools/lint/kql"}
    assert looked["github-actions"] == {"/"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copies of the files that name the SDK."""
    for file in renew.SDK:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / file, tmp_path / file)
    return tmp_path


def test_a_version_is_written_wherever_it_is_named(checkout: Path) -> None:
    renew.name_sdk(checkout, "3.999.1")
    assert '"pulumi~=3.999.1"' in (checkout / "pyproject.toml").read_text()
    for file in ("Pulumi.yaml", "guardrail/Pulumi.yaml"):
        assert yaml.safe_load((checkout / file).read_text())["requiredPulumiVersion"] == ">=3.999.1"
    assert "pulumi>=3.999.1,<4\n" in (checkout / "examples/component/requirements.txt").read_text()


def test_a_file_that_names_it_otherwise_is_told(checkout: Path) -> None:
    (checkout / "guardrail/Pulumi.yaml").write_text("name: guardrail\n")
    with pytest.raises(SetupError, match=r"guardrail/Pulumi\.yaml"):
        renew.name_sdk(checkout, "3.999.1")


GO = """#!{python}
import json, pathlib, sys
present, released, infos = json.loads(pathlib.Path({told!r}).read_text())
asked = sys.argv[3:]
if asked[:2] == ["mod", "download"]:
    version = asked[-1].partition("@")[2]
    if version not in infos:
        sys.exit("403 Forbidden")
    print(json.dumps({{"Info": infos[version]}}))
elif "-versions" in asked:
    print(json.dumps({{"Versions": released}}))
else:
    print(json.dumps({{"Version": present}}))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("present", "days", "newest"),
    [
        ("v3.9.0", {"v3.9.0": 90, "v3.10.0": 30, "v3.11.0": 3}, "v3.10.0"),  # too young
        ("v3.9.0", {"v3.9.0": 90, "v3.10.0": None, "v3.9.1": 8}, "v3.9.1"),  # not served
        ("v3.9.0", {"v3.9.0": 90, "v3.10.0-rc.1": 30}, "v3.9.0"),  # not released
        ("v3.9.0", {"v3.8.0": 200}, "v3.9.0"),  # a proxy that lists the older alone
    ],
)
def test_the_newest_module_is_old_enough_and_served_and_never_older(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    present: str,
    days: dict[str, int | None],
    newest: str,
) -> None:
    infos: dict[str, Any] = {}
    for version, age in days.items():
        if age is not None:
            released = datetime.now(UTC) - timedelta(days=age)
            (tmp_path / version).write_text(json.dumps({"Time": released.isoformat()}))
            infos[version] = str(tmp_path / version)
    told = tmp_path / "told.json"
    told.write_text(json.dumps([present, list(days), infos]))
    go = tmp_path / "go"
    go.write_text(GO.format(python=sys.executable, told=str(told)))
    go.chmod(0o755)
    monkeypatch.setattr(renew, "_tool", lambda: str(go))
    assert renew._newest_module(tmp_path, "example.test/module") == newest
