"""The section on the recording above its tables: what was not read, the time, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from commands.ledger.document import SIGNS, WORST, Ledger
from commands.report.blocks import section
from commands.report.fills import swatch
from commands.report.ledger_tables import LIMIT, STRIPS, cell_hours, left_out
from commands.report.markup import element
from commands.report.picture import link
from estate.arm_id import name_of
from plan.text import count
from recording.facts import State
from recording.ledger import hours_of

KEY = "recording"
TITLE = "Recording, hour by hour"
MEANINGS: dict[State, str] = {
    "recorded": "flow logs reported traffic of this hour",
    "quiet": "no traffic was reported, and there is evidence that recording worked: there was "
    "nothing to report",
    "gap": "no traffic was reported, and something stopped it, or nothing arrived for more than a "
    "day, longer than usual for this target, from any flow log with the same storage account and "
    "workspace; cause, person and evidence stand beside it, as far as they are known",
    "unknown": "no traffic was reported, and nothing proves why; the reason stands beside it",
}
COUNTS = (
    "Recorded and quiet hours are evidence that traffic was being recorded. A gap is a time in "
    "which it was not. An unknown hour is evidence of neither: count it as not proven.",
    "Reported means that the workspace has it. Where it stopped behind the storage account (a "
    "daily cap, a lost rule, a deleted workspace, a failure of Traffic Analytics), the account may "
    "still have the flow log's files of the time. An hour counts as recorded if anything of it was "
    "reported, so that the hour in which something happened may count as either.",
)


def with_state(ledger: Ledger, state: State) -> int:
    """Number of targets that have an hour of a state."""
    return sum(any(each.state == state for each in entry.periods) for entry in ledger.entries)


def ledger_section(ledger: Ledger) -> Element:
    """What was not read comes first, since every hour rests on what was."""
    return section(
        KEY,
        TITLE,
        *_unread(ledger),
        element("p", _time(ledger)),
        *_counts(ledger),
        element("h3", "What the four states mean"),
        *(element("p", said) for said in COUNTS),
        element("dl", *_meanings()),
        *_asked(ledger),
        *_left_out(ledger),
    )


def _unread(ledger: Ledger) -> Iterator[Element]:
    if ledger.notes:
        yield element("h3", "What could not be read")
        yield element("ul", *(element("li", note) for note in ledger.notes))


def _time(ledger: Ledger) -> str:
    start, end = ledger.window.start, ledger.window.end
    return (
        f"From {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC, "
        f"{count(ledger.window.hours, 'hour')}. A strip is made of pieces of "
        f"{count(cell_hours(ledger.window), 'hour')}, each of which shows its worst hour: a gap if "
        "there is one, else unknown, else quiet. Gaps are the tallest and unknown hours the "
        "thinnest. A strip leads to its periods, which are exact."
    )


def _counts(ledger: Ledger) -> Iterator[Element]:
    """Hours of each state and the targets that have them, each with a link to their rows."""
    hours: Counter[State] = Counter()
    for entry in ledger.entries:
        hours.update(hours_of(entry.periods))
    total = max(1, hours.total())
    entries = (
        element(
            "li",
            swatch(state),
            f"{state}: {count(hours[state], 'hour')} ({_share(hours[state], total)}), ",
            element(
                "a", count(with_state(ledger, state), "target"), href=link(STRIPS, state=state)
            ),
        )
        for state in WORST
        if hours[state]
    )
    yield element("p", element("b", count(len(ledger.entries), "target")), ":")
    yield element("ul", *entries, class_="key")


def _share(part: int, total: int) -> str:
    """A percentage that is 0 or 100 only where it is exactly that."""
    share = 100 * part / total
    if 0 < share < 100:
        share = min(max(share, 0.01), 99.99)
    return f"{share:.2f} %"


def _meanings() -> Iterator[Element]:
    for state in SIGNS:
        yield element("dt", swatch(state), state)
        yield element("dd", MEANINGS[state])


def _asked(ledger: Ledger) -> Iterator[Element]:
    """What to ask again, for whoever doubts the answer."""
    if not ledger.questions:
        return
    entries = (
        element(
            "li",
            f"{name_of(each.workspace)} on {each.asked_at:%Y-%m-%d %H:%M} UTC: "
            f"{count(each.rows, 'row')} in its answer",
        )
        for each in ledger.questions
    )
    yield element("h3", "Workspaces that were asked")
    yield element("ul", *entries, class_="names")
    yield element("p", "The ledger's file has the query of each.", class_="small")


def _left_out(ledger: Ledger) -> Iterator[Element]:
    if left := left_out(ledger):
        told = (
            f"periods are in the ledger's file alone: the table has {LIMIT:,}, and every gap first"
        )
        yield element("h3", "What is left out")
        yield element("p", f"{left:,} {told}.")
