"""One lifecycle rule of an account in the place of a retention on each of its flow logs.

Azure takes 1,000 flow logs with retention an account; for more the Network Watcher FAQ names
retention 0 and a lifecycle rule of one's own. An account has one set of rules, so this is for
accounts that the stack makes, which hold nothing else: the rule is for the whole container of flow
logs, since Azure writes the path in it in more than one form (vnet-flow-logs-overview; the FAQ).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from estate.arm_id import key, name_of
from estate.model import Estate, FlowLog
from plan.foundation.storage import untouched
from plan.model.flow_logs import PlannedFlowLog
from plan.model.foundation import PlannedFoundation, PlannedLifecycle, PlannedStorage
from plan.model.plan import PlanError
from plan.naming import logical_name
from plan.resource_identity import identity
from plan.resource_types import LIFECYCLE_TYPE
from stack.settings.model import Settings
from stack.state import State
from wording import setting, to_set

CONTAINER = "insights-logs-flowlogflowevent"
RULE = "flow-logs-retention"
"""Name of the rule: by it the doctor knows it from somebody else's."""


def by_account(settings: Settings, region: str) -> bool:
    """Whether the account of our flow logs in a region ends their retention."""
    return settings.lifecycle == "account" and region not in settings.storage_accounts


def lifecycles(
    accounts: Iterable[PlannedStorage],
    flow_logs: Sequence[PlannedFlowLog],
    estate: Estate,
    settings: Settings,
    state: State,
) -> Iterator[PlannedLifecycle]:
    """The lifecycle rules of each account of the stack.

    No flow log of others there is cut short: the longest retention counts for all. Raises PlanError
    where one keeps its records for ever.
    """
    if settings.lifecycle != "account":
        return
    standing = list(untouched(estate.flow_logs, flow_logs, settings.owner, state))
    for account in accounts:
        policy_id = f"{account.id}/managementPolicies/default"
        held = state.holds(LIFECYCLE_TYPE, logical_name(policy_id))
        if held or not account.untouched:
            exists = key(account.id) in estate.with_lifecycle
            yield PlannedLifecycle(
                **identity(LIFECYCLE_TYPE, policy_id, state, exists=exists),
                location=account.location,
                untouched=account.untouched,
                days=_days(account, flow_logs, standing, settings),
            )


def kept_days(log: PlannedFlowLog, foundation: PlannedFoundation) -> int:
    """Days that the blobs of a flow log stay, by its own retention or its account's; 0 for ever."""
    account = f"{key(log.storage_id)}/"
    rules = (rule.days for rule in foundation.lifecycles if key(rule.id).startswith(account))
    return log.retention_days or next(rules, 0)


def _days(
    account: PlannedStorage,
    flow_logs: Iterable[PlannedFlowLog],
    standing: Iterable[FlowLog],
    settings: Settings,
) -> int:
    own = key(account.id)
    others = [log for log in standing if key(log.storage_id) == own and log.enabled]
    for log in others:
        if not log.retention_enabled or not log.retention_days:
            raise PlanError(
                f"flow log {log.name} of somebody else keeps its records in storage account "
                f"{name_of(account.id)} for ever, which {setting('lifecycle')} 'account' would "
                "end; give it a retention or another account, or leave retention to the flow logs: "
                f"{to_set('lifecycle', 'flowLog')}"
            )
    adopted = (
        log.retention_days
        for log in flow_logs
        if log.state == "adopted" and key(log.storage_id) == own
    )
    return max(settings.retention_days, *(log.retention_days for log in others), *adopted, 0)
