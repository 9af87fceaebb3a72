"""A member of an answer that is of another kind is one line, or harmless, to whoever reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from azure.core.exceptions import AzureError

from commands.checks import (
    accounts,
    denials,
    inherited,
    locks,
    providers,
    recording,
    restrictions,
    workspaces,
)
from commands.checks.bodies import Body
from commands.rows import ask
from estate import permissions
from estate.answer import Answer
from estate.cloud import Cloud, StaticToken
from estate.discover import visible_subscriptions
from estate.installed import installed
from estate.model import EstateError, Home, NetworkWatcher, Subscription
from estate.resource_graph import ResourceGraph
from estate.shape import ARM_ID, RESOURCE_ID, TIME, Misfit, Needed, Shape, check
from estate.watchers import Watchers

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
ID = f"{GROUP}/providers/Microsoft.Network/networkWatchers/nw"
WATCHER = NetworkWatcher(id=ID, name="nw", location="westeurope", tags={})
HOME = Home(group_id=GROUP, workspace_id=f"{GROUP}/providers/a.b/workspaces/w")
BODY = Body(id=ID, type="Microsoft.Network/networkWatchers", content={"tags": {"a": "b"}})
TAGS = {"env": "dev"}
RESOURCE = {"id": ID, "name": "nw", "location": "westeurope", "tags": TAGS}
REFERENCE = {"id": ID}
PERMISSION = {"actions": ["*/read"], "notActions": ["a/b/read"]}
CONFIGURATION = {"properties": {"subnet": REFERENCE}}
ANALYTICS = {
    "enabled": True,
    "trafficAnalyticsInterval": 60,
    "workspaceId": "guid",
    "workspaceResourceId": ID,
    "workspaceRegion": "westeurope",
}


def _listed(*items: Any) -> dict[str, Any]:
    return {"value": list(items)}


def _found(*rows: Any) -> dict[str, Any]:
    return {
        "totalRecords": len(rows),
        "count": len(rows),
        "resultTruncated": "false",
        "data": [*rows],
    }


def _table(**row: Any) -> dict[str, Any]:
    columns = [{"name": name, "type": "string"} for name in row]
    return {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": [[*row.values()]]}]}


@dataclass(frozen=True)
class Reading:
    """A reader, and by the end of a URL's path what it is answered, with all that it looks at."""

    read: Callable[[Cloud], object]
    answers: Mapping[str, Any]


