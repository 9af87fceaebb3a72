"""What a release consists of, built, unpacked in an empty folder, and used."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from tests.e2e.stage import stage
from tests.package.conftest import RAW, somebodys
from tests.policies.analyzer import FLOW_LOG, Resource, running_pack
from tools import release
from tools.projects import REPOSITORY

pytestmark = pytest.mark.slow
VERSION = release.checked_version(REPOSITORY)
PROD = "00000000-0000-4000-8000-000000000002"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release."""
    folder = tmp_path_factory.mktemp("release")
    assert release.main([str(folder), "--tag", f"v{VERSION}"]) == 0
    return folder


@pytest.fixture(scope="module")
def unpacked(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder but for what the archives hold, and the environments of both."""
    folder = tmp_path_factory.mktemp("unpacked")
    for archive in built.glob("*.tar.gz"):
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
    for place in (folder / f"flow-logs-component-{VERSION}", pack(folder)):
        (place / ".venv").symlink_to(REPOSITORY / ".venv")
    return folder


def pack(folder: Path) -> Path:
    """The policy pack of what is unpacked."""
    return folder / f"flowlog-guard-{VERSION}" / "policies"


def component(folder: Path) -> Path:
    """The component of what is unpacked."""
    return folder / f"flow-logs-component-{VERSION}" / "package"


def committed(file: str) -> str:
    """A file as archives have it, which hold what is committed."""
    show = ["git", "-C", str(REPOSITORY), "show", f"HEAD:{file}"]
    return subprocess.run(show, capture_output=True, text=True, check=True).stdout


def test_sums_are_those_of_the_files_and_a_second_build_gives_the_same(
    built: Path, tmp_path: Path
) -> None:
    assert release.main([str(tmp_path)]) == 0
    sums = (built / "SHA256SUMS").read_text()
    assert (tmp_path / "SHA256SUMS").read_text() == sums
    named = {name: digest for digest, name in (line.split("  ") for line in sums.splitlines())}
    made = {file.name for file in built.iterdir()}
    assert set(named) == made - {"SHA256SUMS", "notes.md"}
    assert len(named) == 4
    for name, digest in named.items():
        assert hashlib.sha256((built / name).read_bytes()).hexdigest() == digest


def test_the_pack_refuses_a_bad_flow_log(unpacked: Path) -> None:
    with running_pack(pack(unpacked)) as served:
        assert served.info.name == "flowlog-guard"
        assert served.analyze(Resource(FLOW_LOG, {"enabled": False})).by("flow-log-enabled")


def test_the_component_has_its_schema(unpacked: Path, pulumi_cli: Path, tmp_path: Path) -> None:
    with stage(tmp_path) as there:
        asked = there.engine.run("package", "get-schema", str(component(unpacked)))
    assert asked.code == 0, asked.stderr
    assert json.loads(asked.stdout) == json.loads(committed("package/schema.json"))


def test_a_program_is_previewed_with_the_component_and_the_pack(
    unpacked: Path, pulumi_cli: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    arguments = f"location='westeurope', subscriptions=['{PROD}']"
    (source / "__main__.py").write_text(f"{RAW}FlowLogging('a', {arguments})\n")
    description = {
        "name": "shop",
        "runtime": {"name": "python", "options": {"toolchain": "pip"}},
        "packages": {"flow-logs": str(component(unpacked))},
    }
    (source / "Pulumi.yaml").write_text(yaml.safe_dump(description, sort_keys=False))
    with somebodys(tmp_path, tmp_path, source) as there:
        there.stack("prod")
        preview = there.preview("prod", "--policy-pack", str(pack(unpacked)))
        assert preview.code == 0, preview.stdout
        assert preview.violations == []
        assert [urn for op, urn in preview.steps if op == "create" and "FlowLog::" in urn]
