"""The sections of the page above its tables; each is an element, or None where it has no say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from xml.etree.ElementTree import Element

from commands.report.blocks import grid, more, scrollable, section
from commands.report.facts import Change, Facts, FlowLog, Place
from commands.report.fills import swatch
from commands.report.levers import bill, bill_note, levers
from commands.report.markup import element
from commands.report.picture import by_place, link, whole
from commands.report.rows import GOES_DARK, brief, refusal
from commands.shared.prices import AMOUNTS
from commands.shared.states import OWNERS, STAGES, STATES
from estate.arm_id import name_of, resource_group_of
from plan.model.flow_logs import NOTHING_RECORDED
from plan.text import count, in_words

SHOWN = 12  # entries of a list; what is beyond is a link into a table


def coverage(facts: Facts) -> Element:
    """The picture: before and after, then by subscription and region."""
    found = (
        f"{count(facts.discovered, 'network security group')} found, {facts.excluded:,} of them "
        "left out by the filter. A security group is where logging is wanted; the flow log that "
        "records it is mostly on its virtual network."
    )
    title = "Coverage by subscription and region"
    pictures = _pictures(facts, title) if facts.groups else ()
    return section("coverage", title, *pictures, element("p", found, class_="small"))


def _pictures(facts: Facts, title: str) -> Iterator[Element]:
    before = [group.before for group in facts.groups if group.before]
    if before:
        yield whole("Before this run", before, linked=False)
    after = (group.state for group in facts.groups)
    yield whole("With this plan" if before else "Now", after, linked=True)
    yield scrollable(by_place(facts), title)


def end(facts: Facts, made: date) -> Element:
    """What is due before Azure deletes NSG flow logs."""
    day = in_words(facts.end)
    lost = [group for group in facts.groups if group.goes_dark]
    left = (facts.end - made).days
    when = f"Azure deletes NSG flow logs on {day}, {left:,} days after this report was made."
    if left < 0:
        when = f"Azure has deleted NSG flow logs on {day}, before this report was made."
    if lost:
        target = link("groups", end=GOES_DARK)
        told = element(
            "p",
            element("b", count(len(lost), "network security group")),
            " would go dark: what records them is an NSG flow log alone. Put their networks under "
            "a flow log first, then switch the old ones off. ",
            element("a", "Show them in the table", href=target),
        )
    else:
        told = element("p", "No network security group depends on an NSG flow log alone.")
    return section(
        "end", f"Due before {day}", element("p", when), told, _listed(lost), _stages(facts)
    )


def refused(facts: Facts) -> Element | None:
    """Flow logs that the last update could not write, with the way out."""
    found = [log for log in facts.flow_logs.values() if log.refused]
    if not found:
        return None
    rows = ((log.name, name_of(log.target_id), refusal(log)) for log in found[:SHOWN])
    way_out = (
        "The log of that update, and the summary of scripts/deploy, say what Azure refused and "
        "why. Fix that, then run scripts/deploy for the stack again, which makes what is missing."
    )
    return section(
        "refused",
        "Refused by Azure",
        element("p", way_out),
        scrollable(grid(("Flow log", "On", "What became of it"), rows), "Refused by Azure"),
        more(len(found) - SHOWN, "more", link("flowlogs", owner=OWNERS["refused"])),
    )


def adopted(facts: Facts) -> Element | None:
    """What is taken over or brought to standard, field by field; equal changes stand together."""
    if not facts.planned:
        return None
    alike: dict[tuple[Change, ...], list[FlowLog]] = {}
    for log in facts.flow_logs.values():
        if log.changes:
            alike.setdefault(log.changes, []).append(log)
    largest = sorted(alike.items(), key=lambda entry: -len(entry[1]))
    told = sum(map(len, alike.values()))
    return section(
        "adopted",
        "Adopted, field by field",
        element("p", _adopted_in_words(told)),
        element("div", *(_adoption(*entry) for entry in largest[:SHOWN]), class_="adoptions"),
        more(len(largest) - SHOWN, "more kinds of change", "#flowlogs"),
    )


def dark(facts: Facts) -> Element:
    """Networks and security groups that nothing records, with the reason."""
    networks = [found for found in facts.networks if found.state in NOTHING_RECORDED]
    groups = [found for found in facts.groups if found.state in NOTHING_RECORDED]
    return section(
        "dark",
        "What stays dark",
        element("h3", "Virtual networks"),
        _reasons(networks, "networks") or element("p", "None: every network in scope is recorded."),
        element("h3", "Network security groups"),
        _reasons(groups, "groups") or element("p", "None: every one in scope is recorded."),
    )


def cost(facts: Facts) -> Element:
    """What decides the bill, and what a month costs."""
    rows = ((each.name, each.now, each.effect, each.setting) for each in levers(facts))
    head = ("Traffic Analytics", *(f"{amount} GB a month" for amount in AMOUNTS))
    return section(
        "cost",
        "Cost levers",
        scrollable(grid(("Lever", "Now", "What it does", "Setting"), rows), "Cost levers"),
        element("h3", "A month, by what the flow logs record"),
        scrollable(grid(head, bill(), class_="figures"), "Cost of a month"),
        element("p", bill_note(), class_="small"),
    )


def stored(facts: Facts) -> Element:
    """Where the data goes: workspace and storage accounts."""
    rows = [
        (
            account.name,
            account.location,
            account.sku or "as given",
            "yes" if account.used else "no longer",
        )
        for account in facts.accounts
    ]
    accounts = grid(("Storage account", "Region", "Redundancy", "Used"), rows[:SHOWN])
    return section(
        "stored",
        "Where the data goes",
        _written_to(facts),
        scrollable(accounts, "Storage accounts") if rows else None,
        more(len(rows) - SHOWN, "more storage accounts", ""),
    )


def _written_to(facts: Facts) -> Element:
    if not facts.workspace.name:
        return element("p", "There is no workspace: Azure refused it in the last update.")
    return element(
        "p",
        "Traffic Analytics writes to the workspace ",
        element("b", facts.workspace.name),
        f" in {facts.workspace.location}; the flow logs write blobs to these accounts.",
    )


def watched(facts: Facts) -> Element | None:
    """What looks at the data by itself, and what helps people to."""
    if not (facts.alerts or facts.queries or facts.workbook):
        return None
    tools = count(len(facts.queries), "saved query")
    workbook = " and a workbook" if facts.workbook else ""
    rules = count(len(facts.alerts), "alert rule")
    return section(
        "watched",
        "What watches the data",
        element("p", f"{tools}{workbook} in the workspace; {rules}."),
        element("ul", *(element("li", name) for name in facts.alerts), class_="names"),
    )


def notes(facts: Facts) -> Element | None:
    """What else the plan says."""
    if not facts.notes:
        return None
    listed = element("ul", *(element("li", note) for note in facts.notes[:SHOWN]))
    return section("notes", "Notes", listed, more(len(facts.notes) - SHOWN, "more notes", ""))


def glossary() -> Element:
    """What the states mean."""
    entries: list[Element] = []
    for state, meaning in STATES.items():
        entries += [element("dt", swatch(state), state), element("dd", meaning)]
    return section("states", "What the states mean", element("dl", *entries))


def _listed(groups: Sequence[Place]) -> Element | None:
    """The first of those that would go dark, by name."""
    names = (
        element("li", name_of(group.id), element("small", f" {resource_group_of(group.id)}"))
        for group in groups[:SHOWN]
    )
    return element("ul", *names, class_="names") if groups else None


def _stages(facts: Facts) -> Element | None:
    """Where the groups with an NSG flow log stand, as figures."""
    counted = Counter((group.stage, group.next_step) for group in facts.groups)
    rows = [
        (STAGES[stage], f"{number:,}", step)
        for (stage, step), number in sorted(counted.items())
        if stage in STAGES
    ]
    head = ("Migration", "Security groups", "Next step")
    return scrollable(grid(head, rows), "Migration from NSG flow logs") if rows else None


def _adopted_in_words(number: int) -> str:
    if not number:
        return "This run adopts no flow log, and changes none that it adopted before."
    return (
        f"This run takes over or changes {count(number, 'flow log')} that others made. Adoption "
        "only raises: a longer retention, filters, identity and storage stay as they are."
    )


def _adoption(changes: Sequence[Change], logs: Sequence[FlowLog]) -> Element:
    rows = ((change.property, brief(change.before), brief(change.after)) for change in changes)
    alike = len(logs) > 1
    names = (element("li", _adopted_log(log)) for log in logs[:SHOWN])
    return element(
        "article",
        element("h3", f"{len(logs):,} flow logs alike" if alike else _adopted_log(logs[0])),
        grid(("Property", "Before", "After"), rows),
        element("ul", *names, class_="names") if alike else None,
        more(len(logs) - SHOWN, "more", "#flowlogs"),
    )


def _adopted_log(log: FlowLog) -> str:
    writer = f", last written by {log.written_by}" if log.written_by else ""
    return f"{log.name} on {name_of(log.target_id)}{writer}"


def _reasons(places: Sequence[Place], table: str) -> Element | None:
    entries = (
        element("li", swatch(place.state), element("b", name_of(place.id)), _reason(place))
        for place in places[:SHOWN]
    )
    if not places:
        return None
    rest = more(len(places) - SHOWN, "more, in the table", f"#{table}")
    return element("div", element("ul", *entries, class_="reasons"), rest)


def _reason(place: Place) -> str:
    return f" {place.state}: {place.reason or STATES[place.state]}"
