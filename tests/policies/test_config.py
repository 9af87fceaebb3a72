"""Settings: what the engine is told, what is accepted, what a mistake says."""

from __future__ import annotations

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from flowlog_guard import RULES
from flowlog_guard.config import Config, Exemption, parse, schema

from tests.policies.analyzer import PACK

ALL = (
    "minimumDays",
    "maximumDays",
    "allowForever",
    "allowedIntervals",
    "allowDisabledNsgFlowLogs",
    "exemptTargets",
)


def test_settings_reach_the_rules() -> None:
    given: dict[str, Any] = {
        "minimumDays": 30.0,
        "maximumDays": 180,
        "allowForever": True,
        "allowedIntervals": [60.0],
        "allowDisabledNsgFlowLogs": True,
        "exemptTargets": [{"target": "*/rg-lab/*", "reason": "lab"}],
    }
    assert parse(given, ALL) == (
        Config(
            minimum_days=30,
            maximum_days=180,
            allow_forever=True,
            allowed_intervals=(60,),
            allow_disabled_nsg_flow_logs=True,
            exempt_targets=(Exemption("*/rg-lab/*", "lab"),),
        ),
        [],
    )


EXEMPT = 'it must be a list of {"target": glob, "reason": text}, both given'


@pytest.mark.parametrize(
    ("key", "value", "mistake"),
    [
        ("minimumDays", 0, "'minimumDays' is 0; it must be a whole number of days from 1 to 365"),
        (
            "minimumDays",
            "30",
            "'minimumDays' is the text \"30\"; it must be a whole number of days from 1 to 365",
        ),
        (
            "maximumDays",
            366,
            "'maximumDays' is 366; it must be a whole number of days from 1 to 365",
        ),
        ("allowForever", "yes", "'allowForever' is the text \"yes\"; it must be true or false"),
        (
            "allowedIntervals",
            [30],
            "'allowedIntervals' is a list; it must be a list of 10, 60 or both (minutes)",
        ),
        (
            "allowedIntervals",
            [],
            "'allowedIntervals' is a list; it must be a list of 10, 60 or both (minutes)",
        ),
        ("exemptTargets", [{"target": "*"}], f"'exemptTargets' is a list; {EXEMPT}"),
        (
            "exemptTargets",
            [{"target": "*", "reason": " "}],
            f"'exemptTargets' is a list; {EXEMPT}",
        ),
        (
            "exemptTargets",
            [{"target": "nsg-*", "reason": "lab"}],
            "'exemptTargets' is a list; it must be a list whose targets are globs on ARM ids, "
            "which begin with '/'",
        ),
        (
            "minimumDays",
            float("nan"),
            "'minimumDays' is nan; it must be a whole number of days from 1 to 365",
        ),
        (
            "minimumDays",
            "90",
            "'minimumDays' is the text \"90\"; it must be a whole number of days from 1 to 365",
        ),
        (
            "exemptTargets",
            "*",
            "'exemptTargets' is the text \"*\"; it must be a list of "
            '{"target": glob, "reason": text}',
        ),
        ("minDays", 30, f"unknown setting 'minDays'; this rule has {', '.join(ALL)}"),
        (
            "minimumDays",
            300,
            "'minimumDays' is 300 and 'maximumDays' 200; lower the first or raise the second",
        ),
    ],
)
def test_mistake_says_key_value_and_rule(key: str, value: Any, mistake: str) -> None:
    given = {key: value}
    if value == 300:
        given["maximumDays"] = 200
    assert parse(given, ALL)[1] == [mistake]


def test_a_mistake_never_loosens_a_rule() -> None:
    wrong = {"minimumDays": 300, "maximumDays": 200, "allowForever": "no", "exemptTargets": True}
    assert parse(wrong, ALL)[0] == Config()


def test_a_rule_without_settings_says_so() -> None:
    assert parse({"minimumDays": 30}, ())[1] == [
        "unknown setting 'minimumDays'; this rule has no settings"
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_defaults_are_valid_for_the_engine(rule: Any) -> None:
    declared = schema(rule.settings)
    if declared is None:
        assert rule.settings == ()
        return
    defaults = {key: value["default"] for key, value in declared.properties.items()}
    jsonschema.validate(defaults, {"type": "object", "properties": declared.properties})
    assert parse(defaults, rule.settings) == (Config(), [])


@pytest.mark.parametrize("name", ["dev.json", "prod.json"])
def test_our_own_files_are_valid(name: str) -> None:
    rules = {rule.name: rule for rule in RULES}
    for policy, given in json.loads((PACK / "config" / name).read_text()).items():
        assert parse(given, rules[policy].settings)[1] == []


@pytest.mark.parametrize(
    ("target", "right"),
    [("*", True), ("/subscriptions/*", True), ("[!a]*", True), ("nsg-*", False), ("", False)],
)
def test_the_engine_refuses_an_exemption_that_nothing_matches(target: str, right: bool) -> None:
    declared = schema(["exemptTargets"])
    assert declared is not None
    given = {"exemptTargets": [{"target": target, "reason": "lab"}]}
    checker = jsonschema.Draft7Validator({"type": "object", "properties": declared.properties})
    assert checker.is_valid(given) is right


def test_exemption_ignores_case_and_matches_slashes() -> None:
    exemption = Exemption("*/resourceGroups/RG-Lab/*", "lab")
    assert exemption.covers("/subscriptions/a/resourcegroups/rg-lab/providers/x/y/z")
    assert not exemption.covers("/subscriptions/a/resourceGroups/rg-prod/providers/x/y/z")
