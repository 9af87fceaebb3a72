"""Replays recorded traffic against local Azure and says where the answers differ.

A recording is prepared first: what it only reads is seeded; of the polls of an operation only the
last is replayed, since operations here are done at once; requests whose bodies the format does not
keep are made from the answers, as by a client that sends back what it has read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from localazure.state.arm_id import GROUP_TYPE, TENANT, key, parse, parse_resource
from localazure.types.registry import TYPES
from tests.recordings import Exchange
from tests.servers import LocalAzure, Reply

OPERATION = re.compile(r"/(operations|operationResults|asyncoperations|operationresults)/[^/]+$")
OLD_CALLS = re.compile(r"/(configureFlowLog|queryFlowLogStatus)$")
OLD_SENT = ("targetResourceId", "properties")
"""Members of a request to configure a flow log by the old call."""
SENT = ("location", "tags", "properties", "sku", "kind")
"""Members of an answer that a client would send."""
POLLS = ("azure-asyncoperation", "location")

_VOLATILE = re.compile(
    r"etag$|guid$|customerid$|time$|date$|address$|lastskuupdate$|internaldomainnamesuffix$"
    r"|clientid$|principalid$|keycreationtime\..*$|keys\[\]\.value$|message$|expectedtoken$|endpoints\..*$",
    re.IGNORECASE,
)
"""Paths of values that differ from run to run, or that only a real service knows."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`kind` is status, code, missing, extra, type or value; `path` where in the body."""

    request: str
    kind: str
    path: str
    recorded: Any
    answered: Any

    def __str__(self) -> str:
        return f"{self.request}: {self.kind} {self.path}: {self.recorded!r} / {self.answered!r}"


def prepared(exchanges: list[Exchange]) -> list[Exchange]:
    """The exchanges to replay: on modelled types, and the last poll of each operation."""
    last = {each.path: position for position, each in enumerate(exchanges)}
    return [
        each
        for position, each in enumerate(exchanges)
        if not OPERATION.search(each.path) or last[each.path] == position
    ]


def seeds(exchanges: list[Exchange]) -> list[dict[str, Any]]:
    """An estate in which the recording can begin."""
    estate: dict[str, dict[str, Any]] = {}
    written = set()
    for exchange in exchanges:
        if exchange.method == "PUT":
            written.add(key(exchange.path))
        for reference in _references(exchange):
            if key(reference["id"]) not in written:
                estate.setdefault(key(reference["id"]), reference)
        for resource in _resources(exchange):
            if exchange.method in ("GET", "POST") and key(resource["id"]) not in written:
                estate.setdefault(key(resource["id"]), resource)
            written.add(key(resource["id"]))
    own = {key(each.path) for each in exchanges if each.method == "PUT"}
    for id_ in [each for each in estate if key(parse(each).group_id) in own]:
        del estate[id_]
    containers = list(_containers(exchanges, [each["id"] for each in estate.values()], own))
    # Parents of what a query found come last: they are not in what it found.
    return [*containers, *sorted(estate.values(), key=_is_implied)]


def _is_implied(resource: dict[str, Any]) -> bool:
    return resource == {"id": resource["id"], "location": "global"}


