"""The lint of the pipelines: quiet on ours, and not on what each linter is there for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tools.lint.workflows import linters
from tools.lint.workflows.__main__ import main
from tools.projects import REPOSITORY
from tools.setup.console import SetupError

pytestmark = pytest.mark.slow


@pytest.fixture
def pipelines(tmp_path: Path) -> Path:
    """A copy of the pipelines; skips where the linters cannot be had."""
    try:
        linters.actionlint()
        linters.wheels()
    except SetupError as error:
        pytest.skip(str(error))
    shutil.copytree(REPOSITORY / ".github", tmp_path / ".github")
    shutil.copy(REPOSITORY / "azure-pipelines.yml", tmp_path)
    return tmp_path


def test_ours_have_no_finding(pipelines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(pipelines)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(
    ("file", "right", "wrong", "finding"),
    [
        ("preview", "@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7", "unpinned-uses"),
        ("preview", "permissions: {}", "permissions: write-all", "excessive-permissions"),
        ("preview", '"$STACK" --output', "${{ github.head_ref }} --output", "template-injection"),
        ("deploy", "needs.check.outputs", "needs.chek.outputs", '"chek"'),
        ("deploy", "timeout-minutes: 180", "timeout-minutes: soon", "timeout-minutes"),
        ("azure", "lockBehavior: sequential", "lockBehaviour: sequential", "lockBehaviour"),
    ],
)
def test_a_mistake_is_found(
    pipelines: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    right: str,
    wrong: str,
    finding: str,
) -> None:
    name = "azure-pipelines.yml" if file == "azure" else f".github/workflows/{file}.yml"
    text = (pipelines / name).read_text()
    assert right in text
    (pipelines / name).write_text(text.replace(right, wrong, 1))
    assert main([str(pipelines)]) == 1
    assert finding in capsys.readouterr().out
