"""The summary of a preview: Markdown for the reviewer of a pull request.

First what would be adopted, field by field; then changes by kind, what the policies say, coverage,
what is not recorded and why, the way from NSG flow logs, cost. An estate that does not change gets
a few lines. What is too long for a comment is cut, with counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial

from commands.review import change_sections, estate_sections
from commands.review.changes import Change
from commands.review.cost_section import cost
from commands.review.no_longer_recorded import lost_targets
from commands.review.outcome import Outcome
from commands.shared.markdown import code, fitting
from plan.text import count
from plan.views.document_types import PlanDocument

ROWS = (50, 20, 8, 3, 0)  # the most rows of a table, tried in turn until the summary fits


def marker(stack: str) -> str:
    """First line of a stack's summary, by which its comment is found again."""
    return f"<!-- flow-logs preview of {stack} -->"


def summary(outcome: Outcome) -> str:
    """The whole summary, as long as a comment may be."""
    return fitting(partial(_render, outcome), ROWS)


def _render(outcome: Outcome, most: int) -> str:
    head = [marker(outcome.stack), f"## {outcome.stack}: {_title(outcome)}"]
    return joined([*head, *_figures(outcome), *_sections(outcome, most)])


def _sections(outcome: Outcome, most: int) -> Iterator[str]:
    for section in (
        change_sections.errors,
        change_sections.adoptions,
        change_sections.changes,
        change_sections.policies,
    ):
        yield from section(outcome, most)
    if outcome.plan is None or outcome.verdict == "no changes":
        return
    yield from estate_sections.coverage(outcome, outcome.plan, most)
    for of_plan in (estate_sections.dark, estate_sections.migration):
        yield from of_plan(outcome.plan, most)
    yield from cost(outcome.plan, outcome.volume, most)


def _title(outcome: Outcome) -> str:
    if outcome.verdict != "changes":
        return outcome.verdict
    lost = len(lost_targets(outcome))
    gone = f", {count(lost, 'target')} no longer recorded" if lost else ""
    return f"{count(len(outcome.changes), 'change')}{gone}"


def _figures(outcome: Outcome) -> Iterator[str]:
    """The run in one line: flow logs, coverage, what goes dark, the pack."""
    told = [*flow_logs(outcome.changes), *(_coverage(outcome.plan) if outcome.plan else ())]
    if outcome.refused:
        by_policy = Counter(found.policy for found in outcome.refused)
        told += [f"**{code(policy)} refuses {number:,}**" for policy, number in by_policy.items()]
    elif not outcome.errors:
        told.append("the policy pack refuses nothing")
    if told:
        yield f"{'; '.join(told)}."


def flow_logs(changes: Iterable[Change]) -> Iterator[str]:
    """How many flow logs are created, adopted and so on, in one phrase; none where none are."""
    changed = Counter(change.action for change in changes if change.kind == "flow log")
    words = [
        f"{changed[action]:,} {word}"
        for action, word in change_sections.DONE.items()
        if changed[action]
    ]
    if words:
        yield f"flow logs: {', '.join(words)}"


def _coverage(plan: PlanDocument) -> Iterator[str]:
    found = plan["coverage"]
    wanted = found["discovered"] - found["excluded"]
    if not wanted:
        yield f"**none of {count(found['discovered'], 'network security group')} is wanted**"
        return
    before, after = found["coveredBefore"], found["covered"]
    now = "" if before == after else f", {before:,} now"
    yield f"{after:,} of {count(wanted, 'network security group')} covered{now}"
    gone = sum(
        bool(group["migration"] and group["migration"]["goesDark"])
        for group in plan["networkSecurityGroups"]
    )
    yield f"{gone:,} would go dark on {estate_sections.last_day(plan)}"


def joined(blocks: Iterable[str]) -> str:
    """Blocks with a blank line between them, but between the items of a list."""
    text = ""
    last = ""
    for block in filter(None, blocks):
        together = last.startswith("- ") and block.startswith("- ")
        text += block if not text else f"\n{block}" if together else f"\n\n{block}"
        last = block
    return f"{text}\n"
