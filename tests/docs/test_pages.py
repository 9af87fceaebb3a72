"""The commands of every other page run, on a stack that is deployed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.docs import pages
from tests.docs.world import World
from tools import yaml_host
from tools.projects import REPOSITORY
from tools.setup.console import SetupError

ELSEWHERE = {"README.md", "localazure/README.md", "docs/getting-started.md", "docs/report.md"}
COMPONENT = "docs/component.md"
OTHERS = [
    page
    for page in pages.pages()
    if pages.name(page) not in {*ELSEWHERE, COMPONENT}
    and any(not block.reason for block in pages.commands(page))
]


@pytest.fixture(scope="module")
def deployed(reader: World) -> Iterator[World]:
    """A reader whose stack prod is up."""
    reader.run("scripts/engine; pulumi stack init prod; pulumi up --continue-on-error")
    yield reader


@pytest.mark.parametrize("page", pages.pages(), ids=pages.name)
def test_a_block_that_is_not_run_says_why(page: Path) -> None:
    reasons = {block.reason for block in pages.commands(page) if block.reason}
    assert reasons <= set(pages.REASONS)


@pytest.mark.parametrize("page", OTHERS, ids=pages.name)
def test_commands_of_a_page_run(deployed: World, page: Path) -> None:
    assert deployed.read(page)


def test_the_page_on_the_component_runs_in_a_program_of_somebody_else(reader: World) -> None:
    """In YAML, so that the SDK that is added needs no package index."""
    try:
        host = yaml_host.folder()
    except SetupError as error:
        pytest.skip(f"no language host for YAML: {error}")
    project = reader.folder.parent / "shop"
    project.mkdir()
    (project / "flow-logs").symlink_to(reader.folder)
    program = project / "Pulumi.yaml"
    program.write_text("name: shop\nruntime: yaml\n")
    path = os.pathsep.join([reader.variables["PATH"], str(host)])
    somebody = World(project, {**reader.variables, "PATH": path})
    somebody.read(REPOSITORY / COMPONENT)

    added = yaml.safe_load(program.read_text())
    told = yaml.safe_load(pages.text_of(REPOSITORY / COMPONENT, "yaml"))
    assert added["packages"] == told["packages"]
    program.write_text(yaml.safe_dump({**added, **told}))
    assert "coverage" in somebody.run("pulumi stack init dev; pulumi preview")
