"""The picture of the workbook shows what its queries answer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plan.monitoring.workbook_panels import TABS
from queries import library
from tests.queries.picture import HEIGHT, WIDTH, draw, page
from tests.queries.sample import attacks, sample

pytestmark = pytest.mark.slow

DOCS = Path(__file__).resolve().parents[2] / "docs"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def html() -> str:
    return page(sample(), attacks())


def test_every_panel_and_what_it_found_are_on_the_page(html: str) -> None:
    for label, panels in TABS.values():
        assert f">{label}<" in html
        assert all(f">{library()[panel.query].title}<" in html for panel in panels)
    for found in (
        "192.0.2.77",
        "52,700",
        "203.0.113.66",
        "ms-sql",
        "DenyLateral",
        "AllowShop (",
        "public address",
    ):
        assert found in html


def test_a_browser_draws_it_whole(html: str, tmp_path: Path) -> None:
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("no browser here: no chromium on PATH")
    target = tmp_path / "workbook.png"
    draw(html, target, browser)
    assert _size(target) == (WIDTH, HEIGHT)


def test_the_picture_of_the_docs_is_of_this_size() -> None:
    assert _size(DOCS / "images" / "workbook.png") == (WIDTH, HEIGHT)
    assert "images/workbook.png" in (DOCS / "queries.md").read_text("utf-8")


def _size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG, from its header (PNG specification, IHDR)."""
    head = path.read_bytes()[:24]
    assert head.startswith(PNG)
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
