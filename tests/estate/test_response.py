"""What comes in place of an answer: one line, and no token to anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from azure.core.exceptions import AzureError

from estate import paging
from estate.cloud import connect
from estate.discover import missing, read_estate
from estate.errors import EstateError
from estate.home import Home
from estate.identity import Identity
from estate.resource_graph import ResourceGraph
from estate.response import BadResponseError
from estate.subscriptions import visible_subscriptions
from plan import naming
from tests.broken import BROKEN, BROKEN_PAGES, BROKEN_ROWS, HARMLESS, Change, Sent
from tests.estate.behind import DEV, cloud_behind, line_of
from tests.front import Front

GRAPH = "/providers/Microsoft.ResourceGraph/resources"
METADATA = "/metadata/endpoints"
NETWORK = {
    "id": f"/subscriptions/{DEV}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/a",
    "name": "a",
}
GONE = f"/subscriptions/{DEV}/resourceGroups/rg-gone"

named = pytest.mark.parametrize


@named("change", BROKEN.values(), ids=list(BROKEN))
def test_what_is_no_description_of_a_cloud_is_oneline_of(front: Front, change: Change) -> None:
    front.strike("GET", METADATA, change)
    with pytest.raises(EstateError) as error:
        cloud_behind(front)
    line_of(error, front, "")


@named("change", {**BROKEN, **BROKEN_PAGES}.values(), ids=[*BROKEN, *BROKEN_PAGES])
def test_what_is_no_list_of_arms_is_oneline_of(front: Front, change: Change) -> None:
    cloud = cloud_behind(front)
    front.strike("GET", "/subscriptions", change)
    with pytest.raises(BadResponseError) as error:
        visible_subscriptions(cloud)
    line_of(error, front, "/subscriptions")


@named("change", {**BROKEN, **BROKEN_ROWS}.values(), ids=[*BROKEN, *BROKEN_ROWS])
def test_what_is_no_answer_of_resource_graph_is_oneline_of(front: Front, change: Change) -> None:
    graph = ResourceGraph(cloud_behind(front), [DEV], print)
    front.strike("POST", GRAPH, change)
    with pytest.raises(BadResponseError) as error:
        graph.networks()
    line_of(error, front, GRAPH)


@named("change", BROKEN.values(), ids=list(BROKEN))
def test_only_azure_itself_says_that_something_is_gone(front: Front, change: Change) -> None:
    cloud = cloud_behind(front)
    assert missing(cloud, [GONE]) == {GONE}
    front.strike("GET", "*/rg-gone", change)
    with pytest.raises(EstateError) as error:
        missing(cloud, [GONE])
    assert "\n" not in str(error.value)


@named("change", HARMLESS.values(), ids=list(HARMLESS))
@named(("method", "path"), [("GET", "*"), ("POST", "*")])
def test_what_says_all_that_is_needed_is_read(
    front: Front, change: Change, method: str, path: str
) -> None:
    cloud = cloud_behind(front)
    expected = ResourceGraph(cloud, [DEV], print).networks(), visible_subscriptions(cloud)
    front.strike(method, path, change)
    cloud = cloud_behind(front)
    assert expected == (ResourceGraph(cloud, [DEV], print).networks(), visible_subscriptions(cloud))


def test_a_redirect_on_the_same_host_is_followed(front: Front) -> None:
    cloud = cloud_behind(front)

    def moved(sent: Sent) -> Sent:
        onward = sent.url.replace("/subscriptions", "/Subscriptions")
        return replace(sent, status=307, headers={"Location": onward}, body=b"")

    front.strike("GET", "/subscriptions", moved, times=1)
    assert visible_subscriptions(cloud)


def _pages(
    front: Front, path: str, method: str, following: Iterator[object], **members: Any
) -> None:
    """Every page is the first one, with another way on (`nextLink` or `$skipToken`)."""
    first: list[Sent] = []

    def page(sent: Sent) -> Sent:
        first.append(sent)
        document = {**first[0].json, **members}
        onward = next(following)
        return first[0].saying({**document, "nextLink": onward, "$skipToken": onward})

    front.strike(method, path, page)


@named(
    ("onward", "members", "problem"),
    [
        ("abcabc", {"value": []}, "read before"),
        ("abcdefghi", {}, "items of an earlier one"),
        ("abcdefghi", {"value": []}, "none is the last"),
    ],
)
def test_pages_that_bring_nothing_new_end(
    front: Front,
    onward: str,
    members: dict[str, Any],
    problem: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paging, "EMPTY", 5)
    cloud = cloud_behind(front)
    links = (f"{front.url}/subscriptions?page={letter}" for letter in onward)
    _pages(front, "/subscriptions", "GET", links, **members)
    with pytest.raises(BadResponseError, match=problem):
        visible_subscriptions(cloud)


@named(("onward", "problem"), [("aa", "read before"), ("ab", "items of an earlier one")])
def test_a_query_ends_whose_pages_bring_nothing_new(
    front: Front, onward: str, problem: str
) -> None:
    graph = ResourceGraph(cloud_behind(front), [DEV], print)
    rows = [] if problem == "read before" else [NETWORK]
    _pages(front, GRAPH, "POST", iter(onward), data=rows, totalRecords=9)
    with pytest.raises(BadResponseError, match=problem):
        graph.networks()


@named("zipped", [False, True])
def test_an_answer_without_end_is_given_up(front: Front, zipped: bool) -> None:
    huge = b'{"value": [' + b"{}," * 2_000_000
    cloud = cloud_behind(front)
    change = HARMLESS["gzip"] if zipped else (lambda sent: sent)
    front.strike("GET", "/subscriptions", lambda sent: change(replace(sent, body=huge)))
    with pytest.raises(BadResponseError) as error:
        visible_subscriptions(cloud)
    assert "more than 1 MB" in line_of(error, front, "/subscriptions")


@named(
    "named_url",
    ["https://login.contoso.test", "http://127.0.0.2:1", "ftp://127.0.0.1", "127.0.0.1"],
)
@named("member", ["resourceManager", "loginEndpoint"])
def test_no_cloud_names_a_host_that_is_not_its_own(
    front: Front, named_url: str, member: str
) -> None:
    def renamed(sent: Sent) -> Sent:
        document = sent.json
        holder = document if member == "resourceManager" else document["authentication"]
        holder[member] = named_url
        return sent.saying(document)

    front.strike("GET", METADATA, renamed)
    with pytest.raises(EstateError, match="no token goes there"):
        cloud_behind(front)


def test_the_whole_estate_is_not_read_past_a_broken_answer(front: Front) -> None:
    home = Home(
        group_id=naming.home_group_id(DEV, "dev"), workspace_id=naming.workspace_id(DEV, "dev")
    )
    front.strike("GET", "*/flowLogs", BROKEN["a page with 200"])
    with pytest.raises(EstateError) as error:
        read_estate(cloud_behind(front), [DEV], home, print)
    assert "Azure could not be read" in line_of(error, front, "/flowLogs")


def test_an_id_out_of_an_answer_names_no_host(front: Front) -> None:
    with pytest.raises(AzureError, match="no ARM id"):
        cloud_behind(front).get("@127.0.0.2/x", "2022-12-01")


@named(
    ("proxy", "said"),
    [("http://127.0.0.1:9", "Connection refused"), ("http://", "check proxy URL")],
)
def test_a_proxy_that_is_not_there_is_oneline_of(
    front: Front, proxy: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = cloud_behind(front)
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(BadResponseError) as error:
        visible_subscriptions(cloud)
    line = line_of(error, front, "/subscriptions")
    assert said in line
    assert "check the network, HTTPS_PROXY" in line


def test_a_token_with_a_line_break_is_one_line_that_does_not_show_it(front: Front) -> None:
    variables = {"ARM_METADATA_HOSTNAME": front.url, "ARM_OIDC_TOKEN": "secret\nsecret"}
    cloud = connect(Identity(subscription_id=DEV, variables=variables), print)
    with pytest.raises(BadResponseError) as error:
        visible_subscriptions(cloud)
    line_of(error, front, "/subscriptions")


def test_a_server_of_plain_http_behind_https_is_oneline_of(front: Front) -> None:
    url = front.url.replace("http:", "https:")
    variables = {"ARM_METADATA_HOSTNAME": url}
    with pytest.raises(EstateError, match="no cloud answers at https://127"):
        connect(Identity(subscription_id=DEV, variables=variables), print)
