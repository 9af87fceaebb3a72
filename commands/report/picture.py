"""Coverage as a picture: bars in inline SVG, of the whole estate and of each region.

The numbers stand beside the bars as text, and what a bar shows is its accessible name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from commands.report.facts import Facts, region_of
from commands.report.fills import fill, swatch
from commands.report.markup import element
from commands.shared.states import STATES
from plan.model.flow_logs import NOTHING_RECORDED
from printable import printable

Counts = Mapping[str, int]


def whole(title: str, states: Iterable[str], linked: bool) -> Element:
    """A bar across the page for all security groups, with its numbers under it.

    ``linked`` numbers lead to the rows that are in the state.
    """
    counts = Counter(states)
    entries = (_entry(state, counts[state], linked) for state in STATES if counts[state])
    return element(
        "figure",
        element("figcaption", f"{title}: ", element("b", _share(counts))),
        bar(counts),
        element("ul", *entries, class_="key"),
        class_="whole",
    )


def by_place(facts: Facts) -> Element:
    """A table of bars: a row for each subscription, a column for each region."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for group in facts.groups:
        regions = found.setdefault(facts.subscription(group.id), {})
        regions.setdefault(region_of(group), Counter())[group.state] += 1
    columns = sorted({region for regions in found.values() for region in regions})
    head = (element("th", name, scope="col") for name in ("Subscription", *columns))
    return element(
        "table",
        element("thead", element("tr", *head)),
        element("tbody", *(_row(*row, columns) for row in sorted(found.items()))),
        class_="places",
    )


def bar(counts: Counts) -> Element:
    """A bar of parts in the proportion of the counts."""
    told = ", ".join(f"{counts[state]} {state}" for state in STATES if counts.get(state))
    return element(
        "svg",
        element("title", told),
        *_parts(counts),
        class_="bar",
        role="img",
        aria_label=told,
    )


def link(table: str, **values: str) -> str:
    """A fragment that shows a table with its filters set to these values, as the table has them."""
    return f"#{table}?{urlencode({name: printable(value) for name, value in values.items()})}"


def _parts(counts: Counts) -> Iterator[Element]:
    total = sum(counts.values())
    start = 0
    for state in STATES:
        number = counts.get(state, 0)
        if number:
            yield element(
                "rect",
                x=f"{100 * start / total:.2f}%",
                width=f"{100 * number / total:.2f}%",
                height="100%",
                fill=fill(state),
            )
        start += number


def _row(name: str, regions: Mapping[str, Counts], columns: Sequence[str]) -> Element:
    cells = (_cell(name, region, regions.get(region, {})) for region in columns)
    return element("tr", element("th", name, scope="row"), *cells)


def _cell(subscription: str, region: str, counts: Counts) -> Element:
    if not counts:
        return element("td", class_="none")
    target = link("groups", subscription=subscription, region=region)
    shown = element("a", _share(counts), href=target)
    return element("td", shown, bar(counts), data_label=region)


def _entry(state: str, number: int, linked: bool) -> Element:
    text = f"{number:,} {state}"
    shown = element("a", text, href=link("groups", state=state)) if linked else text
    return element("li", swatch(state), shown)


def _share(counts: Counts) -> str:
    """Those that something records at least in part, of all."""
    total = sum(counts.values())
    covered = total - sum(counts.get(state, 0) for state in NOTHING_RECORDED)
    return f"{covered:,} of {total:,} covered"
