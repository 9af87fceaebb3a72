"""Where local Azure answers otherwise than a recording on purpose, each with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.localazure.replay import Difference


@dataclass(frozen=True, slots=True)
class Deviation:
    """Differences that are meant: in which recordings, of which kind, at which path, and why."""

    recordings: str
    kind: str
    path: str
    reason: str
    request: str = ""

    def covers(self, recording: str, difference: Difference) -> bool:
        where = difference.path
        if difference.kind == "status":
            where = f"{difference.recorded} {difference.answered}"
        return (
            re.fullmatch(self.kind, difference.kind) is not None
            and re.fullmatch(self.recordings, recording) is not None
            and re.fullmatch(self.path, where) is not None
            and re.search(self.request, difference.request) is not None
        )


OLD_API = "they answered by API versions of 2018, whose bodies lack members that later ones have"
OLD = r"(CanWatchNetwork|ManageNetworkWatcherTest)\.json"
MACHINES = "virtual machines are not modelled, and so is not what they add to their interfaces"
GATEWAYS = "gateways are not modelled, and so is not what they add to networks"

DEVIATIONS = [
    Deviation(
        "test_nw_flow_log_delete.*|.*test_network_watcher_flow_log.*",
        "value",
        r"properties\.format\.(type|version)",
        "recorded on a group, replayed on a network, since no flow log on a group can be made any"
        " more; a network's default format is another one",
    ),
    Deviation(
        "TestSetVnetFlowLogWithManagedIdentityFromNoMIInput.*",
        "(value|missing)",
        r"properties\.(provisioningState|connectionAnalyzers|runningOperationIds\[\])",
        "the recorded watcher had ended Failed before, with a connection analyzer of its own",
        "/networkWatchers/[^/]+$",
    ),
    Deviation(
        ".*",
        "status",
        "(200|202) 501",
        "diagnostics of watchers are not modelled",
        r"^POST .*/networkWatchers/[^/]+/(?!configureFlowLog|queryFlowLogStatus)\w+$",
    ),
    Deviation(
        ".*",
        "status",
        "(200|202) 404",
        "virtual machines come with an estate; test_effective_groups.py and test_ip_flow.py have"
        " these answers",
        r"^POST .*/networkWatchers/[^/]+/(securityGroupView|ipFlowVerify)$",
    ),
    Deviation(
        f"{OLD}|testNetworkWatcherFunctions.json",
        "status",
        "200 400",
        "it made a flow log on a group, which Azure refuses by now (NsgFlowLogCreationBlocked)",
        "^POST .*/configureFlowLog$",
    ),
    Deviation(OLD, "extra", r"properties\.storageId", OLD_API, "/queryFlowLogStatus$"),
    Deviation(
        OLD,
        "missing",
        r"flowAnalyticsConfiguration\.networkWatcherFlowAnalyticsConfiguration",
        "an id of a workspace without any names, which API 2019-06-01 no longer shows",
        "/queryFlowLogStatus$",
    ),
    Deviation(
        "CanCRUDActionGroups.json",
        "missing",
        r"value\[\]\.(identity|kind|tags)",
        "members that are null in an estate are as good as left out",
        "/actionGroups$",
    ),
    Deviation(
        "CanCRUDActionGroups.json",
        "missing|extra",
        "(?i:code|message)",
        "spelled small in the other two recordings",
        "/subscribe$",
    ),
    Deviation(
        "canCRUDActionGroups.json",
        "status",
        "409 501",
        "its format does not keep which receiver was asked for",
        "^POST .*/actionGroups/[^/]+/subscribe$",
    ),
    Deviation(
        "CanCRUDActionGroups.json",
        "extra",
        r"value\[\]",
        "its calls are in no order; by the clocks of the servers this list came before a creation",
        "^GET .*/actionGroups$",
    ),
    Deviation(
        r".*test_scheduled_query_rules\.yaml",
        "status",
        "(200|201) (204|400|404|501)",
        "rules of API 2018-04-16 had another shape than those from 2021 on",
        "/scheduledQueryRules",
    ),
    Deviation(
        ".*",
        "status",
        "200 501",
        "keys of storage accounts do not change here",
        r"^POST .*/storageAccounts/[^/]+/(regenerateKey|revokeUserDelegationKeys)$",
    ),
    Deviation(
        ".*",
        "status",
        "(200|201) 501",
        "containers come with the estate and are listed",
        r"/blobServices/default/containers/",
    ),
    Deviation(
        r"ResourceGraphSource\..*",
        "value|extra|missing",
        r"count|totalRecords|data\.(columns|rows\[\])\[\](\.privateEndpointConnections)?",
        "its file keeps a few of the rows; the tenant is another, and a column came later",
        "ResourceGraph",
    ),
    Deviation(
        "canCRUDActionGroups.json",
        "status",
        "202 404",
        "deleted twice while the first deletion lasted; here that is done by the second request",
        "^DELETE .*/resourcegroups/",
    ),
    Deviation(
        "CanWatchNetwork.json",
        "status",
        "200 404",
        "its calls are in no order; by the clocks of the servers this one was before the creation",
        "^GET .*/networkInterfaces/",
    ),
    Deviation(
        "can.*|ManageNetworkWatcherTest.json|CanWatchNetwork.json|.*diagnostic_settings.*"
        "|testNetworkWatcherFunctions.json",
        "extra",
        r"(value\[\]\.)?properties\.encryption\.services\.(file|blob)\.keyType",
        "added by a later API version of storage than these",
    ),
    Deviation(
        ".*diagnostic_settings.*|ManageNetworkWatcherTest.json|CanWatchNetwork.json",
        "extra",
        r"properties\.privateEndpointConnections",
        "added by a later API version of storage than these",
    ),
    Deviation(
        "can(Create|Update)ManagementPolic(ies|y).json",
        "extra",
        r"properties\.primaryEndpoints\.(file|queue|web)",
        "a kind of account (BlobStorage) that is not told apart here",
    ),
    Deviation(
        ".*",
        "missing",
        r"properties\.dnsSettings\.internalDomainNameSuffix",
        "a name that Azure's DNS gives out",
    ),
    Deviation(
        "testNetwork.*|NSG.CreateUpdate.json|ManageNetworkWatcherTest.json|CanWatchNetwork.json",
        "extra",
        r"properties\.nicType",
        "added by API 2020-08-01",
    ),
    Deviation(
        ".*diagnostic_settings.*",
        "missing",
        r"properties\.sku\.maxCapacityReservationLevel",
        "dropped by later API versions of workspaces than 2015-11-01-preview",
    ),
    Deviation(
        ".*base.test_network.*",
        "missing",
        r"properties\.(subnets\[\]\.properties\.)?networkSecurityGroup",
        "the recorded subscription had a policy that put a group on every subnet",
    ),
    Deviation(
        ".*base.test_network.*",
        "missing",
        r"properties\.subnets\[\]\.properties\.ipConfigurations",
        GATEWAYS,
    ),
    Deviation(
        f"{OLD}|testNetworkWatcherFunctions.json",
        "missing",
        r"properties\.(primary|virtualMachine|macAddress)",
        MACHINES,
    ),
    Deviation(
        OLD,
        "extra",
        r"properties\.(defaultSecurityRules|securityRules|subnets|ipConfigurations)\[\]\.type|type"
        r"|properties\.(tapConfigurations|hostedWorkloads)"
        r"|properties\.subnets\[\]\.properties\.(delegations|private\w+Policies)",
        OLD_API,
    ),
    Deviation(
        OLD,
        "missing",
        r"properties\.(virtualNetworkTapProvisioningState|trustedDirectories)"
        r"|properties\.ipConfigurations\[\]\.properties\.isInUseWithService",
        "members of API versions of 2018 that later ones dropped",
    ),
    Deviation(
        OLD,
        "value",
        r"properties\.supportsHttpsTrafficOnly",
        "the default has been true since API 2019-04-01",
    ),
]
