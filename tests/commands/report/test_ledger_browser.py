"""The recording of the report in a real browser: strips, their periods, paper, a screen reader."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from commands.ledger.document import document
from plan.views.document import document as plan_document
from printable import printable
from tests.commands.report import documents, ledgers, used_rules
from tests.commands.report.browser import ENTER, Browser
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

NAMES = "#{table} tbody th > div:first-child"
PARTS = (
    "return [...document.querySelectorAll(`#strips tbody tr:nth-child(${arguments[0]}) rect`)]"
    ".map(each => { const box = each.getBoundingClientRect();"
    " return {state: each.className.baseVal, left: box.left, right: box.right, height: box.height,"
    " fill: each.getAttribute('fill'), title: each.textContent} })"
)


def _shown(opened: Opened, fragment: str = "") -> Browser:
    return opened(plan_document(documents.mixed()), fragment, None, ledgers.as_json())


def _names(browser: Browser, table: str) -> list[str]:
    return browser.texts(NAMES.format(table=table))


def _await(browser: Browser, table: str, expected: list[str]) -> None:
    await_texts(browser, NAMES.format(table=table), expected)


def _parts(browser: Browser, row: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.run(PARTS, row)
    return found


def test_a_strip_shows_each_state_where_it_was(opened: Opened) -> None:
    browser = _shown(opened)
    assert _names(browser, "strips") == ["vnet-app", "vnet-hub", "vnet-hub/db", "vnet-old"]
    parts = _parts(browser, 2)
    assert [part["state"] for part in parts] == ["recorded", "gap", "recorded"]
    assert parts[1]["title"] == "gap within 2026-11-08 00:00 to 2026-11-09 00:00"
    width = parts[2]["right"] - parts[0]["left"]
    assert (parts[1]["left"] - parts[0]["left"]) / width == pytest.approx(326 / 720, abs=0.005)
    assert (parts[1]["right"] - parts[1]["left"]) / width == pytest.approx(24 / 720, abs=0.005)
    for one, other in pairwise(parts):
        assert one["right"] == pytest.approx(other["left"], abs=0.6)


def test_states_of_a_strip_differ_in_pattern_and_a_gap_in_height(opened: Opened) -> None:
    parts = _parts(_shown(opened), 4)
    assert [part["state"] for part in parts] == ["quiet", "gap", "unknown", "recorded"]
    assert len({part["fill"] for part in parts}) == 4
    gap = parts.pop(1)
    assert gap["right"] - gap["left"] > 3
    assert all(gap["height"] > 1.4 * part["height"] for part in parts)


def test_every_fill_of_a_strip_is_a_pattern_of_the_page(opened: Opened) -> None:
    missing = (
        "return [...document.querySelectorAll('#strips rect')].filter(each =>"
        " !document.querySelector(each.getAttribute('fill').slice(4, -1) + ' .plain')).length"
    )
    assert _shown(opened).run(missing) == 0


def test_strips_of_all_targets_stand_on_the_axis_in_the_head(opened: Opened) -> None:
    browser = _shown(opened)
    labels = "return [...document.querySelectorAll('#strips .ticks text')]"
    found = browser.run(f"{labels}.map(each => each.textContent)")
    assert found == ["26 Oct", "2 Nov", "9 Nov", "16 Nov"]
    edges = "return [...document.querySelectorAll('#strips .strip, #strips .ticks')].map(each => {"
    edges += " const box = each.getBoundingClientRect(); return [box.left, box.right] })"
    boxes = browser.run(edges)
    assert len(boxes) == 5
    for left, right in boxes:
        assert (left, right) == pytest.approx(boxes[0], abs=1)


def test_a_date_stands_where_its_day_begins(opened: Opened) -> None:
    """The window begins at 10:00 on 25 October and has 720 hours."""
    places = "return [...document.querySelectorAll('#strips tbody tr:first-child .tick')]"
    found = _shown(opened).run(f"{places}.map(each => each.getAttribute('x1'))")
    days = [100 * (14 + 168 * week) / 720 for week in range(5)]
    assert [float(place.rstrip("%")) for place in found] == pytest.approx(days)


def test_a_screen_reader_is_told_gaps_and_unknown_times(opened: Opened) -> None:
    labels = (
        "return [...document.querySelectorAll('#strips .strip svg')].map(each => each.ariaLabel)"
    )
    found = _shown(opened).run(labels)
    assert found[0] == "vnet-app: no gap, nothing unknown. Show its periods"
    assert found[3] == (
        "vnet-old: gap within 2026-10-25 16:00 to 2026-10-26 00:00; "
        "unknown within 2026-10-26 00:00 to 2026-10-28 00:00. Show its periods"
    )


def test_a_strip_leads_to_the_periods_of_its_target_alone(opened: Opened) -> None:
    """By keyboard; the network's id is the beginning of its subnet's."""
    browser = _shown(opened)
    browser.run("document.querySelectorAll('#strips .strip')[1].focus()")
    browser.press(ENTER)
    _await(browser, "periods", ["vnet-hub"] * 3)
    assert browser.texts("#periods .state") == ["recorded", "gap", "recorded"]
    assert browser.run("return document.activeElement.id") == "periods-title"
    browser.click("#periods .all")
    assert len(_names(browser, "periods")) == 11


def test_a_count_leads_to_the_targets_that_have_such_hours(opened: Opened) -> None:
    browser = _shown(opened)
    browser.click("#recording a[href*='state=gap']")
    _await(browser, "strips", ["vnet-hub", "vnet-old"])
    browser.run("location.hash = '#strips?state=quiet&level=subnet'")
    _await(browser, "strips", ["vnet-hub/db"])


def test_periods_are_filtered_by_state_and_cause_and_found_by_person(opened: Opened) -> None:
    browser = _shown(opened, "#periods?state=gap")
    assert _names(browser, "periods") == ["vnet-hub", "vnet-old"]
    browser.type("#periods [name=cause]", "not known")
    assert _names(browser, "periods") == ["vnet-old"]
    browser.click("#periods .all")
    browser.type("#periods [name=q]", "ana@contoso")
    assert _names(browser, "periods") == ["vnet-hub"]


@pytest.mark.parametrize("column", ["gap", "longest"])
def test_targets_are_sorted_by_hours_as_numbers(opened: Opened, column: str) -> None:
    browser = _shown(opened)
    browser.click(f"#strips [data-key={column}]")
    browser.click(f"#strips [data-key={column}]")
    assert _names(browser, "strips")[:2] == ["vnet-hub", "vnet-old"]


def test_many_targets_are_shown_a_page_at_a_time_and_each_leads_to_its_periods(
    opened: Opened,
) -> None:
    plan = plan_document(documents.mixed())
    browser = opened(plan, "", None, document(ledgers.large(2_000, each=3)))
    assert status(browser, "strips") == f"1 to {PAGE} of 2,000 targets"
    assert browser.run("return document.querySelectorAll('#strips .strip svg').length") == PAGE
    assert (
        browser.run("return document.querySelectorAll('#periods [name=place] option').length") == 1
    )
    browser.type("#strips [name=q]", "vnet-01234")
    assert _names(browser, "strips") == ["vnet-01234"]
    assert status(browser, "strips") == "1 to 1 of 1 targets, 2,000 in all"
    browser.click("#strips tbody th a")
    _await(browser, "periods", ["vnet-01234"] * 7)
    browser.click("#strips .all")
    assert printed_rows(browser, "strips") == ON_PAPER


def test_a_strip_is_kept_on_paper_with_its_colours_and_all_fits(opened: Opened) -> None:
    browser = _shown(opened)
    browser.resize(718, 1000)  # A4 less its margins, in CSS pixels
    browser.media(kind="print")
    assert too_wide(browser) <= 0
    exact = "return getComputedStyle(document.querySelector('.strip')).printColorAdjust"
    assert browser.run(exact) == "exact"
    assert _parts(browser, 2)[1]["right"] - _parts(browser, 2)[1]["left"] > 5


def test_texts_that_look_like_html_are_shown_as_they_are(opened: Opened) -> None:
    browser = opened(plan_document(documents.mixed()), "", None, ledgers.hostile())
    assert browser.run("return typeof window.hacked") == "undefined"
    script, picture, quote, comment, formula = documents.HOSTILE
    cells = browser.run("return document.querySelector('#periods tbody').textContent")
    for text in (script.rpartition("/")[2], comment, quote, printable(formula)):
        assert text in cells
    assert picture in browser.run("return document.querySelector('#recording').textContent")
    name = script.rpartition("/")[2]
    row = "return [...document.querySelectorAll('#strips tbody th')].findIndex(each =>"
    position = browser.run(f"{row} each.textContent.startsWith(arguments[0]))", name) + 1
    browser.click(f"#strips tbody tr:nth-child({position}) .strip")
    _await(browser, "periods", [name] * 3)
    assert browser.run("return typeof window.hacked") == "undefined"


def test_saved_periods_have_hours_that_a_spreadsheet_adds_up(
    opened: Opened, tmp_path: Path
) -> None:
    browser = _shown(opened)
    rows = saved(browser, "periods", tmp_path)
    assert sum(int(row["Hours"]) for row in rows) == 4 * 720
    assert sum(int(row["Hours"]) for row in rows if row["State"] == "gap") == 13


@pytest.mark.parametrize("width", [360, 700, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_recording(opened: Opened, width: int, scheme: str) -> None:
    rules = used_rules.as_json()
    browser = opened(plan_document(documents.mixed()), "", rules, ledgers.as_json())
    assert_accessible(browser, width, scheme)
