"""What azcore, the real provider's transport, does by itself: errors in full, registration, PATCH.

Sources: github.com/Azure/azure-sdk-for-go/sdk/azcore 1.22 (`internal/exported/response_error.go`,
`arm/runtime/policy_register_rp.go`), pulumi-azure-native `client_azcore.go` and `crud/crud.go`.
"""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as protocol

from localazure.provider.service import AzureNative
from localazure.provider.structs import pack
from tests.localazure.provider.flow_log import ID, ID_OF_ARM, INPUTS, OUTPUTS, resource
from tests.localazure.provider.scripted_arm import Answer, ScriptedArm
from tests.localazure.provider.stand_in import FLOW_LOG, SUBSCRIPTION, StandIn, failure, urn

RULER = "-" * 80
PROVIDER = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network"
UNREGISTERED = Answer(
    409,
    {
        "error": {
            "code": "MissingSubscriptionRegistration",
            "message": "The subscription is not registered to use namespace 'Microsoft.Network'.",
        }
    },
)
IDENTITIES = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/x"


def refused(provider: StandIn) -> str:
    """What the user is told of a create that ARM refuses."""
    with pytest.raises(grpc.RpcError) as caught:
        provider.create(FLOW_LOG, INPUTS)
    return failure(caught.value).message


@pytest.mark.parametrize(
    ("body", "code", "shown"),
    [
        (b"<html>\n  blocked\n</html>", "CODE UNAVAILABLE", "<html>\n  blocked\n</html>"),
        (
            b"<Error><Code>Denied</Code></Error>",
            "CODE: Denied",
            "<Error><Code>Denied</Code></Error>",
        ),
        (b"", "CODE UNAVAILABLE", "Response contained no body"),
        (b'["no", 1]', "CODE UNAVAILABLE", '[\n  "no",\n  1\n]'),
        (b'{"error": {"code": "Cut', "CODE UNAVAILABLE", '{"error": {"code": "Cut'),
    ],
    ids=["html", "xml", "empty", "list", "cut"],
)
def test_an_error_that_is_no_json_object_is_told_in_full(
    provider: StandIn, arm: ScriptedArm, body: bytes, code: str, shown: str
) -> None:
    arm.script("PUT", ID, Answer(403, body))
    assert refused(provider) == (
        f"PUT {arm.base}{ID}\n{RULER}\nRESPONSE 403: 403 Forbidden\nERROR {code}\n"
        f"{RULER}\n{shown}\n{RULER}\n"
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"null", 'Status=403 Message="null"'),
        (b'{"message": "No."}', 'Status=403 Message="{"message": "No."}"'),
        (b'{"code": "Denied"}', 'Status=403 Code="Denied" Message="{"code": "Denied"}"'),
        (b'{"error": "No."}', 'Status=403 Message="{"error": "No."}"'),
        (b'{"error": {"message": "No."}}', 'Status=403 Message="No."'),
    ],
)
def test_json_without_arms_error_is_told_as_it_is(
    provider: StandIn, arm: ScriptedArm, body: bytes, told: str
) -> None:
    arm.script("PUT", ID, Answer(403, body))
    assert refused(provider) == told


def test_a_missing_registration_is_made_up_for(provider: StandIn, arm: ScriptedArm) -> None:
    arm.script("PUT", ID, UNREGISTERED, Answer(200, resource()))
    arm.script("POST", f"{PROVIDER}/register", Answer(200, {"registrationState": "Registering"}))
    arm.script(
        "GET",
        PROVIDER,
        Answer(200, {"registrationState": "Registering"}),
        Answer(200, {"registrationState": "Registered"}),
    )
    arm.script("GET", ID_OF_ARM, Answer(200, resource()))

    made, _ = provider.create(FLOW_LOG, INPUTS)

    assert made == ID_OF_ARM
    assert arm.made() == [
        f"GET {ID}",
        f"PUT {ID}",
        f"POST {PROVIDER}/register",
        f"GET {PROVIDER}",
        f"GET {PROVIDER}",
        f"PUT {ID}",
        f"GET {ID_OF_ARM}",
    ]
    (asked,) = (request for request in arm.requests if request.method == "POST")
    assert asked.api_version == "2019-05-01"


def test_who_may_not_register_is_told_of_the_write(provider: StandIn, arm: ScriptedArm) -> None:
    arm.script("PUT", ID, UNREGISTERED)
    arm.script("POST", f"{PROVIDER}/register", Answer(403, {"error": {"code": "No"}}))
    assert refused(provider) == (
        'Status=409 Code="MissingSubscriptionRegistration" Message="The subscription is not'
        " registered to use namespace 'Microsoft.Network'.\""
    )
    assert arm.made().count(f"PUT {ID}") == 1


