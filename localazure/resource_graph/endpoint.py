"""POST /providers/Microsoft.ResourceGraph/resources.

Recorded: azure-mgmt-resourcegraph-2.0.0 and -8.0.0. Paging: Microsoft's page "Working with large
result sets" (1,000 rows, `$skipToken`, none of it with `take` or with dynamic columns alone).
Subscriptions that are not visible are passed over without a word, unless none is left. Management
groups are not modelled; a `$top` above 1,000 is refused with an unconfirmed code.
"""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

from localazure.errors.base import ArmError, NotModelled
from localazure.resource_graph.expressions import Row
from localazure.resource_graph.lexer import QueryError
from localazure.resource_graph.parser import parse
from localazure.resource_graph.results import OBJECTS, TABLE, facets, shown
from localazure.resource_graph.rows import rows
from localazure.resource_graph.stages import Query
from localazure.server.api_versions import RESOURCE_GRAPH, check_version
from localazure.server.request import Request
from localazure.server.response import Response
from localazure.state.arm_id import SUBSCRIPTION_TYPE, TENANT
from localazure.state.times import stamp

OBJECTS_SINCE = "2021-03-01"
_OPTIONS = ("$top", "$skip", "$skipToken", "resultFormat")
"""Options that are modelled; others only where they ask for nothing."""
PAGE = 1_000
"""Rows in an answer, at most."""
REMEMBERED = 8
"""Results at most; who reads several side by side asks for their pages in turn."""


class ResourceGraph:
    """The one endpoint of Resource Graph; it remembers results, so that pages are cheap."""

    def __init__(self) -> None:
        self._results: dict[object, list[Row]] = {}

    def action(self, request: Request) -> None:
        return None

    def answer(self, request: Request) -> Response:
        check_version(request, RESOURCE_GRAPH, "resources")
        body = request.content()
        _check_body(request, body)
        try:
            query = parse(str(body.get("query", "")))
        except QueryError as error:
            old = request.api_version < OBJECTS_SINCE
            raise (old_invalid_query if old else invalid_query)(error) from None
        results = self._run(request, query, str(body["query"]), _subscriptions(request, body))
        kind = _format(request, body)
        page = _page(query, results, body.get("options") or {}, kind)
        page["facets"] = facets(results, query.columns, body.get("facets") or [], kind)
        return Response(200, page)

    def _run(
        self, request: Request, query: Query, text: str, subscriptions: list[str]
    ) -> list[Row]:
        store = request.azure.store
        seen = store.changes, store.past.pending()
        unlisted = request.azure.unlisted
        question = (store, seen, text, tuple(subscriptions), unlisted.globs())
        results = self._results.get(question)
        if results is None:
            listed = unlisted.listed(rows(request.azure, query.table, subscriptions))
            results = query.run(listed)
            if len(self._results) >= REMEMBERED:
                self._results.clear()
            self._results[question] = results
        return results


def invalid_query(error: QueryError) -> ArmError:
    """The error of a query that cannot be read, in the recorded body."""
    return _bad_request(
        {
            "code": "InvalidQuery",
            "message": "Query is invalid. Please refer to the documentation for the Azure Resource"
            " Graph service and fix the error before retrying.",
        },
        {
            "code": "ParserFailure",
            "message": "ParserFailure",
            "line": error.token.line,
            "characterPositionInLine": error.token.column,
            "token": error.token.text,
            "expectedToken": error.expected,
        },
    )


class _InvalidQuery(ArmError):
    """The error of API 2019-04-01 (recorded)."""

    code = "InvalidQuery"


def old_invalid_query(error: QueryError) -> ArmError:
    """The same of API version 2019-04-01, in the recorded body."""
    (_, detail) = invalid_query(error).details or ({}, {})
    return _InvalidQuery("Query validation error", [detail | {"message": "Parser failure"}])


def _format(request: Request, body: dict[str, Any]) -> str:
    default = TABLE if request.api_version < OBJECTS_SINCE else OBJECTS
    given = str((body.get("options") or {}).get("resultFormat") or default)
    for kind in (TABLE, OBJECTS):
        if given.casefold() == kind.casefold():
            return kind
    raise _bad_request({"code": "InvalidRequest", "message": f"'{given}' is no result format."})


def _bad_request(*details: dict[str, Any]) -> ArmError:
    now = stamp()
    message = (
        f"Please provide below info when asking for support: timestamp = {now},"
        f" correlationId = {uuid.uuid4()}."
    )
    return ArmError(message, list(details))


def _check_body(request: Request, body: dict[str, Any]) -> None:
    kinds = (("query", str), ("subscriptions", list), ("options", dict), ("facets", list))
    for name, kind in kinds:
        if not isinstance(body.get(name), kind | None):
            message = f"'{name}' of the request is of another type."
            raise _bad_request({"code": "InvalidRequest", "message": message})
    if body.get("managementGroups"):
        raise NotModelled("'managementGroups' in Resource Graph queries")
    for name, value in (body.get("options") or {}).items():
        if name not in _OPTIONS and value:
            raise NotModelled(f"the option '{name}' of Resource Graph queries")


def _subscriptions(request: Request, body: dict[str, Any]) -> list[str]:
    """Ids of the visible subscriptions that are asked for; all if none is named."""
    known = [
        str(each["subscriptionId"])
        for each in request.azure.store.of_type(SUBSCRIPTION_TYPE, TENANT)
        if request.azure.rights.sees(each["id"])
    ]
    listed = body.get("subscriptions")
    if not listed:
        return known
    wanted = {str(each).casefold() for each in listed}
    visible = [each for each in known if each.casefold() in wanted]
    if not visible:
        named = ", ".join(str(each) for each in listed)
        raise _bad_request(
            {
                "code": "NoValidSubscriptionsInQueryRequest",
                "message": "There must be at least one subscription that is eligible to contain"
                f" resources. Given: '{named}'.",
            }
        )
    return visible


def _page(query: Query, results: list[Row], options: dict[str, Any], kind: str) -> dict[str, Any]:
    top = int(options.get("$top") or PAGE)
    if not 1 <= top <= PAGE:
        detail = {"code": "InvalidPaginationOptions", "message": f"$top must be 1 to {PAGE}."}
        raise _bad_request(detail)
    skip = _skipped(options.get("$skipToken")) or int(options.get("$skip") or 0)
    part = results[skip : skip + top]
    page: dict[str, Any] = {
        "totalRecords": len(results),
        "count": len(part),
        "data": shown(part, query.columns, kind),
        "facets": [],
        "resultTruncated": "false",
    }
    if skip + len(part) < len(results):
        if query.limited or all(query.columns.values()):
            page["resultTruncated"] = "true"
        else:
            page["$skipToken"] = _token(top, skip + len(part))
    return page


def _token(top: int, skip: int) -> str:
    """The skip token of the next page: base64, in the form that public tests of the SDKs show."""
    text = json.dumps({"$id": "1", "MaxRows": top, "RowsToSkip": skip})
    return base64.b64encode(text.encode()).decode()


def _skipped(token: Any) -> int:
    if not token:
        return 0
    try:
        return int(json.loads(base64.b64decode(str(token)))["RowsToSkip"])
    except (ValueError, KeyError, TypeError):
        detail = {"code": "InvalidPaginationOptions", "message": "The skip token is not valid."}
        raise _bad_request(detail) from None
