"""The section on security rules above its tables: the time, what was not read, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from commands.replay.usage_document import Told
from commands.report.blocks import section
from commands.report.fills import swatch
from commands.report.markup import element
from commands.report.picture import link
from commands.report.rule_tables import OWN, VERDICTS
from plan.text import count
from rules.usage import Usage

KEY = "security-rules"
MEANINGS = {
    "used": "recorded flows met it",
    "unused": "no flow met it, and every place of its group was recorded all the time",
    "shadowed": "nothing reaches it: rules before it decide all that it names",
    "wider": "it lets through more than was seen; what would do stands beside it",
    "unknown": "it met no recorded flow, but not everything was recorded or could be decided",
}


def own(told: Told) -> list[Usage]:
    """The use of rules that are somebody's, not Azure's defaults."""
    return [each for each in told.used if not each.rule.default]


def rule_section(told: Told) -> Element:
    """What was not read comes first, since verdicts rest on what was."""
    start, end = told.window.start, told.window.end
    time = f"Flows from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC."
    return section(
        KEY,
        "Security rules",
        *_unread(told),
        element("p", time),
        *_counts(told),
        *_findings(told),
        *_meanings(told),
    )


def _unread(told: Told) -> Iterator[Element]:
    if told.notes:
        yield element("h3", "What could not be read")
        yield element("ul", *(element("li", note) for note in told.notes))


def _counts(told: Told) -> Iterator[Element]:
    """Verdicts on rules of somebody's, each with a link to its rows."""
    rules = own(told)
    verdicts = Counter(each.verdict for each in rules)
    entries = (
        element(
            "li",
            swatch(word),
            element(
                "a", f"{verdicts[verdict]:,} {word}", href=link("rules", verdict=word, whose=OWN)
            ),
        )
        for verdict, word in VERDICTS.items()
        if verdicts[verdict]
    )
    groups = len({each.rule.group for each in told.used})
    defaults = len(told.used) - len(rules)
    yield element(
        "p",
        element("b", count(len(rules), "rule")),
        f" of {count(groups, 'network security group')}, without {defaults:,} of Azure's own:",
    )
    yield element("ul", *entries, class_="key")


def _findings(told: Told) -> Iterator[Element]:
    kinds = Counter(each.kind for each in told.findings)
    if not kinds:
        yield element("p", "Read without any flow, no rule is idle, too wide or too open.")
        return
    entries = (
        element("li", element("a", f"{number:,} {kind}", href=link("findings", kind=kind)))
        for kind, number in kinds.items()
    )
    yield element("p", "What the rules say by themselves, without any flow:")
    yield element("ul", *entries, class_="key")


def _meanings(told: Told) -> Iterator[Element]:
    """The verdicts that are there, in words."""
    there = {each.verdict for each in told.used}
    entries: list[Element] = []
    for verdict, word in VERDICTS.items():
        if verdict in there:
            entries += [element("dt", swatch(word), word), element("dd", MEANINGS[verdict])]
    yield element("h3", "What the verdicts mean")
    yield element("dl", *entries)
