"""The alerts: which query raises which, how bad it is, when it is asked, whose traces are watched.

An alert is asked once per Traffic Analytics interval, or as often as its rule says, and judges the
time since whose rows have arrived (``query_values``). Its window is the smallest that holds those
rows: the time until they arrive, plus what is judged, plus an interval. An answer with rows is one
notice with the top list. Detections are alerts that are raised if they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from plan import naming
from plan.foundation.existing import Placing
from plan.model.monitoring import PlannedActionGroup, PlannedAlert
from plan.model.plan import PlanError
from plan.monitoring.alert_limits import DAY, broken, iso, window_for
from plan.monitoring.entities import FLOW_LOG, HOST, IP, Entity
from plan.monitoring.queries import Queries
from plan.monitoring.query_values import ARRIVAL, judging, looking_back
from plan.resource_types import ACTION_GROUP_TYPE, ALERT_TYPE
from queries import library
from stack.settings.model import AlertSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One alert on a query; ``severity`` 0 (worst) to 4.

    ``others`` are values of the query's ``let`` statements that differ from the settings.
    ``standing`` alerts stay until their cause is gone and look at two days, Azure's limit.
    ``each`` is the column whose values have an alert of their own, so that one that stays does not
    hide the next. ``every`` is minutes between two evaluations, the Traffic Analytics interval if
    none. ``note`` says in the alert's description what it cannot see. For Microsoft Sentinel alone:
    ``tactics`` and ``techniques`` of MITRE ATT&CK, and ``entities``, columns of the query's answer
    to kind and identifier of what they name.
    """

    name: str
    query: str
    severity: int
    others: Mapping[str, str] = field(default_factory=dict)
    standing: bool = False
    each: str | None = None
    lookback: int | None = None
    every: int | None = None
    note: str = ""
    tactics: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    entities: Mapping[str, Entity] = field(default_factory=dict)


_SOURCE: Mapping[str, Entity] = {"Source": HOST, "SourceAddress": IP}
_DESTINATION: Mapping[str, Entity] = {"Destination": HOST, "DestinationAddress": IP}
RULES = (
    # The Internet knocks all day; a machine inside that does it is a finding.
    Rule(
        name="denied-burst-outside",
        query="denied-burst",
        severity=3,
        others={"Sides": 'dynamic(["outside"])'},
        tactics=("Reconnaissance",),
        techniques=("T1595",),
        entities=_SOURCE,
    ),
    Rule(
        name="denied-burst-inside",
        query="denied-burst",
        severity=1,
        others={"Sides": 'dynamic(["inside"])'},
        tactics=("Discovery",),
        techniques=("T1046",),
        entities=_SOURCE,
    ),
    Rule(
        name="external-fan-out",
        query="external-fan-out",
        severity=2,
        tactics=("CommandAndControl",),
        techniques=("T1071",),
        entities=_SOURCE,
    ),
    # Indicators come days before the traffic that meets them.
    Rule(
        name="malicious-flow",
        query="malicious-flow",
        severity=1,
        lookback=2 * DAY,
        note=(
            " Sees indicators of Microsoft Sentinel that were written in the last two days, the "
            "limit of an alert; the query malicious-ips sees older ones that are still valid."
        ),
        tactics=("InitialAccess", "CommandAndControl"),
        techniques=("T1190", "T1071"),
        entities={"Inside": HOST, "Outside": IP},
    ),
    Rule(
        name="open-management-port",
        query="open-management-port",
        severity=2,
        tactics=("InitialAccess",),
        techniques=("T1133",),
        entities=_DESTINATION,
    ),
    Rule(
        name="silent-flow-logs",
        query="silent-flow-logs",
        severity=1,
        standing=True,
        each="FlowLog",
        tactics=("DefenseEvasion",),
        techniques=("T1562",),
        entities={"FlowLog": FLOW_LOG},
    ),
)

