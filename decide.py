"""Read and decide: from settings and state to a plan that holds at this moment.

The steps are the same for the program and for the component that others use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from estate import by_id, redundancies, regions
from estate.cloud import Cloud, connect
from estate.discover import missing, others, read_estate
from estate.model import Estate
from estate.revised import completed
from plan import closed_subscriptions, naming
from plan.flow_logs import adoption, missing_rows, removal
from plan.flow_logs.removal_reasons import Parting
from plan.foundation import redundancy, region
from plan.model.plan import Plan
from plan.planner import make
from plan.scope import looked_at
from plan.views import run_lines
from printable import printable
from stack.settings.model import Settings
from stack.state import State

Say = Callable[[str], None]


def decide(settings: Settings, state: State, progress: Say) -> Plan:
    """The plan for what Azure holds now; ``progress`` gets a line while a large estate is read.

    What the plan would import, and the targets of new flow logs, are looked at once more, since
    Resource Graph lags; so is what adopted flow logs write to, which may be anybody's (what is gone
    is replaced, and what they say of a workspace that is kept is put right), what the stack knows
    and no list shows, and all that a flow log which leaves may be needed for. Raises EstateError,
    one line, where something cannot be read or built, where more would be deleted than anybody
    asked for, or where Azure leaves more out of what it lists than can be told one by one.
    """
    say = printed(progress)
    cloud = connect(settings.identity, say)
    listed = read_estate(cloud, settings.subscriptions, naming.home(settings), say)
    closed_subscriptions.check_home(listed.home_subscriptions)
    if region.is_open(listed.resource_groups, settings):
        region.check(regions.read_if_allowed(cloud, settings.identity.subscription_id), settings)
    estate = _completed(cloud, listed, settings, state)
    missing_rows.check(listed, estate)
    plan = _confirmed(cloud, estate, settings, state)
    examined: set[str] = set()
    while doubtful := removal.leaving(plan, state).keys() - examined:
        estate = _examined(cloud, estate, settings, state, plan)
        plan = _confirmed(cloud, estate, settings, state)
        examined |= doubtful
    missing_rows.check(listed, estate)
    leaves = removal.leaving(plan, state)
    return replace(
        plan,
        removals=Parting(plan, estate, settings, state).told(),
        notes=(*missing_rows.notes(listed, estate, state, examined - leaves.keys()), *plan.notes),
    )


def _completed(cloud: Cloud, estate: Estate, settings: Settings, state: State) -> Estate:
    """The estate with what the stack knows and no list shows, as far as ARM has it."""
    asked: frozenset[str] = frozenset()
    while ids := missing_rows.unlisted(estate, settings, state) - asked:
        estate = _asked(cloud, estate, ids)
        asked |= ids
    return estate


def _examined(cloud: Cloud, estate: Estate, settings: Settings, state: State, plan: Plan) -> Estate:
    """The estate with what ARM has at this moment of all that leaving flow logs may be needed for.

    Raises PlanError where more of them leave than ``removeAtMost`` allows.
    """
    leaves = removal.leaving(plan, state)
    inside = {target for target in leaves.values() if looked_at(target, estate)}
    estate = _asked(cloud, estate, inside)
    gone = estate.gone | missing(cloud, set(leaves.values()) - inside)
    removal.check_removals(leaves, gone, settings.remove_at_most)
    asked = frozenset(inside)
    while ids := missing_rows.around(estate, state, inside) - asked:
        estate = _asked(cloud, estate, ids)
        asked |= ids
    return estate


def _asked(cloud: Cloud, estate: Estate, ids: Iterable[str]) -> Estate:
    found = by_id.read(cloud, ids)
    return completed(estate, found.records, found.asked, found.gone)


def _confirmed(cloud: Cloud, estate: Estate, settings: Settings, state: State) -> Plan:
    """The plan, made again where something is gone that it would import or rely on.

    Raises PlanError where it would delete what another stack's tag is on, or leave its own group.
    """
    plan = _makeable(cloud, estate, settings, state)
    relied_on = others(cloud, adoption.relied_on(plan))
    if (gone := missing(cloud, plan.to_confirm) | relied_on.lost) or relied_on.workspaces:
        known = replace(estate.without(gone), other_workspaces=relied_on.workspaces)
        plan = _makeable(cloud, known, settings, state)
    removal.check_owners(plan, state, estate.flow_logs)
    removal.check_home(plan, state)
    return plan


def _makeable(cloud: Cloud, estate: Estate, settings: Settings, state: State) -> Plan:
    """The plan; where it makes storage accounts, with what Azure says their regions have."""
    plan = make(estate, settings, state)
    if not redundancy.to_make(plan.foundation.storage_accounts):
        return plan
    offered = redundancies.read_if_allowed(cloud, settings.identity.subscription_id)
    return make(replace(estate, redundancies=offered), settings, state)


def tell(plan: Plan, info: Say, warn: Say) -> None:
    """Says what the plan does, and what nothing records."""
    for line in run_lines.messages(plan):
        printed(info)(line)
    for line in run_lines.warnings(plan):
        printed(warn)(line)


def printed(say: Say) -> Say:
    """Says each line so that a log does nothing but show it."""
    return lambda line: say(printable(line))