def test_a_registration_that_does_not_help_ends(provider: StandIn, arm: ScriptedArm) -> None:
    arm.script("PUT", ID, UNREGISTERED)
    arm.script("POST", f"{PROVIDER}/register", Answer(200, {}))
    arm.script("GET", PROVIDER, Answer(200, {"registrationState": "Registered"}))
    assert refused(provider) == "exceeded attempts to register Microsoft.Network"
    assert arm.made().count(f"PUT {ID}") == 3


@pytest.mark.parametrize(
    ("left", "method", "sent"),
    [
        (["a", "b"], "PUT", {"a": {}, "b": {}}),
        (["b", "c"], "PATCH", {"a": None, "b": {}, "c": {}}),
    ],
)
def test_an_identity_that_is_gone_is_null_in_a_patch(
    provider: StandIn, arm: ScriptedArm, left: list[str], method: str, sent: dict[str, Any]
) -> None:
    def identity(*names: str) -> dict[str, Any]:
        ids = [f"{IDENTITIES}/{name}" for name in names]
        return {"identity": {"type": "UserAssigned", "userAssignedIdentities": ids}}

    for each in ("PUT", "PATCH"):
        arm.script(each, ID, Answer(200, resource()))
    provider.update(FLOW_LOG, INPUTS | identity(*left), OUTPUTS, old=INPUTS | identity("a", "b"))
    wanted = {f"{IDENTITIES}/{name}": value for name, value in sent.items()}
    assert arm.body_of(method)["identity"]["userAssignedIdentities"] == wanted
    assert arm.made() == [f"{method} {ID}", f"GET {ID}"]


ACCOUNT = "azure-native:storage:StorageAccount"
ACCOUNT_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/network/providers/Microsoft.Storage"
    "/storageAccounts/logs"
)
ACCOUNT_INPUTS: dict[str, Any] = {
    "resourceGroupName": "network",
    "accountName": "logs",
    "azureApiVersion": "2024-01-01",
    "location": "westeurope",
    "kind": "StorageV2",
    "sku": {"name": "Standard_LRS"},
}
OPEN = {
    "bypass": "AzureServices",
    "defaultAction": "Allow",
    "ipRules": [],
    "virtualNetworkRules": [],
}
CLOSED = OPEN | {"defaultAction": "Deny"}


def test_network_rules_that_are_no_longer_set_are_opened(
    provider: StandIn, arm: ScriptedArm
) -> None:
    arm.script("PUT", ACCOUNT_ID, Answer(200, {"id": ACCOUNT_ID}))
    provider.update(ACCOUNT, ACCOUNT_INPUTS, {"networkRuleSet": CLOSED})
    assert arm.body_of("PUT")["properties"]["networkAcls"] == OPEN


def test_network_rules_that_are_set_stay(provider: StandIn, arm: ScriptedArm) -> None:
    arm.script("PUT", ACCOUNT_ID, Answer(200, {"id": ACCOUNT_ID}))
    provider.update(ACCOUNT, ACCOUNT_INPUTS | {"networkRuleSet": CLOSED}, {"networkRuleSet": OPEN})
    assert arm.body_of("PUT")["properties"]["networkAcls"] == CLOSED


def test_network_rules_that_nobody_knows_of_are_left(provider: StandIn, arm: ScriptedArm) -> None:
    arm.script("PUT", ACCOUNT_ID, Answer(200, {"id": ACCOUNT_ID}))
    provider.update(ACCOUNT, ACCOUNT_INPUTS, {})
    assert "properties" not in arm.body_of("PUT")


class Told:
    """A log that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def warn(self, urn: str, message: str) -> None:
        self.lines.append(message)


@pytest.mark.parametrize(("before", "warned"), [("2023-11-01", True), ("2024-05-01", False)])
def test_a_state_of_another_api_version_is_warned_of(before: str, warned: bool) -> None:
    """`Diff` in `provider.go`."""
    log = Told()
    request = protocol.DiffRequest(
        urn=urn(FLOW_LOG), olds=pack({"azureApiVersion": before}), news=pack(INPUTS)
    )
    AzureNative(log, {}).Diff(request, MagicMock())
    expected = (
        "Resource API version has changed from 2023-11-01 to 2024-05-01. Run 'pulumi refresh"
        " --run-program' to update the resource state with the new API version schema."
    )
    assert log.lines == ([expected] if warned else [])
