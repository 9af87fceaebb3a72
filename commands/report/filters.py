"""A table's frame: its filters, an empty body for the script, and the pages' buttons."""

from __future__ import annotations

from datetime import timedelta
from xml.etree.ElementTree import Element

from commands.report.blocks import scrollable, section
from commands.report.markup import element
from commands.report.tables import Axis, Column, Table

CHOICES = 200  # values of a filter that links set, too
LAST = 0.85  # part of an axis behind which a label has no room


def framed(table: Table) -> Element:
    """The section of a table; the script fills it from the page's data."""
    return section(
        table.key,
        table.title,
        element(
            "noscript", element("p", "This table needs JavaScript; what it shows is in this file.")
        ),
        element("form", _search(table), *_choices(table), _buttons(), class_="filters"),
        element("p", role="status", class_="status", data_noun=table.noun),
        scrollable(_empty(table), table.title),
        _pager(table),
        class_="listed",
    )


def _search(table: Table) -> Element:
    field = element("input", type="search", name="q", autocomplete="off", spellcheck="false")
    return element("label", element("span", f"Search {table.noun}"), field, class_="search")


def _choices(table: Table) -> list[Element]:
    """A filter for each column that has a choice; none where all rows are alike."""
    found = []
    for position, column in enumerate(table.columns):
        values = table.values(position) if column.choice else []
        if len(values) > 1 or any(number < len(table.rows) for _, number in values):
            found.append(_choice(column, values))
    return found


def _choice(column: Column, values: list[tuple[str, int]]) -> Element:
    options = [element("option", "all", value="")]
    if column.linked and len(values) > CHOICES:
        values = []
    options += [element("option", f"{text} ({n:,})", value=text) for text, n in values]
    select = element("select", *options, name=column.key)
    return element("label", element("span", column.choice), select)


def _buttons() -> Element:
    return element(
        "span",
        element("button", "Show all", type="button", class_="all"),
        element("button", "Save as CSV", type="button", class_="save"),
        class_="buttons",
    )


def _empty(table: Table) -> Element:
    shown = (column for column in table.columns if column.kind != "hidden")
    head = element("tr", *map(_head, shown))
    return element(
        "table", element("thead", head), element("tbody"), class_="grid", aria_label=table.title
    )


def _head(column: Column) -> Element:
    if column.axis:
        return element("th", column.label, _ticks(column.axis), scope="col")
    sort = element("button", column.label, type="button", data_key=column.key)
    figures = {"class_": column.kind} if column.kind in ("number", "size") else {}
    return element("th", sort, scope="col", data_label=column.label, **figures)


def _ticks(axis: Axis) -> Element:
    """A line and a label where each of the axis' ticks is."""
    parts = []
    for hour in axis.ticks:
        place = f"{100 * hour / axis.edges[-1]:.2f}%"
        moment = axis.start + timedelta(hours=hour)
        label = f"{moment.day} {moment:%b}" if moment.hour == 0 else f"{moment:%H:%M}"
        parts.append(element("line", x1=place, x2=place, y1="0", y2="100%"))
        if hour < LAST * axis.edges[-1]:
            parts.append(element("text", label, x=place, dx="4", y="13"))
    return element("svg", *parts, class_="ticks", aria_hidden="true")


def _pager(table: Table) -> Element:
    return element(
        "nav",
        element("button", "Previous", type="button", class_="previous"),
        element("span", class_="page"),
        element("button", "Next", type="button", class_="next"),
        class_="pager",
        aria_label=f"Pages of {table.noun}",
    )
