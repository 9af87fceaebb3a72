"""Binds queries against the workspaces that they must work in, and reports their mistakes.

A workspace has some of the tables: those of Traffic Analytics, both or either or none yet, with
and without the tables of threat intelligence. `tables.json` holds the columns (type to names).
Sources: Azure Monitor logs reference, pages "NTANetAnalytics", "NTAIpDetails",
"NTATopologyDetails", "ThreatIntelIndicators", "ThreatIntelligenceIndicator", "Standard columns in
Azure Monitor Logs"; Microsoft Learn, "Traffic analytics schema and data aggregation" (the older
table's rows of flows); "Monitor operational issues in your Azure Monitor Log Analytics workspace"
for `_LogOperation`, a function of every workspace that is read like a table. The two
threat-intelligence tables hold the columns that queries on addresses can need, not all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tools.lint.kql.node import HERE, ready
from tools.setup.processes import run

_NEW = "NTANetAnalytics"
_OLD = "AzureNetworkAnalytics_CL"
_DETAILS = ("NTAIpDetails", "NTATopologyDetails")
_ALWAYS = "_LogOperation"
_INTELLIGENCE = ("ThreatIntelIndicators", "ThreatIntelligenceIndicator")
WORKSPACES: Mapping[str, tuple[str, ...]] = {
    "every table": (_ALWAYS, _NEW, _OLD, *_DETAILS, *_INTELLIGENCE),
    "NTANetAnalytics alone": (_ALWAYS, _NEW, *_DETAILS),
    "AzureNetworkAnalytics_CL alone": (_ALWAYS, _OLD),
    "the newer threat intelligence": (_ALWAYS, _NEW, *_DETAILS, _INTELLIGENCE[0]),
    "the older threat intelligence": (_ALWAYS, _OLD, _INTELLIGENCE[1]),
    "no table yet": (_ALWAYS,),
}
"""Name of a workspace to the tables that it has."""

_SOFT_COLUMN = re.compile(r'column_ifexists\("([^"]+)"')


@dataclass(frozen=True, slots=True)
class Problem:
    """An error in a query; `code` is the language service's, such as KS142 (unknown name)."""

    query: str
    code: str
    message: str
    text: str
    workspace: str

    def __str__(self) -> str:
        return f"{self.query}: {self.code} {self.message} (workspace with {self.workspace})"


@cache
def tables() -> Mapping[str, Mapping[str, str]]:
    """Table to column to KQL type."""
    loaded = json.loads((HERE / "tables.json").read_text("utf-8"))
    return {
        table: {column: type_ for type_, names in types.items() for column in names.split()}
        for table, types in loaded.items()
    }


def bind(
    queries: Mapping[str, str],
    functions: Mapping[str, str],
    workspaces: Mapping[str, Sequence[str]] = WORKSPACES,
    parameters: Mapping[str, str | None] = MappingProxyType({}),
) -> list[Problem]:
    """Mistakes in the queries and in the functions' bodies, in every workspace.

    `functions` maps an alias to its body, each before those that call it; `parameters` an alias to
    what Azure declares of them. Raises SetupError where the language service cannot be had.
    """
    listed = [
        {"name": name, "body": body, "parameters": parameters.get(name) or ""}
        for name, body in functions.items()
    ]
    job = [_workspace(names, listed, queries) for names in workspaces.values()]
    answer = _run(job)
    mistakes = [
        Problem(query, error["code"], error["message"], error["text"], workspace)
        for workspace, errors in zip(workspaces, answer, strict=True)
        for query, listed in errors.items()
        for error in listed
    ]
    return [*mistakes, *_soft_columns({**functions, **queries})]


def _workspace(
    names: Iterable[str], functions: Sequence[Mapping[str, str]], queries: Mapping[str, str]
) -> dict[str, Any]:
    columns = {
        name: ", ".join(f"['{column}']: {type_}" for column, type_ in tables()[name].items())
        for name in names
    }
    return {"tables": columns, "functions": list(functions), "queries": dict(queries)}


def _soft_columns(texts: Mapping[str, str]) -> Iterator[Problem]:
    """Columns that are asked for gently and that no table has: the service lets those pass."""
    known = {column for columns in tables().values() for column in columns}
    for name, text in texts.items():
        for column in _SOFT_COLUMN.findall(text):
            if column not in known:
                message = f"No table has the column '{column}'"
                yield Problem(name, "column_ifexists", message, column, "any tables")


def _run(job: list[dict[str, Any]]) -> list[dict[str, list[dict[str, str]]]]:
    node, modules = ready()
    environment = {"NODE_PATH": str(Path(modules) / "node_modules")}
    command = [node.node, str(HERE / "bind.js")]
    text = run("binding the queries", command, environment, given=json.dumps(job))
    answer: list[dict[str, list[dict[str, str]]]] = json.loads(text)
    return answer
