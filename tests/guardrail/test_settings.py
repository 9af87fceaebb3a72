"""The guardrail's configuration: what it takes, and the one line that it says to the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from guardrail.model import GuardrailError
from guardrail.settings import parse_settings
from tests.guardrail.examples import SUBSCRIPTION, settings

REPOSITORY = Path(__file__).resolve().parents[2]
OTHER = "00000000-0000-4000-8000-000000000009"


def test_defaults_audit_a_management_group() -> None:
    found = settings()

    assert found.scope == "/providers/Microsoft.Management/managementGroups/contoso"
    assert (found.effect, found.destination, found.source) == (
        "audit",
        "subscription",
        "contoso/flow-logs/dev",
    )
    assert (found.retention_days, found.interval, found.remediation) == (90, 60, 1)
    assert found.subscription_id is None


def test_a_subscription_can_be_guarded_and_values_are_settled() -> None:
    found = settings(
        subscriptionId=SUBSCRIPTION.upper(),
        regions='["West Europe", "westeurope", "northeurope"]',
        excludedScopes=f'["/subscriptions/{OTHER}/"]',
        trafficAnalyticsInterval="10",
    )

    assert found.scope == f"/subscriptions/{SUBSCRIPTION}"
    assert found.subscription_id == SUBSCRIPTION
    assert found.regions == ("westeurope", "northeurope")
    assert found.excluded_scopes == (f"/subscriptions/{OTHER}",)
    assert found.interval == 10


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"managementGroupId": ""}, "are neither set; set the one that is to be guarded"),
    ({"managementGroupId": "a", "subscriptionId": SUBSCRIPTION}, "are both set"),
    ({"managementGroupId": "/providers/x"}, "the name of a management group, not its id"),
    ({"subscriptionId": "prod"}, "the id of a subscription (a GUID)"),
    ({"effect": "deny"}, "effect is 'deny'; it must be one of audit, deploy. Set it with:"),
    ({"destination": "storage"}, "must be one of subscription, stack"),
    ({"trafficAnalyticsInterval": "30"}, "must be one of 60, 10"),
    ({"retentionDays": "0"}, "must be a whole number from 1 to 365"),
    ({"retentionDays": "ninety"}, "must be a whole number from 1 to 365"),
    ({"remediation": "-1"}, "must be a whole number from 0 to 9999"),
    ({"regions": "westeurope"}, "must be a list of texts"),
    ({"regions": '["west/europe"]'}, "must be a list of Azure regions"),
    ({"excludedScopes": '["rg-lab"]'}, "must be a list of ARM ids"),
    ({"excludedScopes": f'["/subscriptions/{OTHER}/resourceGroups/rg?x"]'}, "a list of ARM ids"),
    ({"excludedScopes": f'["/subscriptions/{OTHER}\\n"]'}, "a list of ARM ids"),
    ({"excludedScopes": f'["/subscriptions/{OTHER}/resourceGroups/r%67"]'}, "a list of ARM ids"),
    ({"excludedScopes": '["/subscriptions/prod"]'}, "a list of ARM ids"),
    ({"excludedScopes": "[" * 100_000}, "(100,002 characters); it must be a list of texts"),
    ({"retentionDays": "9" * 5000}, "a whole number from 1 to 365"),
    ({"source": "a/b/c/d"}, "must be the name of a stack: organization/project/stack"),
    ({"source": "a b"}, "must be the name of a stack: organization/project/stack"),
    ({"resourceGroup": "nwtarg"}, "must be the name of a resource group, not nwtarg"),
    ({"efect": "audit"}, "efect is not a setting of this program; known are destination, docu"),
    ({"subscriptionId": OTHER}, f"the provider works in {SUBSCRIPTION}; they must be one"),
]


@pytest.mark.parametrize(("values", "said"), WRONG)
def test_a_wrong_value_is_one_line_with_key_and_way_out(values: dict[str, Any], said: str) -> None:
    with pytest.raises(GuardrailError) as caught:
        settings(**values)

    text = str(caught.value)
    assert said in text
    assert "flow-logs-guardrail:" in text
    assert "pulumi config" in text
    assert "\n" not in text


@pytest.mark.parametrize("namespace", ["flowlogs-guardrail", "flow_logs_guardrail"])
def test_a_misspelt_namespace_is_refused(namespace: str) -> None:
    config = {f"{namespace}:effect": "deploy"}
    with pytest.raises(GuardrailError, match="which nothing reads; it must be under flow-logs-gu"):
        parse_settings("dev", "contoso", config, {})


def test_the_project_file_has_the_defaults() -> None:
    schema = yaml.safe_load((REPOSITORY / "guardrail" / "Pulumi.yaml").read_text())["config"]
    defaults = {key: declared["default"] for key, declared in schema.items()}
    group = {"managementGroupId": "contoso"}
    assert settings(**{**defaults, **group}) == settings(**group)


def test_schema_settings_and_page_have_the_same_keys() -> None:
    schema = set(yaml.safe_load((REPOSITORY / "guardrail" / "Pulumi.yaml").read_text())["config"])
    with pytest.raises(GuardrailError) as caught:
        settings(none="x")
    known = set(str(caught.value).split("known are ", 1)[1].split(". Remove", 1)[0].split(", "))
    page = (REPOSITORY / "docs" / "guardrail.md").read_text()
    section = page.split("\n## Settings\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    documented = {name for row in rows for name in row.split("|")[1].replace("`", "").split(", ")}

    assert known == schema == {name.strip() for name in documented}
