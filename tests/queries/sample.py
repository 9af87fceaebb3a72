"""Six hours of a fictional company's traffic, and attacks, for the picture of the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.queries.detected import HITS
from tests.queries.traffic import START, Flow, vnet_rows
from tests.queries.workspace import NOW, Row, Workspace

_HUB = "networkwatcherrg/networkwatcher_westeurope/vnet-hub-weu"
_SHOP = "networkwatcherrg/networkwatcher_westeurope/vnet-shop-weu"
_ERP = "networkwatcherrg/networkwatcher_northeurope/vnet-erp-neu"
_SUBSCRIPTION = "00000000-0000-4000-8000-000000000002"
_GROUP = f"{_SUBSCRIPTION}/rg-shop/nsg-shop"
_IDS = f"/subscriptions/{_SUBSCRIPTION}/resourceGroups/rg-shop/providers"
_ROW_SIZE = 900_000.0  # bytes; as large as a thousand rows, so that a small sample shows
_LOADS = (3, 4, 6, 9, 7, 5)  # by the hour; what a flow's figures are multiplied with
_MB = 1_000_000

_WEB = Flow(
    source="10.20.1.4",
    source_machine="rg-shop/vm-web-01",
    destination="10.20.2.4",
    destination_machine="rg-shop/vm-app-01",
    type="IntraVNet",
    flow_log=_SHOP,
    application="https",
    flows=220,
    sent=40 * _MB,
    returned=95 * _MB,
    encryption="Encrypted",
    rule="AllowShop",
    group=_GROUP,
)
_APP = replace(_WEB, source="10.20.2.4", source_machine="rg-shop/vm-app-01")
_TO_DATA: dict[str, Any] = {"destination": "10.20.3.4", "destination_machine": "rg-shop/vm-sql-01"}
_SQL: dict[str, Any] = {**_TO_DATA, "port": 1433, "application": "ms-sql"}
_ERP_APP = replace(_APP, source="10.40.1.4", source_machine="rg-erp/vm-erp-01", flow_log=_ERP)
_OUT = replace(
    _APP, destination_machine="", flows=30, sent=60 * _MB, returned=_MB, encryption="Unencrypted"
)
_CUSTOMER = Flow(
    source="198.51.100.10",
    destination="10.20.1.4",
    destination_machine="rg-shop/vm-web-01",
    direction="I",
    flow_log=_SHOP,
    application="https",
    rule="AllowShop",
    group=_GROUP,
)
_KNOCK = Flow(
    source="192.0.2.77",
    destination="10.10.0.5",
    direction="I",
    status="D",
    port=22,
    flow_log=_HUB,
    country="nl",
    rule="DefaultRule_DenyAllInBound",
    group=f"{_SUBSCRIPTION}/rg-hub/nsg-hub",
    flows=310,
)
_TAGS = "Storage.NorthEurope AzureCloud.northeurope"
_COUNTRIES = {"us": 61, "de": 44, "nl": 29, "fr": 18, "br": 9, "in": 7, "cn": 5}
_TRAFFIC = (
    _WEB,
    replace(_APP, **_SQL, flows=90, sent=12 * _MB, returned=210 * _MB),
    replace(_OUT, destination="10.20.0.4", port=53, protocol="U", application="domain", flows=400),
    replace(
        _WEB, **_TO_DATA, port=445, status="D", flows=14, sent=0, returned=0, rule="DenyLateral"
    ),
    replace(_ERP_APP, **_SQL, type="InterVNet", flows=12),
    replace(
        _ERP_APP, **_SQL, type="InterVNet", flows=12, hop=True, flow_log=_HUB, mac="002248A1B2C3"
    ),
    replace(
        _OUT,
        destination="10.20.5.9",
        private=f"{_IDS}/Microsoft.Network/privateEndpoints/pe-shop",
        link=f"{_IDS}/Microsoft.Storage/storageAccounts/stshop",
    ),
    replace(_APP, **_TO_DATA, port=5022, encryption="Fall back to no encryption", flows=3),
    replace(
        _OUT, destination="20.60.0.9", type="AzurePublic", azure_region="northeurope", tags=_TAGS
    ),
    replace(_OUT, destination="203.0.113.66", type="ExternalPublic", country="ru", sent=_MB // 3),
    *(
        replace(
            _CUSTOMER,
            source=f"198.51.100.{10 + number}",
            country=country,
            flows=share,
            sent=share * _MB // 60,
            returned=share * _MB,
        )
        for number, (country, share) in enumerate(_COUNTRIES.items())
    ),
    *(replace(_KNOCK, port=port) for port in (22, 3389, 445, 23, 8080)),
    replace(_KNOCK, source="192.0.2.81", country="br", port=3389, flows=60),
)


def sample() -> Workspace:
    """A workspace with the traffic, its regions and a known address."""
    rows = vnet_rows(_hours())
    for row in rows:
        row |= _places(row)
    known = [{"Ip": "203.0.113.66", "ThreatType": "Botnet", "TimeGenerated": NOW}]
    return Workspace({"NTANetAnalytics": rows, "NTAIpDetails": known})


def attacks() -> Workspace:
    """A workspace with what each detection finds."""
    return Workspace(
        {"NTANetAnalytics": vnet_rows(flow for _, hit in HITS.values() for flow in hit)}
    )


def _hours() -> Iterator[Flow]:
    for hour, load in enumerate(_LOADS):
        start = START - timedelta(hours=len(_LOADS) - 1 - hour)
        for flow in _TRAFFIC:
            figures = {name: getattr(flow, name) * load for name in ("flows", "sent", "returned")}
            yield replace(flow, start=start, **figures)


def _places(row: Row) -> Row:
    """Regions and subscription of both ends, as Traffic Analytics adds them."""
    region = "northeurope" if row["FlowLogResourceId"] == _ERP else "westeurope"
    places = {"SrcSubscription": _SUBSCRIPTION, "SrcRegion": region, "_BilledSize": _ROW_SIZE}
    if row["FlowType"] != "InterVNet":
        return places
    return {**places, "DestSubscription": _SUBSCRIPTION, "DestRegion": "westeurope"}
