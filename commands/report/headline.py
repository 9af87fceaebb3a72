"""The page's first answer: its figures, each with a link to what is behind it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from commands.report.facts import Facts
from commands.report.markup import element
from plan.model.flow_logs import NOTHING_RECORDED


def headline(facts: Facts) -> Element:
    """Covered security groups, dark networks, what is due in 2027, what is refused or adopted."""
    groups, networks = facts.groups, facts.networks
    covered = sum(group.state not in NOTHING_RECORDED for group in groups)
    before = sum(group.before not in ("", *NOTHING_RECORDED) for group in groups)
    was = f", {before:,} before this run" if facts.planned else ""
    unseen = sum(network.state == "dark" for network in networks)
    lost = sum(group.goes_dark for group in groups)
    adopted = sum(bool(log.changes) for log in facts.flow_logs.values())
    figures = [
        _figure(
            f"{covered:,}", f" of {len(groups):,}", f"security groups covered{was}", "coverage"
        ),
        _figure(f"{unseen:,}", f" of {len(networks):,}", "virtual networks stay dark", "dark"),
        _figure(f"{lost:,}", "", f"security groups go dark in {facts.end:%B %Y}", "end"),
    ]
    refused = sum(log.refused for log in facts.flow_logs.values())
    if refused:
        figures.append(_figure(f"{refused:,}", "", "flow logs refused by Azure", "refused"))
    if facts.planned:
        figures.append(_figure(f"{adopted:,}", "", "flow logs adopted or changed", "adopted"))
    return element("ul", *figures, class_="headline")


def _figure(number: str, of: str, what: str, target: str) -> Element:
    shown = element("span", element("b", number), of)
    return element("li", element("a", shown, element("span", what), href=f"#{target}"))
