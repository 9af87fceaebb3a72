"""What `scripts/check` says of queries: ours are right everywhere, known mistakes are refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from queries import QueryError, library, parse, standalone, with_values
from tests.queries.workspace import Workspace
from tools.lint.kql import __main__ as check
from tools.lint.kql.binding import WORKSPACES, bind, tables
from tools.lint.kql.mistakes import mistakes, undeclared
from tools.lint.kql.node import ready
from tools.setup.console import SetupError

pytestmark = pytest.mark.slow

REFUSED = sorted(Path(__file__).with_name("refused").glob("*.kql"))


@pytest.fixture(scope="module", autouse=True)
def language_service() -> None:
    """Skips, with the reason, where the language service can neither be found nor fetched."""
    try:
        ready()
    except SetupError as error:
        pytest.skip(f"no Kusto language service here: {error}")


def test_every_query_is_right_in_every_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main() == 0, capsys.readouterr().out


def test_the_known_mistakes_are_refused_for_the_right_reasons() -> None:
    texts = {path.stem: path.read_text("utf-8") for path in REFUSED}
    found: dict[str, set[str]] = {name: set() for name in texts}
    for problem in bind(texts, {}, {"every table": WORKSPACES["every table"]}):
        found[problem.query].add(problem.code)
    for name, text in texts.items():
        found[name] |= {mistake.code for mistake in mistakes(text)}
    expected = {
        name: set(re.findall(r"[\w-]+", text.splitlines()[0].removeprefix("// Refused:")))
        for name, text in texts.items()
    }
    assert found == expected


def test_a_query_on_both_tables_without_care_fails_where_one_is_missing() -> None:
    text = "union NTANetAnalytics, AzureNetworkAnalytics_CL | summarize sum(DeniedInFlows)"
    found = {problem.workspace: problem.text for problem in bind({"query": text}, {})}
    assert "every table" not in found
    assert found["NTANetAnalytics alone"] == "AzureNetworkAnalytics_CL"


def test_the_offending_name_is_told() -> None:
    text = "NTANetAnalytics | project BytesSentSrcToDest_d"
    (problem,) = bind({"query": text}, {}, {"new": ("NTANetAnalytics",)})
    assert (problem.code, problem.text) == ("KS142", "BytesSentSrcToDest_d")


def test_a_comment_is_no_mistake_and_named_rows_may_be_counted() -> None:
    assert list(mistakes("T // ago(5m) count()\n| summarize Rows = count()")) == []


def test_a_header_must_name_what_the_query_reads() -> None:
    known = tables()
    said = list(undeclared("NTANetAnalytics | take 1", ("NTAIpDetails",), known))
    assert said == [
        "it does not read NTAIpDetails, its header says otherwise",
        "it reads NTANetAnalytics, its header says otherwise",
    ]
    with pytest.raises(QueryError, match="the header lacks Question, Sources, Tables"):
        parse("query", "// Title: a title\nNTANetAnalytics")


def test_a_value_that_a_query_does_not_have_is_refused() -> None:
    assert with_values("let Threshold = 5;\nT", {"Threshold": "7"}) == "let Threshold = 7;\nT"
    with pytest.raises(QueryError, match="let Thresold"):
        with_values("let Threshold = 5;\nT", {"Thresold": "7"})


@pytest.mark.parametrize("workspace", ["every table", "no table yet"])
def test_every_query_runs_without_a_row(workspace: str) -> None:
    """duckdb-kql runs them all, so none is left out."""
    empty = Workspace({table: [] for table in WORKSPACES[workspace]})
    assert {name: empty.rows(name) for name in library()} == {name: [] for name in library()}


def test_a_text_on_its_own_has_each_function_once() -> None:
    text = standalone("union (FlowLogs | take 1), (FlowLogsOnce | take 1)")
    assert bind({"both": text}, {}) == []
    assert text.count("let FlowLogs = ") == 1


def test_what_commands_ask_is_bound_with_the_functions_that_it_reads() -> None:
    texts = check.command_queries()
    assert {"commands/recorded/flows.kql", "commands/checks/last_rows.kql"} <= set(texts)
    wrong = texts["commands/recorded/flows.kql"].replace("take_any(Source)", "take_any(Sorce)")
    assert {problem.text for problem in bind({"flows": wrong}, {})} == {"Sorce"}
