"""The report in a real browser: what a person sees, finds, prints and saves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plan.views.document import document
from printable import printable
from tests.commands.report import documents
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
)

NAMES = "#{table} tbody th > div:first-child"


def _names(browser: Browser, table: str = "groups") -> list[str]:
    return browser.texts(NAMES.format(table=table))


def _choose(browser: Browser, name: str, value: str, table: str = "groups") -> None:
    """Chooses the option of a filter, as the keyboard does."""
    options = browser.texts(f"#{table} [name={name}] option")
    (wanted,) = (text for text in options if text.startswith(value))
    browser.type(f"#{table} [name={name}]", wanted)


def test_it_opens_without_any_request(opened: Opened) -> None:
    browser = opened(document(documents.mixed()))
    assert browser.run("return performance.getEntriesByType('resource').length") == 0
    assert status(browser, "groups") == "1 to 7 of 7 network security groups"
    assert _names(browser)[0] == "nsg-db"
    assert len(_names(browser, "networks")) == 5


def test_search_and_filters_leave_the_rows_that_fit_all_of_them(opened: Opened) -> None:
    browser = opened(document(documents.mixed()))
    browser.type("#groups [name=q]", "NSG recorded")
    assert len(_names(browser)) == 5
    _choose(browser, "level", "network security group")
    assert _names(browser) == ["nsg-old", "nsg-twice"]
    _choose(browser, "end", "goes dark")
    assert _names(browser) == ["nsg-old"]
    browser.type("#groups [name=q]", " nothing like it")
    assert status(browser, "groups") == "No network security groups fit the search and the filters"
    browser.click("#groups .all")
    assert len(_names(browser)) == 7


def test_the_picture_leads_to_the_rows_that_it_counts(opened: Opened) -> None:
    browser = opened(document(documents.mixed()))
    browser.click(".places a[href*=northeurope]")
    await_texts(browser, NAMES.format(table="groups"), ["nsg-dns"])
    assert browser.run("return document.activeElement.id") == "groups-title"
    browser.click(".key a[href$='state=unattached']")
    await_texts(browser, NAMES.format(table="groups"), ["nsg-idle"])


def test_an_address_keeps_its_filters(opened: Opened) -> None:
    browser = opened(document(documents.mixed()))
    _choose(browser, "state", "records nothing")
    address = browser.run("return location.hash")
    assert _names(opened(document(documents.mixed()), address)) == ["nsg-dns"]


def test_a_head_sorts_by_its_column_and_back(opened: Opened) -> None:
    browser = opened(document(documents.mixed()))
    assert _names(browser) == sorted(_names(browser))
    browser.click("#groups [data-key=name]")
    assert _names(browser) == sorted(_names(browser), reverse=True)
    browser.click("#groups [data-key=state]")
    states = browser.texts("#groups .state")
    assert states == sorted(states)
    orders = "return [...document.querySelectorAll('#groups thead th')].map(each => each.ariaSort)"
    assert browser.run(orders) == ["none", "none", "ascending", "none", "none"]


def test_everything_can_be_done_by_keyboard(opened: Opened) -> None:
    browser = opened(document(documents.large(networks=30)))
    browser.press(TAB)
    assert browser.run("return document.activeElement.textContent").startswith("Skip to")
    browser.press(ENTER, TAB)
    assert browser.run("return document.activeElement.name") == "q"
    browser.press(*"nsg-000")
    assert status(browser, "groups").startswith("1 to 50 of 150 ")
    browser.run("document.querySelector('#groups .next').focus()")
    browser.press(ENTER)
    assert status(browser, "groups").startswith("51 to 100 of 150 ")
    assert browser.texts("#groups .page") == ["Page 2 of 3"]


def test_ten_thousand_groups_are_shown_a_page_at_a_time(opened: Opened) -> None:
    browser = opened(document(documents.large()))
    assert status(browser, "groups") == f"1 to {PAGE} of 10,000 network security groups"
    assert browser.run("return document.querySelectorAll('tbody tr').length") < 4 * PAGE
    browser.type("#groups [name=q]", "nsg-01234")
    assert _names(browser) == [f"nsg-01234-{number}" for number in range(5)]
    browser.click("#groups .all")
    _choose(browser, "end", "goes dark")
    assert status(browser, "groups") == f"1 to {PAGE} of 500 network security groups, 10,000 in all"
    browser.click("#groups .next")
    assert status(browser, "groups") == "51 to 100 of 500 network security groups, 10,000 in all"


def test_names_that_look_like_html_are_shown_as_they_are(opened: Opened) -> None:
    browser = opened(documents.hostile())
    assert browser.run("return typeof window.hacked") == "undefined"
    script, picture, quote, comment, formula = documents.HOSTILE
    assert browser.run("return document.title") == f"Flow logs of {script}"
    cells = browser.run("return document.querySelector('#groups tbody').textContent")
    for text in (script, picture, comment, printable(formula)):
        assert text in cells
    assert quote in browser.run("return document.querySelector('#notes').textContent")
    browser.click(".places a")
    assert len(_names(browser)) == 7
    assert browser.run("return typeof window.hacked") == "undefined"


@pytest.mark.parametrize("make", [lambda: document(documents.mixed()), documents.hostile])
def test_what_is_saved_is_what_is_shown(opened: Opened, make: Any, tmp_path: Path) -> None:
    browser = opened(make())
    browser.type("#groups [name=q]", "nsg-web")
    rows = saved(browser, "groups", tmp_path)
    assert [row["Name"] for row in rows] == ["nsg-web; rg-app"]
    assert rows[0]["Id"].endswith("/networkSecurityGroups/nsg-web")
    assert not [field for field in rows[0].values() if field.startswith(("=", "+", "-", "@"))]


def test_paper_has_every_row_and_the_screen_its_page_again(opened: Opened) -> None:
    browser = opened(document(documents.large(networks=40)))
    assert printed_rows(browser, "groups") == 200 < ON_PAPER
    assert len(_names(browser)) == PAGE


@pytest.mark.parametrize("width", [360, 700, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_either_theme_on_any_screen(
    opened: Opened, width: int, scheme: str
) -> None:
    browser = opened(document(documents.mixed()))
    assert_accessible(browser, width, scheme)


def test_the_theme_follows_the_system(opened: Opened) -> None:
    browser = opened(document(documents.mixed()))
    colour = "return getComputedStyle(document.body).backgroundColor"
    light = browser.run(colour)
    browser.media(scheme="dark")
    dark = browser.run(colour)
    browser.media(kind="print", scheme="dark")
    assert (light, dark, browser.run(colour)) == (
        "rgb(255, 255, 255)",
        "rgb(13, 17, 23)",
        "rgb(255, 255, 255)",
    )


def test_outputs_make_a_page_too(opened: Opened) -> None:
    browser = opened(documents.outputs(documents.mixed()))
    assert status(browser, "groups") == "1 to 7 of 7 network security groups"
    _choose(browser, "end", "goes dark")
    assert _names(browser) == ["nsg-old"]
