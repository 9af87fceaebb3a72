"""What a person meets on the open page, whatever the table: rows that come, a saved file, a fit."""

from __future__ import annotations

import csv
import time
from pathlib import Path

from axe_core_python.base import AXE_FILE_PATH  # type: ignore[import-untyped]

from tests.commands.report.browser import Browser

PAGE = 50  # rows of a page of a table
ON_PAPER = 250
FOLLOWED_WITHIN = 10  # seconds from a click on a link to the rows that it counts
SAVED_WITHIN = 20


def status(browser: Browser, table: str) -> str:
    """The line that counts the rows of a table."""
    (found,) = browser.texts(f"#{table} .status")
    return found


def await_texts(browser: Browser, selector: str, expected: list[str]) -> None:
    """A followed link filters once the browser tells of the new address, a moment later."""
    deadline = time.monotonic() + FOLLOWED_WITHIN
    while browser.texts(selector) != expected:
        assert time.monotonic() < deadline, browser.texts(selector)
        time.sleep(0.05)


def saved(browser: Browser, table: str, folder: Path) -> list[dict[str, str]]:
    """Rows of a table as its button saves them; the browser renames the file when it is whole."""
    browser.devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    browser.click(f"#{table} .save")
    path, deadline = folder / f"{table}.csv", time.monotonic() + SAVED_WITHIN
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} was not saved"
        time.sleep(0.05)
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def too_wide(browser: Browser) -> int:
    """CSS pixels by which the page is wider than the view."""
    found: int = browser.run(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return found


def printed_rows(browser: Browser, table: str) -> int:
    """Rows of a table that stand on the page while it is printed."""
    browser.run(
        "addEventListener('beforeprint', () => { window.printed ="
        f" document.querySelectorAll('#{table} tbody tr').length }})"
    )
    assert browser.pdf().startswith(b"%PDF-")
    found: int = browser.run("return window.printed")
    return found


def assert_accessible(browser: Browser, width: int, scheme: str) -> None:
    """Axe finds nothing, and nothing is cut off, on a screen of that width in CSS pixels."""
    browser.resize(width, 800)
    browser.media(scheme=scheme)
    browser.run(AXE_FILE_PATH.read_text(encoding="utf-8"))
    found = browser.run_async("axe.run().then(arguments[0])")
    assert len(found["passes"]) > 20
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    assert too_wide(browser) == 0
