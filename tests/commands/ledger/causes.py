"""What is planted, causes of gaps and what only looks like one, and what the ledger says of it."""

from __future__ import annotations

from tests.commands.ledger import planted
from tests.commands.ledger.planted import (
    ALWAYS,
    HOUR,
    LOGS,
    NETWORKS,
    STORAGE,
    Body,
    Plant,
    account,
    asked,
    event,
    flow_log_id,
    network,
    status,
    workspace,
)

Told = tuple[str, str, int, bool]
"""State, cause, hours, and whether Eve is named."""
NIGHT, SILENCE = range(20, 28), range(30, 60)
RULE = "Microsoft.Insights/dataCollectionRules/delete"


def _write(hour: float, name: str, made: bool = False, **body: object) -> list[Body]:
    given = {"targetResourceId": network(name), "storageId": account("stmain"), **body}
    return asked(hour, f"{LOGS}/write", flow_log_id(name), made, enabled=True, **given)


def _off(hour: float, name: str) -> list[Body]:
    return asked(hour, f"{LOGS}/write", flow_log_id(name), enabled=False)


def _feeding(name: str) -> Body:
    inner = {"enabled": True, "workspaceResourceId": workspace(name)}
    return {"networkWatcherFlowAnalyticsConfiguration": inner}


NORTH = f"{planted.WATCHERS}/nw-north"
GROUP = f"{NETWORKS}/networkSecurityGroups/nsg-handover"
_GROUP_LOG = {
    **Plant(name="nsg-handover").flow_log(),
    "properties": {**Plant(name="nsg-handover").flow_log()["properties"], "enabled": False},
}
_GROUP_LOG["properties"]["targetResourceId"] = GROUP
_HANDOVER = {
    "id": network("handover"),
    "location": "westeurope",
    "properties": {
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [
            {
                "name": "main",
                "properties": {
                    "addressPrefix": "10.0.0.0/24",
                    "networkSecurityGroup": {"id": GROUP},
                },
            }
        ],
    },
}
PLANTED: list[tuple[Plant, list[Told]]] = [
    # What everything else is held against: always recorded, by the same account and workspace.
    (Plant(name="busy"), []),
    (
        Plant(
            name="deleted",
            silent=(SILENCE,),
            events=(
                event(60, f"{LOGS}/delete", flow_log_id("deleted")),
                *_write(30, "deleted", True),
            ),
        ),
        [("gap", "flow log deleted", 30, True)],
    ),
    (
        Plant(
            name="deleted-for-good",
            silent=(range(60),),
            events=(event(60, f"{LOGS}/delete", flow_log_id("deleted-for-good")),),
            logged=False,
        ),
        [("gap", "flow log deleted", 57, True)],
    ),
    (
        Plant(
            name="disabled",
            silent=(SILENCE,),
            events=(*_off(60, "disabled"), *_write(30, "disabled")),
        ),
        [("gap", "flow log disabled", 30, True)],
    ),
    (
        Plant(
            name="changed",
            silent=(SILENCE,),
            events=(event(60, f"{LOGS}/write", flow_log_id("changed")),),
        ),
        [("unknown", "flow log changed", 30, True)],
    ),
    (
        Plant(
            name="created", silent=(range(100, 600),), events=tuple(_write(101, "created", True))
        ),
        [("gap", "no flow log until one was created", 71, False)],
    ),
    (
        Plant(name="never", silent=(ALWAYS, range(2)), logged=False),
        [("gap", "no flow log is on it", 168, False)],
    ),
    (
        Plant(
            name="account-deleted",
            account="stgone",
            silent=(range(20, 50),),
            events=(
                event(50, f"{STORAGE}/delete", account("stgone")),
                event(20, f"{STORAGE}/write", account("stgone")),
            ),
        ),
        [("gap", "storage account deleted", 30, True)],
    ),
    (
        Plant(
            name="firewall",
            account="stwall",
            silent=(SILENCE,),
            events=(
                *asked(
                    60,
                    f"{STORAGE}/write",
                    account("stwall"),
                    networkAcls={"defaultAction": "Deny", "bypass": "None"},
                ),
                *asked(
                    30,
                    f"{STORAGE}/write",
                    account("stwall"),
                    networkAcls={"defaultAction": "Allow"},
                ),
            ),
        ),
        [("gap", "storage account closed by its firewall", 30, True)],
    ),
    (
        Plant(
            name="key",
            account="stkey",
            silent=(SILENCE,),
            events=(event(60, f"{STORAGE}/regenerateKey/action", account("stkey")),),
        ),
        [("gap", "key of the storage account renewed", 30, True)],
    ),
    # The same account, where somebody renewed the key and rows came all the same.
    (Plant(name="key-busy", account="stkey2"), []),
    (
        Plant(
            name="key-innocent",
            account="stkey2",
            silent=(NIGHT,),
            events=(event(28, f"{STORAGE}/regenerateKey/action", account("stkey2")),),
        ),
        [("quiet", "", 8, False)],
    ),
    (
        Plant(name="capped", workspace="capped", silent=(range(40, 50),)),
        [("gap", "workspace capped reached its daily cap", 10, False)],
    ),
    (
        Plant(
            name="rule",
            workspace="ruled",
            silent=(range(60),),
            events=(
                event(
                    60,
                    RULE,
                    f"{planted.ROOT}/resourceGroups/rg-ruled/providers/Microsoft.Insights/dataCollectionRules/NWTA-1",
                ),
            ),
        ),
        [("gap", "rule of Traffic Analytics deleted", 57, True)],
    ),
    (
        Plant(
            name="workspace-deleted",
            workspace="gone",
            events=(
                event(60, "Microsoft.OperationalInsights/workspaces/delete", workspace("gone")),
            ),
        ),
        [("unknown", "", 110, False), ("gap", "workspace deleted", 58, True)],
    ),
    (
        Plant(
            name="moved",
            before="former",
            events=(
                *_write(400, "moved", True, flowAnalyticsConfiguration=_feeding("former")),
                *_write(60, "moved", flowAnalyticsConfiguration=_feeding("main")),
            ),
        ),
        [],
    ),
    (
        Plant(
            name="failed",
            silent=(range(21, 23),),
            said=(status(22, "Failed", "storage could not be read"), status(21, "Completed")),
        ),
        [("gap", "Traffic Analytics failed", 1, False), ("quiet", "", 1, False)],
    ),
    (
        Plant(
            name="delegated",
            level="subnet",
            delegated="Microsoft.App/environments",
            silent=(ALWAYS, range(2)),
        ),
        [
            (
                "gap",
                "subnet main is delegated to Container Apps, whose traffic no flow log sees",
                168,
                False,
            )
        ],
    ),
    (Plant(name="late", late=range(30, 36)), []),
    (Plant(name="quiet", silent=(NIGHT, range(44, 52))), [("quiet", "", 8, False)] * 2),
    (Plant(name="weekend", silent=(range(20, 80),)), [("unknown", "", 60, False)]),
    # Silent twice as long as each other, alone on its account: nothing to hold it against.
    (
        Plant(name="alone", account="stalone", silent=(range(20, 70), range(90, 150))),
        [("unknown", "", 60, False), ("unknown", "", 50, False)],
    ),
    (
        Plant(
            name="watcher",
            watcher=NORTH,
            silent=(SILENCE,),
            events=(
                event(60, "Microsoft.Network/networkWatchers/delete", NORTH),
                *asked(30, f"{LOGS}/write", flow_log_id("watcher", NORTH), True, enabled=True),
            ),
            more=({"id": NORTH, "location": "northeurope"},),
        ),
        [("gap", "network watcher deleted", 30, True)],
    ),
    # One of two flow logs was deleted in a quiet night.
    (
        Plant(
            name="doubled",
            also="second",
            silent=(NIGHT,),
            events=(event(26, f"{LOGS}/delete", flow_log_id("second")),),
        ),
        [("quiet", "", 8, False)],
    ),
    # Silent at this moment, each for another reason.
    (Plant(name="now-quiet", silent=(range(8),)), [("quiet", "", 5, False)]),
    (
        Plant(
            name="now-failed",
            silent=(range(8),),
            said=tuple(status(hour, "Failed", "storage could not be read") for hour in range(2, 9)),
        ),
        [("gap", "Traffic Analytics failed", 5, False)],
    ),
    (
        Plant(
            name="now-gone",
            account="stnone",
            silent=(range(8),),
            events=(event(8, f"{STORAGE}/delete", account("stnone")),),
        ),
        [("gap", "storage account deleted", 5, True)],
    ),
    # By the flow log of its security group in the older table, then by its own.
    (
        Plant(
            name="handover",
            silent=(range(80, 600),),
            events=(*_write(81, "handover", True), *_off(79, "nsg-handover")),
            more=({"id": GROUP, "location": "westeurope"}, _GROUP_LOG, _HANDOVER),
        ),
        [],
    ),
]
TABLES = [
    {
        "id": f"{workspace('main')}/tables/AzureNetworkAnalytics_CL",
        "rows": planted.group_rows("nsg-handover", range(79, 200)),
    },
    {
        "id": f"{workspace('capped')}/tables/_LogOperation",
        "rows": [
            {
                "TimeGenerated": planted.now() - ago * HOUR,
                "Category": "Ingestion",
                "Operation": operation,
                "Detail": detail,
            }
            for ago, operation, detail in (
                (49, "Data collection Status", "... due to OverQuota."),
                (40, "Data collection resumed", "..."),
            )
        ],
    },
]