class Replay:
    """One recording against one server."""

    def __init__(self, azure: LocalAzure, exchanges: list[Exchange]) -> None:
        self._azure = azure
        self._exchanges = exchanges
        self._urls: dict[str, str] = {}
        """Recorded path of an operation, and the URL that it has here."""

    def differences(self) -> Iterator[Difference]:
        for position, exchange in enumerate(self._exchanges):
            request = f"{exchange.method} {exchange.path}"
            target = exchange.path
            if OPERATION.search(target):
                if key(target) not in self._urls:
                    continue
                target = self._urls[key(target)]
                reply = self._azure.call(exchange.method, target)
            elif not modelled(exchange):
                continue
            else:
                body = self._body(position)
                version = exchange.query.get("api-version")
                reply = self._azure.call(exchange.method, target, body, version)
            self._learn(exchange, reply)
            yield from compare(request, exchange, reply)

    @property
    def replayed(self) -> int:
        """Requests so far."""
        return len(self._azure.requests())

    def _body(self, position: int) -> Any:
        exchange = self._exchanges[position]
        if isinstance(exchange.body, str):
            return {"query": "resources"}
        if OLD_CALLS.search(exchange.path):
            return self._old_body(exchange)
        if exchange.method == "PUT" and "/flowlogs/" in key(exchange.path):
            return json.loads(stand_in(json.dumps(exchange.body)))
        if exchange.body is not None or exchange.method in ("GET", "DELETE", "HEAD"):
            return exchange.body
        later = (each for each in self._exchanges[position:] if each.path == exchange.path)
        shown = next((each.answer for each in later if isinstance(each.answer, dict)), {})
        kept = ("tags", "sku") if exchange.method == "PATCH" else SENT
        return {name: shown[name] for name in kept if name in shown}

    def _old_body(self, exchange: Exchange) -> Any:
        """A flow log that the recording made is on the network that stands in for its group."""
        asked = exchange.body or exchange.answer
        text = json.dumps({name: asked[name] for name in OLD_SENT if name in asked})
        made = any(each.method == "PUT" and "/flowLogs/" in each.path for each in self._exchanges)
        return json.loads(stand_in(text) if made else text)

    def _learn(self, exchange: Exchange, reply: Reply) -> None:
        for name in POLLS:
            if name in exchange.headers and name in reply.headers:
                recorded = re.sub(r"^https?://[^/]+", "", exchange.headers[name]).partition("?")[0]
                self._urls[key(recorded)] = reply.headers[name]


def stand_in(text: str) -> str:
    """Flow logs were recorded on groups, where none can be made any more: a network instead."""
    return text.replace("/networkSecurityGroups/", "/virtualNetworks/on-")


def modelled(exchange: Exchange) -> bool:
    """Whether the request is on a type that local Azure models, at whatever depth."""
    path = exchange.path.casefold()
    if path.endswith(("/checknameavailability", "microsoft.resourcegraph/resources")):
        return True
    try:
        id_ = parse(exchange.path)
    except ValueError:
        return False
    if id_.namespace is None:
        return id_.type == GROUP_TYPE
    named = id_.types[: len(id_.names)] if exchange.method == "POST" else id_.types
    return key("/".join((id_.namespace, *named))) in TYPES


def compare(request: str, exchange: Exchange, reply: Reply) -> Iterator[Difference]:
    """Status, error code, headers to poll, and the body member by member."""
    if exchange.status != reply.status:
        yield Difference(request, "status", "", exchange.status, reply.status)
        return
    if "/virtualNetworks/on-" in json.dumps(reply.body):
        exchange = replace(exchange, answer=json.loads(stand_in(json.dumps(exchange.answer))))
    for name in POLLS:
        if (name in exchange.headers) != (name in reply.headers):
            recorded, answered = name in exchange.headers, name in reply.headers
            yield Difference(request, "header", name, recorded, answered)
    if exchange.answer is not None or reply.body is not None:
        yield from _compare(request, "", exchange.answer, reply.body)


def _compare(request: str, path: str, recorded: Any, answered: Any) -> Iterator[Difference]:
    if isinstance(recorded, dict) and isinstance(answered, dict):
        for name in sorted({*recorded, *answered}):
            inner = f"{path}.{name}" if path else name
            if name not in answered:
                yield Difference(request, "missing", inner, recorded[name], None)
            elif name not in recorded:
                yield Difference(request, "extra", inner, None, answered[name])
            else:
                yield from _compare(request, inner, recorded[name], answered[name])
    elif isinstance(recorded, list) and isinstance(answered, list):
        yield from _compare_lists(request, path, recorded, answered)
    elif type(recorded) is not type(answered):
        yield Difference(request, "type", path, recorded, answered)
    elif not _VOLATILE.search(path) and _plain(recorded) != _plain(answered):
        yield Difference(request, "value", path, recorded, answered)


