"""The set-up makes an environment once and repairs what was left half-made."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.setup import environment

pytestmark = pytest.mark.slow


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    """A requirements file without packages: nothing is fetched but pip."""
    file = tmp_path / "requirements.txt"
    file.write_text("# none\n")
    return file


@pytest.fixture
def made(tmp_path: Path, requirements: Path) -> Path:
    """A finished environment with one file that nobody's set-up made."""
    folder = tmp_path / "environment"
    environment.make(folder, requirements)
    (folder / "mine").touch()
    return folder


def test_a_finished_environment_is_ready_and_works(made: Path, requirements: Path) -> None:
    assert environment.is_ready(made, requirements)
    assert environment.python_of(made).exists()


def test_it_has_pip_for_the_official_cli(made: Path) -> None:
    command = [str(environment.python_of(made)), "-m", "pip", "--version"]
    subprocess.run(command, check=True, timeout=60)


def test_no_environment_is_not_ready(tmp_path: Path, requirements: Path) -> None:
    assert not environment.is_ready(tmp_path / "nowhere", requirements)


def test_changed_requirements_complete_what_is_there(made: Path, requirements: Path) -> None:
    requirements.write_text("# still none\n")
    assert not environment.is_ready(made, requirements)
    environment.make(made, requirements)
    assert environment.is_ready(made, requirements)
    assert (made / "mine").exists()


def test_an_interrupted_installation_starts_anew(
    made: Path, requirements: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    requirements.write_text("# changed\n")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(environment, "_install", interrupted)
        environment.make(made, requirements)
    assert not environment.is_ready(made, requirements)
    environment.make(made, requirements)
    assert environment.is_ready(made, requirements)
    assert not (made / "mine").exists()


def test_a_vanished_python_is_replaced(made: Path, requirements: Path) -> None:
    python = environment.python_of(made)
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert not environment.is_ready(made, requirements)
    environment.make(made, requirements)
    assert environment.is_ready(made, requirements)


def test_an_environment_made_by_hand_is_completed(made: Path, requirements: Path) -> None:
    (made / ".set-up").unlink()
    assert not environment.is_ready(made, requirements)
    environment.make(made, requirements)
    assert environment.is_ready(made, requirements)
    assert (made / "mine").exists()