READINGS = {
    "accounts": Reading(
        lambda cloud: accounts.read(cloud, ID),
        {
            "/nw": {
                **RESOURCE,
                "kind": "StorageV2",
                "sku": {"name": "Standard_LRS"},
                "properties": {
                    "publicNetworkAccess": "Enabled",
                    "networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"},
                    "allowSharedKeyAccess": True,
                    "allowBlobPublicAccess": False,
                    "immutableStorageWithVersioning": {"enabled": False},
                    "encryption": {"keySource": "Microsoft.Keyvault"},
                },
            },
            "/blobServices/default": {
                "properties": {
                    "isVersioningEnabled": True,
                    "deleteRetentionPolicy": {"enabled": True, "days": 7},
                }
            },
            "/managementPolicies/default": {
                "properties": {
                    "policy": {
                        "rules": [
                            {
                                "name": "r",
                                "enabled": True,
                                "definition": {
                                    "actions": {
                                        "baseBlob": {
                                            "delete": {"daysAfterModificationGreaterThan": 9.0},
                                            "tierToCool": {"daysAfterModificationGreaterThan": 1},
                                        }
                                    },
                                    "filters": {"prefixMatch": ["insights"]},
                                },
                            }
                        ]
                    }
                }
            },
            "/containers": _listed(
                {
                    "name": accounts.CONTAINERS[0],
                    "properties": {"hasImmutabilityPolicy": False, "hasLegalHold": True},
                }
            ),
        },
    ),
    "workspaces": Reading(
        lambda cloud: workspaces.read(cloud, ID),
        {
            "/nw": {
                **RESOURCE,
                "properties": {
                    "customerId": "guid",
                    "publicNetworkAccessForIngestion": "Disabled",
                    "createdDate": "2026-01-01T00:00:00.1234567Z",
                    "sku": {"name": "PerGB2018"},
                    "workspaceCapping": {"dailyQuotaGb": -1.0, "dataIngestionStatus": "ForceOff"},
                },
            },
            "/dataCollectionRules": _listed(
                {
                    "id": f"{GROUP}/providers/a/b/NWTA-x",
                    "name": "NWTA-x",
                    "properties": {"destinations": {"logAnalytics": [{"workspaceResourceId": ID}]}},
                }
            ),
        },
    ),
    "deny assignments": Reading(
        lambda cloud: [
            found.meets("us") and permissions.allows(found.permissions, "a/b")
            for found in denials.read(cloud, SUBSCRIPTION)
        ],
        {
            "/denyAssignments": _listed(
                {
                    "id": ID,
                    "name": "n",
                    "properties": {
                        "denyAssignmentName": "d",
                        "scope": GROUP,
                        "doNotApplyToChildScopes": False,
                        "permissions": [PERMISSION],
                        "principals": [{"id": "x", "type": "Group"}],
                        "excludePrincipals": [{"id": "y", "type": "User"}],
                    },
                }
            )
        },
    ),
    "locks": Reading(
        lambda cloud: locks.read(cloud, SUBSCRIPTION),
        {
            "/locks": _listed(
                {"id": f"{GROUP}{locks.MARK}l", "name": "l", "properties": {"level": "ReadOnly"}}
            )
        },
    ),
    "roles": Reading(
        lambda cloud: permissions.allows(inherited.read(cloud, SUBSCRIPTION, "us"), "a/b/read"),
        {
            "/roleAssignments": _listed(
                {
                    "properties": {
                        "roleDefinitionId": "/providers/r/reader",
                        "scope": f"/subscriptions/{SUBSCRIPTION}",
                    }
                }
            ),
            "/reader": {"properties": {"permissions": [PERMISSION]}},
        },
    ),
    "resource providers": Reading(
        lambda cloud: list(
            providers.judge(SUBSCRIPTION, providers.read(cloud, SUBSCRIPTION, ("A.B",)))
        ),
        {"/A.B": {"registrationState": "Registered"}},
    ),
    "policies": Reading(
        lambda cloud: list(restrictions.judge(restrictions.read(cloud, BODY, ()))),
        {
            "/checkPolicyRestrictions": {
                "contentEvaluationResult": {
                    "policyEvaluations": [
                        {
                            "policyInfo": {"policyAssignmentId": ID},
                            "effectDetails": {"policyEffect": "Deny"},
                            "evaluationDetails": {
                                "evaluatedExpressions": [
                                    {
                                        "expression": "tags.owner",
                                        "expressionKind": "Field",
                                        "expressionValue": "x",
                                    }
                                ]
                            },
                        }
                    ]
                },
                "fieldRestrictions": [
                    {
                        "field": "tags.owner",
                        "restrictions": [
                            {
                                "result": "Required",
                                "policyEffect": "Deny",
                                "values": ["x"],
                                "policy": {"policyAssignmentId": ID},
                            }
                        ],
                    }
                ],
            }
        },
    ),
    "rights": Reading(
        lambda cloud: permissions.allows(
            permissions.granted(cloud, SUBSCRIPTION), "Microsoft.Network/x/read"
        ),
        {"/permissions": _listed(PERMISSION)},
    ),
    "installed": Reading(
        lambda cloud: list(
            installed(cloud, HOME, [Subscription(id=SUBSCRIPTION, name="x", tenant_id="")])
        ),
        {
            "/resources": _listed(RESOURCE),
            "/activityLogAlerts": _listed(RESOURCE),
            "/savedSearches": _listed(
                {
                    "id": "subscriptions/x/savedSearches/y",
                    "properties": {
                        "functionAlias": "F",
                        "tags": [{"name": "managed-by", "value": "us"}],
                    },
                }
            ),
        },
    ),
    "subscriptions": Reading(
        visible_subscriptions,
        {
            "/subscriptions": _listed(
                {
                    "id": f"/subscriptions/{SUBSCRIPTION}",
                    "subscriptionId": SUBSCRIPTION,
                    "displayName": "x",
                    "tenantId": SUBSCRIPTION,
                    "state": "Enabled",
                }
            )
        },
    ),
    "watchers": Reading(
        lambda cloud: Watchers(cloud, SUBSCRIPTION).watchers(),
        {"/networkWatchers": _listed(RESOURCE)},
    ),
    "flow logs": Reading(
        lambda cloud: [
            (log.failed, log.feeds, log.retention_days + 1)
            for log in Watchers(cloud, SUBSCRIPTION).flow_logs(WATCHER)
        ],
        {
            "/flowLogs": _listed(
                {
                    **RESOURCE,
                    "identity": {"type": "None"},
                    "systemData": {"lastModifiedBy": "x", "lastModifiedAt": "2026-01-01"},
                    "properties": {
                        "targetResourceId": ID,
                        "storageId": ID,
                        "enabled": True,
                        "enabledFilteringCriteria": "x",
                        "recordTypes": "B",
                        "provisioningState": "Succeeded",
                        "format": {"type": "JSON", "version": 2},
                        "retentionPolicy": {"enabled": True, "days": 90},
                        "flowAnalyticsConfiguration": {
                            "networkWatcherFlowAnalyticsConfiguration": ANALYTICS
                        },
                    },
                }
            )
        },
    ),
    "security groups": Reading(
        lambda cloud: ResourceGraph(cloud, ["x"], print).security_groups(),
        {
            "/resources": _found(
                {**RESOURCE, "subnets": [REFERENCE], "networkInterfaces": [REFERENCE]}
            )
        },
    ),
    "networks": Reading(
        lambda cloud: ResourceGraph(cloud, ["x"], print).networks(),
        {
            "/resources": _found(
                {
                    **RESOURCE,
                    "subnets": [
                        {
                            "id": ID,
                            "name": "s",
                            "properties": {
                                "networkSecurityGroup": REFERENCE,
                                "delegations": [{"properties": {"serviceName": "x"}}],
                            },
                        }
                    ],
                }
            )
        },
    ),
    "interfaces": Reading(
        lambda cloud: ResourceGraph(cloud, ["x"], print).interfaces(),
        {
            "/resources": _found(
                {
                    **RESOURCE,
                    "securityGroup": ID,
                    "ipConfigurations": [CONFIGURATION],
                    "networkProfile": {
                        "networkInterfaceConfigurations": [
                            {
                                "properties": {
                                    "networkSecurityGroup": REFERENCE,
                                    "ipConfigurations": [CONFIGURATION],
                                }
                            }
                        ]
                    },
                }
            )
        },
    ),
    "last rows": Reading(
        lambda cloud: recording.read(cloud, ID),
        {"/query": _table(FlowLog="rg/nw/fl", Until="2026-01-01T00:00:00Z")},
    ),
    "sizes": Reading(
        lambda cloud: [
            float(row["Size"] or 0) for row in ask(cloud, ID, "T", 1, {"Size": Needed(float)})
        ],
        {"/query": _table(Size=1.5)},
    ),
}
JUNK: tuple[Any, ...] = (
    None,
    "",
    "x",
    7,
    1.5,
    True,
    [],
    [None],
    ["x"],
    [[]],
    {},
    {"x": 7},
    "\ud800",
)


