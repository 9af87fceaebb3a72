"""Links of the documentation lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs import pages
from tools.projects import REPOSITORY


@pytest.mark.parametrize("page", pages.pages(), ids=pages.name)
def test_links_of_a_page_resolve(page: Path) -> None:
    broken = [link for link in pages.links(page) if _problem(page, link)]
    assert broken == []


def _problem(page: Path, link: str) -> bool:
    """External addresses must be encrypted ones; the rest must be in the repository."""
    if "://" in link:
        return not link.startswith("https://")
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or not target.is_relative_to(REPOSITORY):
        return True
    return bool(anchor) and anchor not in pages.anchors(target)


def test_every_page_of_docs_is_reached_from_readme() -> None:
    reached = {REPOSITORY / "README.md"}
    todo = list(reached)
    while todo:
        page = todo.pop()
        linked = {(page.parent / link.partition("#")[0]).resolve() for link in pages.links(page)}
        new = {found for found in linked if found.suffix == ".md" and found.exists()} - reached
        reached |= new
        todo += new
    assert [pages.name(page) for page in pages.pages() if page not in reached] == []
