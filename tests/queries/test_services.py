"""Encryption, private endpoints, service tags and appliances: what only their own query answers."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.queries.conftest import nsg, vnet
from tests.queries.conversations import by
from tests.queries.traffic import SPOKE, START, Flow, vnet_rows
from tests.queries.workspace import Workspace

pytestmark = pytest.mark.slow

PROVIDERS = "/subscriptions/s/resourceGroups/rg/providers"
TALK = Flow(
    source="10.0.0.4",
    destination="10.0.0.5",
    type="IntraVNet",
    flows=3,
    sent=300,
    returned=30,
    encryption="Unencrypted",
)
ANSWER = replace(TALK, direction="I", mac="BB", flow_log=SPOKE)


@pytest.mark.parametrize(
    ("spelled", "said"),
    [
        ("X", "encrypted"),
        ("Encrypted", "encrypted"),
        ("NX", "unencrypted"),
        ("Unencrypted", "unencrypted"),
        ("NX_HW_NOT_SUPPORTED", "unsupported hardware"),
        ("Unsupported hardware", "unsupported hardware"),
        ("NX_SW_NOT_READY", "software not ready"),
        ("NX_NOT_ACCEPTED", "drop due to no encryption"),
        ("NX_NOT_SUPPORTED", "discovery not supported"),
        ("NX_LOCAL_DST", "destination on same host"),
        ("nx_fallback", "fall back to no encryption"),
        ("Fall back to no encryption.", "fall back to no encryption"),
        ("NX_OF_TOMORROW", "nx_of_tomorrow"),
        ("", ""),
    ],
)
def test_codes_and_words_of_encryption_say_the_same(spelled: str, said: str) -> None:
    (row,) = vnet([replace(TALK, encryption=spelled)]).rows("flows")
    assert row["Encryption"] == said


def test_who_talks_in_the_clear_is_listed_once_with_the_reasons() -> None:
    later = replace(
        TALK, start=START.replace(hour=11), encryption="NX_FALLBACK", sent=1, returned=0
    )
    (row,) = vnet([TALK, ANSWER, later]).rows("unencrypted-inside")
    assert (row["SourceAddress"], row["DestinationAddress"]) == ("10.0.0.4", "10.0.0.5")
    assert (row["Flows"], row["Bytes"]) == (6, 331)
    assert sorted(json.loads(row["Reasons"])) == ["fall back to no encryption", "unencrypted"]


@pytest.mark.parametrize(
    "flow",
    [
        replace(TALK, encryption="X"),
        replace(TALK, encryption=""),
        replace(TALK, encryption="NX_NOT_ACCEPTED", sent=0, returned=0),
        replace(TALK, encryption="Software not ready"),
        replace(TALK, encryption="Discovery not supported"),
        replace(TALK, encryption="NX_OF_TOMORROW"),
        replace(TALK, status="D"),
        replace(TALK, type="S2S", destination="192.168.7.1"),
        replace(TALK, type="ExternalPublic", destination="203.0.113.1"),
        replace(TALK, type="AzurePublic", source="168.63.129.16", direction="I"),
    ],
    ids=[
        "encrypted",
        "not said",
        "dropped for it",
        "not ready",
        "not discovered",
        "unknown",
        "refused",
        "on premises",
        "Internet",
        "probe",
    ],
)
def test_what_is_not_known_to_talk_in_the_clear_is_not_accused(flow: Flow) -> None:
    assert vnet([flow]).rows("unencrypted-inside") == []


def test_only_the_clear_part_of_a_conversation_counts() -> None:
    (row,) = vnet([TALK, replace(TALK, encryption="X", sent=9000)]).rows("unencrypted-inside")
    assert row["Bytes"] == 330


STORE = replace(
    TALK,
    destination="10.0.9.9",
    private=f"{PROVIDERS}/Microsoft.Network/privateEndpoints/pe",
    link=f"{PROVIDERS}/Microsoft.Storage/storageAccounts/shop",
)
PUBLIC = Flow(
    source="10.0.0.7",
    destination="20.60.0.9",
    type="AzurePublic",
    tags="Storage.WestEurope",
    sent=9,
)


def test_who_uses_a_private_endpoint_and_who_the_public_address_of_such_a_service() -> None:
    others = [
        replace(PUBLIC, destination="20.60.0.10", tags="Sql.WestEurope"),
        replace(PUBLIC, destination="20.60.0.11", tags="StorageSyncService"),
        replace(PUBLIC, destination="20.60.0.12", tags=""),
        replace(PUBLIC, destination="20.60.0.13", status="D"),
        replace(PUBLIC, source="20.60.0.14", destination="10.0.0.4", direction="I"),
        TALK,
    ]
    rows = vnet([STORE, PUBLIC, *others]).rows("private-endpoint-traffic")
    found = {(row["Way"], row["SourceAddress"], row["DestinationAddress"]): row for row in rows}
    assert set(found) == {
        ("private endpoint", "10.0.0.4", "10.0.9.9"),
        ("public address", "10.0.0.7", "20.60.0.9"),
    }
    assert {row["Service"] for row in rows} == {"storage"}
    store = found["private endpoint", "10.0.0.4", "10.0.9.9"]
    assert (store["Bytes"], store["Flows"]) == (330, 3)
    assert (store["PrivateEndpoint"], store["PrivateLink"]) == (
        STORE.private.lower(),
        STORE.link.lower(),
    )


def test_a_service_without_a_private_endpoint_is_nobodys_omission() -> None:
    assert vnet([PUBLIC, TALK]).rows("private-endpoint-traffic") == []


@pytest.mark.parametrize(
    ("type_", "tags", "service"),
    [
        ("Microsoft.KeyVault/vaults", "AzureKeyVault", "azurekeyvault"),
        ("microsoft.documentdb/databaseaccounts", "AzureCosmosDB.eastus", "azurecosmosdb"),
        ("Microsoft.Web/sites", '["AzureCloud","AppService"]', "appservice"),
        ("Microsoft.Sql/servers", "AzureCloud,Sql", "sql"),
    ],
)
def test_kinds_are_told_by_resource_type_and_tag(type_: str, tags: str, service: str) -> None:
    link = f"{PROVIDERS}/{type_}/shop"
    rows = vnet([replace(STORE, link=link), replace(PUBLIC, tags=tags)]).rows(
        "private-endpoint-traffic"
    )
    assert [(row["Way"], row["Service"]) for row in rows] == [
        ("private endpoint", service),
        ("public address", service),
    ]


def test_an_endpoint_of_an_unknown_kind_is_listed_and_accuses_nobody() -> None:
    unknown = replace(STORE, link="my-service")
    (row,) = vnet([unknown, PUBLIC, replace(PUBLIC, tags="AzureCloud")]).rows(
        "private-endpoint-traffic"
    )
    assert (row["Way"], row["Service"], row["PrivateLink"]) == (
        "private endpoint",
        "",
        "my-service",
    )


def test_what_an_appliance_reports_of_a_private_endpoint_counts_once() -> None:
    through = [replace(STORE, hop=True, mac="CC"), replace(STORE, on_the_way=True, mac="CC")]
    (row,) = vnet([STORE, *through]).rows("private-endpoint-traffic")
    assert (row["Flows"], row["Bytes"]) == (3, 330)


@pytest.mark.parametrize(
    "cell",
    [
        "Storage.WestEurope AzureCloud",
        "Storage.WestEurope,AzureCloud",
        "Storage.WestEurope; AzureCloud",
        "Storage.WestEurope|AzureCloud",
        '["Storage.WestEurope", "AzureCloud"]',
    ],
)
def test_each_tag_of_a_cell_has_its_traffic(cell: str) -> None:
    found = by(vnet([replace(PUBLIC, tags=cell)]).rows("traffic-by-service-tag"), "Tag")
    assert {tag: row["Bytes"] for tag, row in found.items()} == {
        "Storage.WestEurope": 9,
        "AzureCloud": 9,
    }


def test_tags_have_both_directions_and_count_what_several_places_report_once() -> None:
    arriving = Flow(
        source="20.70.0.9",
        destination="10.0.0.4",
        direction="I",
        type="AzurePublic",
        tags="Storage.WestEurope",
        status="D",
        flows=4,
    )
    flows = [
        PUBLIC,
        replace(PUBLIC, flow_log=SPOKE),
        replace(PUBLIC, destination="20.60.0.10", sent=1),
        replace(PUBLIC, destination="20.60.0.11", tags=""),
        replace(PUBLIC, type="IntraVNet", destination="10.0.0.9"),
        arriving,
    ]
    found = by(vnet(flows).rows("traffic-by-service-tag"), "Tag", "Direction")
    assert {key: (row["Bytes"], row["DeniedFlows"]) for key, row in found.items()} == {
        ("Storage.WestEurope", "Outbound"): (10, 0),
        ("Storage.WestEurope", "Inbound"): (0, 4),
    }
    out = found["Storage.WestEurope", "Outbound"]
    assert (out["Sources"], out["Destinations"], out["AllowedFlows"]) == (1, 2, 2)


HOP = replace(TALK, hop=True, mac="CC", rule="AllowHub")
ONWARD = replace(TALK, on_the_way=True, mac="CC", rule="AllowOn")


def test_what_an_appliance_carried_counts_once_with_its_rules() -> None:
    refused = replace(HOP, source="10.0.0.6", status="D", rule="DenyHub", sent=0, returned=0)
    rows = vnet([TALK, HOP, ONWARD, ANSWER, refused]).rows("appliance-traffic")
    carried, stopped = sorted(rows, key=lambda row: str(row["SourceAddress"]))
    assert (carried["Card"], carried["SourceAddress"], carried["Bytes"]) == ("CC", "10.0.0.4", 330)
    assert (carried["AllowedFlows"], carried["DeniedFlows"]) == (3, 0)
    assert sorted(json.loads(carried["LetThroughBy"])) == [
        "AllowHub (security group rule)",
        "AllowOn (security group rule)",
    ]
    assert (stopped["AllowedFlows"], stopped["DeniedFlows"]) == (0, 3)
    assert json.loads(stopped["DeniedBy"]) == ["DenyHub (security group rule)"]


def test_what_passed_no_appliance_is_not_there() -> None:
    assert vnet([TALK, ANSWER]).rows("appliance-traffic") == []


def test_two_cards_of_an_appliance_have_a_line_each() -> None:
    inside, outside = HOP, replace(ONWARD, mac="DD")
    assert sorted(row["Card"] for row in vnet([inside, outside]).rows("appliance-traffic")) == [
        "CC",
        "DD",
    ]


def test_an_appliance_without_a_card_is_told_by_what_is_recorded() -> None:
    (row,) = Workspace({"NTANetAnalytics": vnet_rows([replace(HOP, mac="")])}).rows(
        "appliance-traffic"
    )
    assert row["Card"] == "networks/hub"


def test_rows_of_the_older_table_know_of_appliances_alone() -> None:
    workspace = nsg([HOP, STORE, PUBLIC])
    (row,) = workspace.rows("appliance-traffic")
    assert (row["Card"], row["Bytes"]) == ("CC", 330)
    for query in ("unencrypted-inside", "private-endpoint-traffic", "traffic-by-service-tag"):
        assert workspace.rows(query) == []