@dataclass
class Replies:
    """Stands for whoever asks over HTTP: gives what it holds, by the end of the path."""

    answers: Mapping[str, Any]
    asked: list[str] = field(default_factory=list)

    def read(self, url: str, body: object = None) -> Answer:
        """The answer of the URL's path."""
        path = url.partition("?")[0]
        end = next(end for end in self.answers if path.endswith(end))
        self.asked.append(end)
        content = json.dumps(self.answers[end]).encode()
        return Answer("GET", url, 200, {"Content-Type": "application/json"}, content)


def _cloud(replies: Replies) -> Cloud:
    cloud = Cloud("https://management.test", "", StaticToken("x"), True, print)
    cloud.__dict__["_asker"] = replies
    return cloud


def _mutations(value: Any) -> Iterator[Any]:
    """The value with each of its members, however deep, replaced by each kind of junk, or gone."""
    yield from JUNK
    if isinstance(value, dict):
        for name in value:
            yield {key: kept for key, kept in value.items() if key != name}
            for inner in _mutations(value[name]):
                yield {**value, name: inner}
    if isinstance(value, list):
        for position in range(len(value)):
            for inner in _mutations(value[position]):
                yield [*value[:position], inner, *value[position + 1 :]]


@pytest.mark.parametrize("reading", READINGS.values(), ids=list(READINGS))
def test_a_member_of_another_kind_is_one_line_or_harmless(reading: Reading) -> None:
    replies = Replies(reading.answers)
    reading.read(_cloud(replies))
    assert set(replies.asked) == set(reading.answers)
    refused = 0
    for end, document in reading.answers.items():
        for mutated in _mutations(document):
            try:
                reading.read(_cloud(Replies({**reading.answers, end: mutated})))
            except (AzureError, EstateError) as error:
                refused += 1
                assert "\n" not in str(error)
    assert refused


