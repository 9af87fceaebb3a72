"""What a release checks before it is built."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tools import release
from tools.projects import REPOSITORY
from tools.setup.console import SetupError

NAMED = ("pyproject.toml", "policies/PulumiPolicy.yaml", "package/schema.json", "CHANGELOG.md")


LOG = """# Changelog

## Unreleased

- c

## 2.1.0 - 2026-11-29

- b

## 2.0.0 - 2026-01-01
- a
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copies of the files that name the version."""
    for file in NAMED:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / file, tmp_path / file)
    return tmp_path


def test_program_pack_and_component_have_one_version(checkout: Path) -> None:
    version = release.checked_version(checkout)
    assert release.checked_version(checkout, f"v{version}") == version


@pytest.mark.parametrize("tag", ["v0.9.9", "1.0.0", "", "v1.0.0-rc.1"])
def test_another_tag_is_refused(checkout: Path, tag: str) -> None:
    with pytest.raises(SetupError, match=f"the tag says {tag}, pyproject.toml v"):
        release.checked_version(checkout, tag)


@pytest.mark.parametrize("file", NAMED[1:3])
def test_a_pack_or_component_of_another_version_is_refused(checkout: Path, file: str) -> None:
    version = release.checked_version(checkout)
    path = checkout / file
    path.write_text(path.read_text().replace(version, "0.9.9"))
    with pytest.raises(SetupError, match=f"{file} says v0.9.9"):
        release.checked_version(checkout)


def test_notes_are_the_section_of_the_version_alone(checkout: Path) -> None:
    (checkout / "CHANGELOG.md").write_text(LOG)
    assert release.changes(checkout, "2.1.0") == "- b\n"
    assert release.changes(checkout, "2.0.0") == "- a\n"
    for missing in ("2.1", "2.2.0", "Unreleased"):
        with pytest.raises(SetupError, match=f"no section '## {missing} - YYYY-MM-DD'"):
            release.changes(checkout, missing)