def _compare_lists(
    request: str, path: str, recorded: list[Any], answered: list[Any]
) -> Iterator[Difference]:
    """By id where the elements have one, else by position."""
    ours, theirs = _keyed(answered), _keyed(recorded)
    for name in sorted({*ours, *theirs}):
        if name not in ours:
            yield Difference(request, "missing", f"{path}[]", theirs[name], None)
        elif name not in theirs:
            yield Difference(request, "extra", f"{path}[]", None, ours[name])
        else:
            yield from _compare(request, f"{path}[]", theirs[name], ours[name])


def _keyed(elements: list[Any]) -> dict[str, Any]:
    return {
        key(each["id"]) if isinstance(each, dict) and "id" in each else str(position): each
        for position, each in enumerate(elements)
    }


def _plain(value: Any) -> Any:
    """Ids and types compare without letter case."""
    return value.casefold() if isinstance(value, str) and "/" in value else value


def _resources(exchange: Exchange) -> Iterator[dict[str, Any]]:
    """Resources in an answer that can be seeded, and the parents that they need."""
    listed = _elements(exchange.answer)
    graph = "resourcegraph" in key(exchange.path)
    for each in listed:
        id_ = parse_resource(each["id"])
        if graph:
            yield {"location": "global", **each}
            if id_.parent is not None:
                yield {"id": str(id_.parent), "location": "global"}
        elif "location" in each and key(id_.type) in TYPES:
            yield each
            if id_.parent is not None:
                yield {"id": str(id_.parent), "location": each["location"]}


def _elements(answer: Any) -> list[dict[str, Any]]:
    inner = answer.get("value", answer.get("data")) if isinstance(answer, dict) else None
    if isinstance(inner, dict) and "columns" in inner:
        names = [column["name"] for column in inner["columns"]]
        inner = [dict(zip(names, row, strict=True)) for row in inner["rows"]]
    elements = inner if isinstance(inner, list) else [answer]
    return [each for each in elements if isinstance(each, dict) and _is_id(each.get("id"))]


def _is_id(text: Any) -> bool:
    try:
        parse_resource(str(text))
    except ValueError:
        return False
    return True


def _references(exchange: Exchange) -> Iterator[dict[str, Any]]:
    """What the body of a flow log refers to, as little as is known of it."""
    if exchange.method != "PUT" or "/flowlogs/" not in key(exchange.path):
        return
    location, properties = exchange.body["location"], exchange.body["properties"]
    yield {"id": str(parse(exchange.path).parent), "location": location}
    yield {"id": properties["targetResourceId"], "location": location}
    yield {"id": stand_in(properties["targetResourceId"]), "location": location}
    yield {"id": properties["storageId"], "location": location}
    for identity in (exchange.body.get("identity") or {}).get("userAssignedIdentities") or ():
        yield {"id": identity, "location": location}
    outer = properties.get("flowAnalyticsConfiguration") or {}
    analytics = outer.get("networkWatcherFlowAnalyticsConfiguration") or {}
    if "workspaceResourceId" in analytics:
        yield {"id": analytics["workspaceResourceId"], "location": analytics["workspaceRegion"]}


def _containers(
    exchanges: list[Exchange], ids: list[str], own: set[str]
) -> Iterator[dict[str, Any]]:
    """Subscriptions and groups of everything, without the groups that the recording makes."""
    seen = set()
    asked = [
        f"/subscriptions/{subscription}"
        for each in exchanges
        if isinstance(each.body, dict)
        for subscription in each.body.get("subscriptions", [])
    ]
    for text in (*(each.path for each in exchanges), *asked, *ids):
        try:
            id_ = parse(text)
        except ValueError:
            continue
        if id_.subscription == TENANT:
            continue
        subscription = f"/subscriptions/{id_.subscription}"
        for container in (subscription, id_.group_id):
            if key(container) not in seen and key(container) not in own:
                seen.add(key(container))
                location = {} if container == subscription else {"location": "westus"}
                yield {"id": container, **location}