@pytest.mark.parametrize(
    ("value", "shape", "problem"),
    [
        (None, Needed({}), "it is missing"),
        ([], {}, "it is a list, not an object"),
        ({"id": 7}, {"id": RESOURCE_ID}, "id is 7, not the ARM id of a resource"),
        ({"a": [{}]}, {"a": [{"b": Needed(str)}]}, "a[0].b is missing"),
        ({"a": [None]}, {"a": [{}]}, "a[0] is missing"),
        ({"a": True}, {"a": int}, "a is True, not a whole number"),
        ({"a": "yes"}, {"a": bool}, "a is 'yes', not true or false"),
        ({"a": "##vso[task]\n"}, {"a": int}, "a is '??vso?task??n', not a whole number"),
        ({"a": "x" * 99}, {"a": int}, f"a is '{'x' * 39}…, not a whole number"),
        ({"a": {"k": 1}}, {"a": {"*": str}}, "a.k is 1, not text"),
        ({"a": "2026-13-01T00:00:00Z"}, {"a": TIME}, "a is '2026-13-01T00:00:00Z', not a time"),
        ({"id": "/subscriptions/x/resourceGroups/y\n/providers/a/b/c"}, {"id": RESOURCE_ID}, "id"),
    ],
)
def test_a_misfit_names_the_member_and_the_rule(value: Any, shape: Shape, problem: str) -> None:
    with pytest.raises(Misfit) as error:
        check(value, shape)
    assert str(error.value).startswith(problem)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ({"a": ""}, {"a": {"b": Needed(str)}}),
        ({"a": None}, {"a": [str]}),
        ({"a": 3}, {"a": float}),
        (
            {"id": f"{GROUP}/providers/microsoft.insights/activityLogAlerts/my alert"},
            {"id": ARM_ID},
        ),
        ({"id": ID.upper()}, {"id": RESOURCE_ID}),
        ({"id": f"/subscriptions/{SUBSCRIPTION}"}, {"id": ARM_ID}),
    ],
)
def test_what_azure_writes_fits(value: Any, shape: Shape) -> None:
    check(value, shape)
