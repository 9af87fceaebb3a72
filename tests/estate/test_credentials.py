"""Which way to log in an identity names; the same as the azure-native provider takes."""

from __future__ import annotations

import pytest
from azure.identity import AzureCliCredential, ClientAssertionCredential, ManagedIdentityCredential

from estate import credentials
from estate.identity import Identity

LOGIN = "https://login.microsoftonline.com"
CLIENT = {"ARM_CLIENT_ID": "a-client", "ARM_TENANT_ID": "a-tenant"}


@pytest.mark.parametrize(
    ("variables", "kind"),
    [
        ({"ARM_USE_OIDC": "true"}, ClientAssertionCredential),
        ({"ARM_USE_OIDC": "1"}, AzureCliCredential),
        ({"ARM_USE_MSI": "true"}, ManagedIdentityCredential),
        ({"ARM_USE_MSI": "True"}, AzureCliCredential),
        ({}, AzureCliCredential),
    ],
)
def test_a_way_is_chosen_by_true_alone_as_the_provider_does(
    variables: dict[str, str], kind: type
) -> None:
    identity = Identity(subscription_id="", variables={**CLIENT, **variables})
    assert isinstance(credentials.choose(identity, LOGIN), kind)


def test_configuration_wins_over_the_environment() -> None:
    identity = Identity(
        subscription_id="",
        arguments={"useOidc": "false"},
        variables={**CLIENT, "ARM_USE_OIDC": "true"},
    )
    assert isinstance(credentials.choose(identity, LOGIN), AzureCliCredential)
