"""POST …/virtualNetworks/{name}/listNetworkManagerEffectiveSecurityAdminRules.

Specification (networkManager.json 2024-05-01 and the example of the operation): `skipToken` in the
body, `$top` of 1 to 20 in the query. That pages hold 20 where nothing is asked, and the order of
the rules (as in the estate), are inferred. In effect are the rules of configurations that are
deployed in the network's region, of collections that apply to a group with the network in it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from localazure.errors.gateway import InvalidParameter
from localazure.network.network_managers import (
    ADMIN_RULES,
    COLLECTIONS,
    DEPLOYMENTS,
    MANAGERS,
    NETWORK_GROUPS,
    STATIC_MEMBERS,
)
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import key, region, same
from localazure.state.store import Resource, Store
from localazure.types.body_shape import check_shape

ACTION = "listNetworkManagerEffectiveSecurityAdminRules"
_MOST = 20


def list_effective(request: Request, network: Resource) -> Response:
    """A page of the rules that apply to a network."""
    check_shape(request.content(), {"skipToken": str})
    rules = list(effective_rules(request.azure.store, network))
    start = _skipped(request.content().get("skipToken"))
    end = start + _top(request)
    answer: dict[str, Any] = {"value": rules[start:end]}
    if end < len(rules):
        answer["skipToken"] = base64.b64encode(str(end).encode()).decode()
    return Response(200, answer)


def effective_rules(store: Store, network: Resource) -> Iterator[Resource]:
    """The rules in effect, each with its configuration, collection and groups."""
    for manager in store.of_type(MANAGERS, ""):
        groups = [
            group
            for group in store.of_type(NETWORK_GROUPS, manager["id"])
            if _has(store, group, network)
        ]
        for configuration in _deployed(store, manager, str(network["location"])):
            for collection in store.of_type(COLLECTIONS, configuration["id"]):
                applied = _applied(collection, groups)
                for rule in store.of_type(ADMIN_RULES, collection["id"]) if applied else []:
                    yield _shown(configuration, collection, rule, applied)


def _deployed(store: Store, manager: Resource, location: str) -> Iterator[Resource]:
    for deployment in manager.get(DEPLOYMENTS, []):
        kind, place = deployment["deploymentType"], region(deployment["region"])
        status = deployment.get("deploymentStatus", "Deployed")
        if (kind, place, status) == ("SecurityAdmin", region(location), "Deployed"):
            found = map(store.find, deployment.get("configurationIds", []))
            yield from (each for each in found if each is not None)


def _has(store: Store, group: Resource, network: Resource) -> bool:
    members = store.of_type(STATIC_MEMBERS, group["id"])
    return any(same(each["properties"]["resourceId"], network["id"]) for each in members)


def _applied(collection: Resource, groups: list[Resource]) -> list[Resource]:
    """Those of the network's groups that a collection applies to."""
    listed = collection["properties"].get("appliesToGroups", [])
    wanted = {key(each["networkGroupId"]) for each in listed}
    return [group for group in groups if key(group["id"]) in wanted]


def _shown(
    configuration: Resource, collection: Resource, rule: Resource, groups: list[Resource]
) -> Resource:
    return {
        "id": rule["id"],
        "kind": rule["kind"],
        "configurationDescription": configuration["properties"].get("description", ""),
        "ruleCollectionDescription": collection["properties"].get("description", ""),
        "ruleCollectionAppliesToGroups": collection["properties"]["appliesToGroups"],
        "ruleGroups": [{"id": each["id"], "properties": each["properties"]} for each in groups],
        "properties": rule["properties"],
    }


def _top(request: Request) -> int:
    given = request.query.get("$top", str(_MOST))
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= _MOST:
        raise InvalidParameter("$top", given, f"1 to {_MOST}")
    return int(given)


def _skipped(token: str | None) -> int:
    try:
        return int(base64.b64decode(token or "", validate=True) or b"0")
    except ValueError:
        raise InvalidParameter("skipToken", str(token), "one that an answer had") from None
