"""The page's first answer: its figures, each with a link to what is behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from commands.ledger.document import Ledger
from commands.replay.usage_document import Told
from commands.report.facts import Facts
from commands.report.ledger_section import KEY as RECORDING
from commands.report.ledger_section import with_state
from commands.report.markup import element
from commands.report.rule_section import KEY, own
from plan.model.flow_logs import NOTHING_RECORDED


def headline(facts: Facts, told: Told | None = None, ledger: Ledger | None = None) -> Element:
    """Covered security groups, dark networks, what is due in 2027, what is refused or adopted.

    With ``told`` the rules that nothing uses, too, with ``ledger`` the targets with a gap.
    """
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
    if told:
        figures += _on_rules(told)
    if ledger:
        figures.append(_on_recording(ledger))
    return element("ul", *figures, class_="headline")


def _on_rules(told: Told) -> Iterator[Element]:
    verdicts = Counter(each.verdict for each in own(told))
    idle = verdicts["unused"] + verdicts["shadowed"]
    open_ = f", {verdicts['unknown']:,} cannot be told" if verdicts["unknown"] else ""
    of = f" of {sum(verdicts.values()):,}"
    yield _figure(f"{idle:,}", of, f"security rules unused or shadowed{open_}", KEY)
    yield _figure(f"{verdicts['wider']:,}", of, "security rules wider than used", KEY)


def _on_recording(ledger: Ledger) -> Element:
    unknown = with_state(ledger, "unknown")
    open_ = f", {unknown:,} with hours unknown" if unknown else ""
    of = f" of {len(ledger.entries):,}"
    return _figure(f"{with_state(ledger, 'gap'):,}", of, f"targets with a gap{open_}", RECORDING)


def _figure(number: str, of: str, what: str, target: str) -> Element:
    shown = element("span", element("b", number), of)
    return element("li", element("a", shown, element("span", what), href=f"#{target}"))
