"""Six hours of a fictional company's traffic, for the picture of the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tests.queries.traffic import START, Flow, vnet_rows
from tests.queries.workspace import NOW, Row, Workspace

_HUB = "networkwatcherrg/networkwatcher_westeurope/vnet-hub-weu"
_SHOP = "networkwatcherrg/networkwatcher_westeurope/vnet-shop-weu"
_ERP = "networkwatcherrg/networkwatcher_northeurope/vnet-erp-neu"
_SUBSCRIPTION = "00000000-0000-4000-8000-000000000002"
_COUNTRIES = {"us": 61, "de": 44, "nl": 29, "fr": 18, "br": 9, "in": 7, "cn": 5}
_MB = 1_000_000


def sample() -> Workspace:
    """A workspace with the traffic, its regions and an indicator."""
    rows = vnet_rows(_day())
    for row in rows:
        row |= _places(row)
    known = [{"Ip": "203.0.113.66", "ThreatType": "Botnet", "TimeGenerated": NOW}]
    return Workspace({"NTANetAnalytics": rows, "NTAIpDetails": known})


def _places(row: Row) -> Row:
    elsewhere = row["FlowLogResourceId"] == _ERP
    own = {
        "SrcSubscription": _SUBSCRIPTION,
        "SrcRegion": "northeurope" if elsewhere else "westeurope",
    }
    internal = {"DestSubscription": _SUBSCRIPTION, "DestRegion": "westeurope"}
    return {**own, **(internal if row["FlowType"] == "InterVNet" else {}), "_BilledSize": 900_000.0}


def _day() -> Iterator[Flow]:
    for hour, load in enumerate((3, 4, 6, 9, 7, 5)):
        start = START - timedelta(hours=5 - hour)
        for flow in _hour(load):
            yield replace(flow, start=start)


def _hour(load: int) -> Iterator[Flow]:
    yield from _customers(load)
    web, app, data = ("rg-shop/vm-web-01", "rg-shop/vm-app-01", "rg-shop/vm-sql-01")
    inside = Flow(source="10.20.1.4", destination="10.20.2.4", type="IntraVNet", flow_log=_SHOP)
    yield replace(
        inside,
        source_machine=web,
        destination_machine=app,
        application="https",
        flows=220 * load,
        sent=40 * load * _MB,
        returned=95 * load * _MB,
    )
    yield replace(
        inside,
        source="10.20.2.4",
        destination="10.20.3.4",
        source_machine=app,
        destination_machine=data,
        port=1433,
        application="ms-sql",
        flows=90 * load,
        sent=12 * load * _MB,
        returned=210 * load * _MB,
    )
    yield replace(
        inside,
        source="10.20.2.4",
        destination="10.20.0.4",
        source_machine=app,
        port=53,
        protocol="U",
        application="domain",
        flows=400 * load,
        sent=load * _MB,
        returned=2 * load * _MB,
    )
    yield replace(
        inside,
        source="10.20.1.4",
        destination="10.20.3.4",
        source_machine=web,
        destination_machine=data,
        port=445,
        status="D",
        flows=14 * load,
        rule="DenyLateral",
    )
    yield Flow(
        source="10.40.1.4",
        destination="10.20.3.4",
        type="InterVNet",
        flow_log=_ERP,
        source_machine="rg-erp/vm-erp-01",
        destination_machine=data,
        port=1433,
        application="ms-sql",
        flows=12 * load,
        sent=8 * load * _MB,
        returned=31 * load * _MB,
    )
    yield Flow(
        source="10.20.2.4",
        destination="20.60.0.9",
        type="AzurePublic",
        azure_region="northeurope",
        flow_log=_SHOP,
        source_machine=app,
        application="https",
        flows=30 * load,
        sent=60 * load * _MB,
        returned=load * _MB,
    )
    yield Flow(
        source="10.20.2.4",
        destination="203.0.113.66",
        flow_log=_SHOP,
        source_machine=app,
        application="https",
        country="ru",
        flows=load,
        sent=3 * _MB,
        returned=1000,
    )
    yield from _knocking(load)


def _customers(load: int) -> Iterator[Flow]:
    for number, (country, share) in enumerate(_COUNTRIES.items()):
        yield Flow(
            source=f"198.51.100.{10 + number}",
            destination="10.20.1.4",
            direction="I",
            flow_log=_SHOP,
            destination_machine="rg-shop/vm-web-01",
            application="https",
            country=country,
            rule="AllowShop",
            flows=share * load,
            sent=share * load * _MB // 60,
            returned=share * load * _MB,
        )


def _knocking(load: int) -> Iterator[Flow]:
    for number, port in enumerate((22, 3389, 445, 23, 8080)):
        yield Flow(
            source="192.0.2.77",
            destination="10.10.0.5",
            direction="I",
            status="D",
            port=port,
            flow_log=_HUB,
            country="nl",
            rule="DefaultRule_DenyAllInBound",
            flows=(310 - 40 * number) * load,
        )
    yield Flow(
        source="192.0.2.81",
        destination="10.10.0.5",
        direction="I",
        status="D",
        port=3389,
        flow_log=_HUB,
        country="br",
        rule="DefaultRule_DenyAllInBound",
        flows=60 * load,
    )