_HOUR = judging(60)
_NOTE = (
    " The past that it knows is two days, the limit of an alert; the query and the workbook look "
    "back 14 days."
)
DETECTIONS = (
    Rule(
        name="scanning-inside",
        query="scanning-inside",
        severity=2,
        every=60,
        others=_HOUR,
        tactics=("Discovery",),
        techniques=("T1046",),
        entities=_SOURCE,
    ),
    # What is regular shows over a day, which is the time of the query's own.
    Rule(
        name="beaconing",
        query="beaconing",
        severity=2,
        every=DAY,
        lookback=2 * DAY,
        note=_NOTE,
        tactics=("CommandAndControl",),
        techniques=("T1071",),
        entities={**_SOURCE, "DestinationAddress": IP},
    ),
    Rule(
        name="management-brute-force",
        query="management-brute-force",
        severity=1,
        every=60,
        others=_HOUR,
        lookback=2 * DAY,
        tactics=("CredentialAccess",),
        techniques=("T1110",),
        entities={**_SOURCE, **_DESTINATION},
    ),
    # It holds what it judges against as long before: a day would have but one.
    Rule(
        name="outbound-volume",
        query="outbound-volume",
        severity=2,
        every=60,
        others=_HOUR,
        lookback=2 * DAY,
        note=(
            " Judges an hour by the hours of two days, the limit of an alert; the query and the "
            "workbook judge a day by those of 14 days."
        ),
        tactics=("Exfiltration",),
        techniques=("T1048",),
        entities={**_SOURCE, "DestinationAddress": IP},
    ),
    Rule(
        name="spreading-inside",
        query="spreading-inside",
        severity=1,
        every=60,
        others=_HOUR,
        lookback=2 * DAY,
        note=_NOTE,
        tactics=("LateralMovement",),
        techniques=("T1021",),
        entities=_SOURCE,
    ),
    Rule(
        name="first-contact",
        query="first-contact",
        severity=3,
        every=60,
        others=_HOUR,
        lookback=2 * DAY,
        note=_NOTE,
        tactics=("LateralMovement",),
        techniques=("T1021",),
        entities={**_SOURCE, **_DESTINATION},
    ),
    Rule(
        name="denied-then-allowed",
        query="denied-then-allowed",
        severity=3,
        every=60,
        others=_HOUR,
        lookback=2 * DAY,
        note=_NOTE,
        tactics=("DefenseEvasion",),
        techniques=("T1562",),
        entities={**_SOURCE, **_DESTINATION},
    ),
)
"""Alerts that are raised if the settings name them; `DETECTIONS` there lists the names."""


def asked(settings: AlertSettings) -> tuple[Rule, ...]:
    """The rules that there are, and of the detections those that the settings name."""
    return (*RULES, *(rule for rule in DETECTIONS if rule.name in settings.detections))


class Alerting:
    """Plans the log search alerts and who is told of them."""

    def __init__(self, placing: Placing, queries: Queries, group_id: str) -> None:
        """``group_id`` is the stack's own resource group."""
        self._placing = placing
        self._queries = queries
        self._group_id = group_id
        self._settings = placing.settings

    def alerts(self) -> tuple[PlannedAlert, ...]:
        """Every alert, but those in whose place somebody else has one."""
        return tuple(self._each())

    def action_group(self) -> PlannedActionGroup | None:
        """Who is told by e-mail; None where no address is given."""
        emails = self._settings.alerts.emails
        common = self._placing.common(ACTION_GROUP_TYPE, self._id("actionGroups", "alerts"))
        if not emails or common is None:
            return None
        return PlannedActionGroup(**common, location="global", emails=emails)

    def _each(self) -> Iterator[PlannedAlert]:
        for rule in asked(self._settings.alerts):
            common = self._placing.common(ALERT_TYPE, self._id("scheduledQueryRules", rule.name))
            if common is not None:
                yield self._alert(rule, common)

    def _alert(self, rule: Rule, common: dict[str, Any]) -> PlannedAlert:
        frequency, window = times(rule, self._settings.traffic_analytics_interval)
        for problem in broken(frequency, window, rule.lookback):
            raise PlanError(f"alert {rule.name}: {problem}")
        query = library()[rule.query]
        return PlannedAlert(
            **common,
            location=self._settings.location,
            rule=rule.name,
            title=f"{query.title} ({self._settings.stack})",
            description=f"{query.question} Query: {query.name}.{rule.note}",
            severity=rule.severity,
            frequency=iso(frequency),
            window=iso(window),
            lookback=iso(rule.lookback) if rule.lookback else None,
            resolves=rule.standing,
            each=rule.each,
            text=self._queries.text(rule.query, alert_values(rule)),
        )

    def _id(self, kind: str, name: str) -> str:
        own = naming.answer_name(self._settings.stack, name)
        return naming.insights_id(self._group_id, kind, own)


def times(rule: Rule, interval: int) -> tuple[int, int]:
    """Frequency and window of a rule, in minutes."""
    if rule.standing:
        return 60, 2 * DAY
    frequency = rule.every or interval
    return frequency, window_for(ARRIVAL + frequency + interval)


def alert_values(rule: Rule) -> Mapping[str, str]:
    """What an alert puts into its query beside what the settings say."""
    return {**looking_back(rule.query, 2), **rule.others}
