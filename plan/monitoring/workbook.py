"""The workbook: shows the queries of ``queries/``, filtered by subscription and region.

A click on a row lists its flows.

Every query is the text of its file. What it reads through a function it reads here through
``Chosen`` and ``ChosenOnce``: the same rows, less those that the parameters leave out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from estate.arm_id import key
from plan import naming
from plan.foundation.existing import Placing
from plan.model.monitoring import PlannedWorkbook
from plan.model.plan import Plan
from plan.monitoring import workbook_items
from plan.monitoring.queries import Queries
from plan.monitoring.workbook_items import Item
from plan.monitoring.workbook_panel import Panel
from plan.monitoring.workbook_panels import BRUSH, TABS
from plan.resource_types import WORKBOOK_TYPE
from queries import library

TIME, SUBSCRIPTION, REGION, TAB = "TimeRange", "Subscription", "Region", "Tab"
PORTALS = {"usgovernment": "https://portal.azure.us", "china": "https://portal.azure.cn"}
_TRAFFIC_ANALYTICS = "#view/Microsoft_Azure_Network/NetworkWatcherMenuBlade/~/trafficAnalytics"
_OWN_TIME = re.compile(r"TimeGenerated > ago\(\w+\)")
"""How a query with a time of its own asks for flows of the time that is chosen here."""
_OWN_TIME_SAID = "\n// Has a time of its own"
"""What the header of every such query says; all read reference or past from farther back."""
_DAYS = (1, 2, 7, 14, 30, 90)
_CHOSEN = {"FlowLogs": "Chosen", "FlowLogsOnce": "ChosenOnce"}
_FILTER = "\n".join(
    f"    | where '*' in ({{{name}}}) or Source{name} in ({{{name}}}) "
    f"or Destination{name} in ({{{name}}})"
    for name in (SUBSCRIPTION, REGION)
)


class Workbook:
    """Builds the workbook of one stack on one workspace."""

    def __init__(self, placing: Placing, queries: Queries, plan: Plan) -> None:
        """``queries`` knows under which aliases the workspace has our functions."""
        self._placing = placing
        self._queries = queries
        self._plan = plan

    def planned(self) -> PlannedWorkbook | None:
        """The workbook; None where somebody else's is in its place."""
        own = naming.workbook_id(self._plan.foundation.home.id)
        common = self._placing.common(WORKBOOK_TYPE, own)
        if common is None:
            return None
        return PlannedWorkbook(
            **common,
            location=self._placing.settings.location,
            title=f"Flow logs ({self._placing.settings.stack})",
            content=json.dumps(self.content()),
            source_id=key(self._plan.foundation.workspace.id),
        )

    def content(self) -> Item:
        """The workbook as Azure's format has it."""
        return workbook_items.content(self._items(), self._plan.foundation.workspace.id)

    def _items(self) -> Iterator[Item]:
        yield workbook_items.text("introduction", self._introduction())
        yield workbook_items.parameters("parameters", self._parameters())
        labels = {value: label for value, (label, _) in TABS.items()}
        yield workbook_items.tabs("tabs", TAB, labels)
        for value, (_, panels) in TABS.items():
            items = [item for panel in panels for item in self._panel(panel)]
            yield workbook_items.group(value, items, TAB, value)

    def _introduction(self) -> str:
        environment = self._placing.settings.identity.environment
        portal = PORTALS.get(environment, "https://portal.azure.com")
        return (
            f"# Flow logs of {self._placing.settings.stack}\n"
            "A flow counts once, however often it was reported. Click on a row for its flows.\n\n"
            f"[Traffic Analytics in the portal]({portal}/{_TRAFFIC_ANALYTICS})"
        )

    def _parameters(self) -> Iterator[Item]:
        yield workbook_items.time_range(TIME, "Time", _DAYS)
        for name, label in ((SUBSCRIPTION, "Subscription"), (REGION, "Region")):
            places = _bare(self._queries.text("places"))
            query = f"{places}\n| where isnotempty({name})\n| distinct {name}"
            yield workbook_items.choice(
                name, label, query, self._plan.foundation.workspace.id, TIME
            )

    def _panel(self, panel: Panel) -> Iterator[Item]:
        title = library()[panel.query].title
        item = self._item(panel.query, panel.query, title, "", panel.visualization, TIME)
        if _OWN_TIME_SAID in library()[panel.query].text:
            item = workbook_items.over_days(item, max(_DAYS))
        if panel.visualization == "map":
            item = workbook_items.on_map(item, panel.column, "Bytes")
        if panel.chosen == BRUSH:
            yield workbook_items.brushing(item, BRUSH)
        else:
            yield workbook_items.exporting(item, panel.exported)
        yield workbook_items.shown_when_set(self._detail(panel), panel.chosen)

    def _detail(self, panel: Panel) -> Item:
        name = f"{panel.query}-details"
        time = BRUSH if panel.chosen == BRUSH else TIME
        title = "Flows in the marked time" if time == BRUSH else f"Behind {{{panel.chosen}}}"
        return self._item(name, panel.detail, title, panel.where, "table", time)

    def _item(
        self, name: str, query: str, title: str, where: str, visualization: str, time: str
    ) -> Item:
        kql = chosen(self._queries.configured(query), where)
        workspace_id = self._plan.foundation.workspace.id
        return workbook_items.query(
            name, title, self._queries.called(kql), workspace_id, time, visualization
        )


def chosen(text: str, where: str) -> str:
    """A query on the rows that the parameters leave; ``where`` is one more condition, or blank.

    A query that stands on tables has no subscription or region to be filtered by. One with a time
    of its own takes flows of the chosen time.
    """
    bare = _OWN_TIME.sub(f"TimeGenerated {{{TIME}}}", _bare(text))
    more = f"\n    | where {where}" if where else ""
    used = [name for name in _CHOSEN if re.search(rf"\b{name}\b", bare)]
    if not used:
        return f"{bare}\n| where {where}" if where else bare
    for name in used:
        bare = re.sub(rf"\b{name}\b", _CHOSEN[name], bare)
    lets = [f"let {_CHOSEN[name]} = {name}\n{_FILTER}{more};" for name in used]
    return "\n".join([*lets, bare])


def _bare(text: str) -> str:
    """A query without its comments, which the workbook's titles replace."""
    lines = text.splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("//"))
