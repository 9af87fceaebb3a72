"""Read and decide: from settings and state to a plan that holds at this moment.

The steps are the same for the program and for the component that others use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from estate.cloud import connect
from estate.discover import missing, others, read_estate
from plan import adoption, closed, naming, removal, report
from plan.make import make
from plan.model import Plan, State
from plan.settings import Settings
from printable import printable

Say = Callable[[str], None]


def decide(settings: Settings, state: State, progress: Say) -> Plan:
    """The plan for what Azure holds now; ``progress`` gets a line while a large estate is read.

    What the plan would import, and the targets of new flow logs, are looked at once more, since
    Resource Graph lags; so is what adopted flow logs write to, which may be anybody's: what is gone
    is replaced, and what they say of a workspace that is kept is put right. Raises
    EstateError, one line, where something cannot be read or built, or where more would be deleted
    than anybody asked for.
    """
    say = printed(progress)
    cloud = connect(settings.identity, say)
    estate = read_estate(cloud, settings.subscriptions, naming.home(settings), say)
    closed.check_home(estate.home_subscriptions)
    plan = make(estate, settings, state)
    relied_on = others(cloud, adoption.relied_on(plan))
    if (gone := missing(cloud, plan.to_confirm) | relied_on.lost) or relied_on.workspaces:
        known = replace(estate.without(gone), other_workspaces=relied_on.workspaces)
        plan = make(known, settings, state)
    removal.check_owners(plan, state, estate.flow_logs)
    removal.check_home(plan, state)
    leaves = removal.leaving(plan, state)
    removal.check_removals(leaves, missing(cloud, leaves.values()), settings.remove_at_most)
    return plan


def tell(plan: Plan, info: Say, warn: Say) -> None:
    """Says what the plan does, and what nothing records."""
    for line in report.messages(plan):
        printed(info)(line)
    for line in report.warnings(plan):
        printed(warn)(line)


def printed(say: Say) -> Say:
    """Says each line so that a log does nothing but show it."""
    return lambda line: say(printable(line))
