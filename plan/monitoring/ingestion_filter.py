"""The ingestion filter: a workspace transformation that drops rows on their way in. Experimental.

Whether it reaches what Traffic Analytics writes is unproven: transformations do not apply to data
that comes through another data collection rule (Microsoft Learn, "Transformations in Azure
Monitor"), and Traffic Analytics has one of its own. The query ``ingestion-filter`` measures it.
"""

from __future__ import annotations

from estate.arm_id import key
from estate.model import Estate
from plan import naming
from plan.foundation.existing import Placing
from plan.model.monitoring import PlannedFilter
from plan.model.plan import Plan, PlanError
from plan.resource_types import FILTER_TYPE
from wording import setting

STREAM = "Microsoft-Table-NTANetAnalytics"  # how a workspace transformation names a table


def ingestion_filter(placing: Placing, plan: Plan) -> PlannedFilter | None:
    """The rule; None where none is wanted, or somebody else's is in its place.

    Raises PlanError where the workspace has another rule: it can have but one.
    """
    predicate = placing.settings.ingestion_filter
    if not predicate:
        return None
    own = _id(placing, plan)
    _check_other(placing.estate, own)
    common = placing.common(FILTER_TYPE, own)
    if common is None:
        return None
    return PlannedFilter(
        **common,
        location=plan.foundation.workspace.location,
        workspace_id=plan.foundation.workspace.id,
        stream=STREAM,
        transformation=f"source | where {predicate}",
    )


def linked_filter_id(placing: Placing, planned: PlannedFilter | None) -> str | None:
    """What the workspace names as its rule: the filter, from the run on that finds it in Azure.

    Workspace and rule name each other, so the rule has to be there first.
    """
    return planned.id if planned and placing.exists(planned.id) else None


def _id(placing: Placing, plan: Plan) -> str:
    name = naming.answer_name(placing.settings.stack, "ingestion-filter")
    return naming.insights_id(plan.foundation.home.id, "dataCollectionRules", name)


def _check_other(estate: Estate, own: str) -> None:
    other = estate.workspace.default_rule_id if estate.workspace else ""
    if other and key(other) != key(own):
        raise PlanError(
            f"the workspace has a transformation rule already, {other}, and can have but one; add "
            f"the predicate of {setting('ingestionFilter')} to it by hand and remove that setting"
        )
