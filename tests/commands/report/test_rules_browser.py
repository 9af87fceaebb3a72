"""Security rules of the report in a real browser: found, sorted, saved, printed, read aloud."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands.replay.usage_document import document
from plan.views.document import document as plan_document
from printable import printable
from tests.commands.report import documents, used_rules
from tests.commands.report.browser import ENTER, TAB, Browser
from tests.commands.report.conftest import Opened
from tests.commands.report.seen import (
    ON_PAPER,
    PAGE,
    assert_accessible,
    await_texts,
    printed_rows,
    saved,
    status,
    too_wide,
)

NAMES = "#rules tbody th:nth-child(2) > div:first-child"


def _shown(opened: Opened, fragment: str = "") -> Browser:
    return opened(plan_document(documents.mixed()), fragment, used_rules.as_json())


def _rules(browser: Browser) -> list[str]:
    return browser.texts(NAMES)


def test_rules_stand_by_group_in_the_order_in_which_azure_asks_them(opened: Opened) -> None:
    browser = _shown(opened)
    assert status(browser, "rules") == "1 to 7 of 7 security rules"
    assert _rules(browser)[:3] == ["AllowUpdate", "AllowWeb", "AllowOld"]
    cells = browser.texts("#rules tbody tr:nth-child(2) td")
    assert [cell for cell in cells if cell] == [
        "100\nInbound, Allow",
        "used",
        "1,234,567",
        "98.8 GB",
        "310",
        "2026-11-24 09:00",
        "2026-10-25 10:00",
    ]


@pytest.mark.parametrize(
    ("column", "last"),
    [("flows", "AllowWeb"), ("bytes", "AllowWeb"), ("priority", "DenyAllInBound")],
)
def test_figures_are_sorted_as_numbers_and_not_as_texts(
    opened: Opened, column: str, last: str
) -> None:
    browser = _shown(opened)
    browser.click(f"#rules [data-key={column}]")
    assert _rules(browser)[-1] == last
    browser.click(f"#rules [data-key={column}]")
    assert _rules(browser)[0] == last


def test_a_verdict_leads_to_its_rules_and_a_finding_to_its_own(opened: Opened) -> None:
    browser = _shown(opened)
    browser.click("#security-rules a[href*='verdict=unused']")
    await_texts(browser, NAMES, ["AllowOld"])
    assert browser.run("return document.activeElement.id") == "rules-title"
    browser.click("#security-rules a[href*='kind=management']")
    await_texts(browser, "#findings .status", ["1 to 1 of 1 findings, 2 in all"])
    assert browser.texts("#findings tbody td:last-of-type") == ["AllowWide (120) opens port 22"]


def test_search_and_filters_of_rules_are_kept_in_the_address(opened: Opened) -> None:
    browser = _shown(opened, "#rules?access=Deny&whose=yours")
    assert _rules(browser) == ["DenyAll"]
    browser.click("#rules .all")
    browser.type("#rules [name=q]", "nsg-db outbound")
    assert _rules(browser) == ["AllowUpdate"]


def test_a_verdict_has_a_word_and_a_sign_of_its_own(opened: Opened) -> None:
    browser = _shown(opened)
    signs = browser.run(
        "return [...document.querySelectorAll('#rules .state')].map(each => [each.innerText,"
        " document.querySelector(each.querySelector('rect').getAttribute('fill').slice(4, -1))"
        ".innerHTML])"
    )
    by_word = dict(signs)
    assert len(by_word) == 5
    marks = {word: inner.split("<path", 1)[1:] for word, inner in by_word.items()}
    assert len({tuple(each) for each in marks.values()}) == 5


def test_rules_are_found_by_keyboard(opened: Opened) -> None:
    browser = _shown(opened)
    browser.run("document.querySelector('#rules [name=q]').focus()")
    browser.press(*"AllowWide")
    assert _rules(browser) == ["AllowWide"]
    browser.run("document.querySelector('#rules [name=whose]').focus()")
    browser.press(TAB, ENTER)
    assert len(_rules(browser)) == 7


def test_ten_thousand_rules_are_shown_a_page_at_a_time_and_printed(opened: Opened) -> None:
    plan = plan_document(documents.mixed())
    browser = opened(plan, "", document(used_rules.large()))
    assert status(browser, "rules") == f"1 to {PAGE} of 10,000 security rules"
    assert browser.run("return document.querySelectorAll('#rules tbody tr').length") == PAGE
    browser.type("#rules [name=q]", "allow-01234")
    assert _rules(browser) == ["Allow-01234"]
    browser.click("#rules .all")
    assert printed_rows(browser, "rules") == ON_PAPER
    assert len(_rules(browser)) == PAGE


def test_the_columns_of_rules_fit_on_paper(opened: Opened) -> None:
    browser = _shown(opened)
    browser.resize(718, 1000)  # A4 less its margins, in CSS pixels
    browser.media(kind="print")
    assert too_wide(browser) <= 0


def test_names_of_rules_that_look_like_html_are_shown_as_they_are(opened: Opened) -> None:
    browser = opened(plan_document(documents.mixed()), "", used_rules.hostile())
    assert browser.run("return typeof window.hacked") == "undefined"
    script, picture, quote, comment, formula = documents.HOSTILE
    cells = browser.run("return document.querySelector('#rules tbody').textContent")
    for text in (script.rpartition("/")[2], comment, printable(formula)):
        assert text in cells
    assert picture in browser.run("return document.querySelector('#findings tbody').textContent")
    assert quote in browser.run("return document.querySelector('#security-rules').textContent")


def test_saved_rules_have_figures_that_a_spreadsheet_adds_up(
    opened: Opened, tmp_path: Path
) -> None:
    browser = _shown(opened)
    rows = saved(browser, "rules", tmp_path)
    assert sum(int(row["Bytes"]) for row in rows) == 98_765_434_400
    assert {row["Rule"]: row["Verdict"] for row in rows}["AllowOld"] == "unused"


@pytest.mark.parametrize("width", [360, 700, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_rules(opened: Opened, width: int, scheme: str) -> None:
    browser = _shown(opened)
    assert_accessible(browser, width, scheme)
