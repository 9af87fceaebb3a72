"""A browser for the report's tests, and pages written to files that it opens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commands.report import from_ledger, from_rules, source
from commands.report.render import page
from tests.commands.report.browser import Browser, browsing, installed

Opened = Callable[..., Browser]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium; tests in it skip where there is none."""
    if installed() is None:
        pytest.skip("no browser here: no chromium and chromedriver on PATH")
    with browsing(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Opens the report of a document or outputs, as a file; ends with a silent console.

    ``rules`` is the document of `commands.rules`, ``ledger`` that of `commands.ledger`.
    """

    def open_(
        found: dict[str, Any],
        fragment: str = "",
        rules: dict[str, Any] | None = None,
        ledger: dict[str, Any] | None = None,
    ) -> Browser:
        path = tmp_path / "report.html"
        told = from_rules.read(json.dumps(rules), "rules.json") if rules else None
        recorded = from_ledger.read(json.dumps(ledger), "ledger.json") if ledger else None
        facts = source.read(json.dumps(found), "plan.json")
        text = page(facts, date(2026, 11, 24), told, recorded)
        path.write_text(text, encoding="utf-8")
        browser.resize(1280, 900)
        browser.media()
        browser.open("about:blank")
        browser.open(path.as_uri() + fragment)
        return browser

    yield open_
    assert browser.log() == []
