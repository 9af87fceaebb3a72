"""The stack outputs, contract version 1: their types, and the one reader for other stacks.

Needs Pulumi and the standard library alone, so that another team can copy this file. Ids used as
keys are lower case; adding a key keeps the version, renaming one makes a new version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

CONTRACT_VERSION = 1


class OutputsError(pulumi.RunError):
    """The outputs are not of a contract that this file knows; the text is one line.

    As a RunError it ends a program with that line, without a traceback.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The Log Analytics workspace; ``customer_id`` is its GUID, empty until the first update.

    All is empty where the last update was to make the workspace and Azure refused.
    """

    id: str
    name: str
    location: str
    resource_group: str
    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLog:
    """A flow log; ``covers`` are security group ids.

    ``state`` is created, adopted, external, released (its target is gone), or refused: Azure said
    no to it, or to what it stands on, in the last update, so that a new one is not there and an
    existing one is as it was.
    """

    id: str
    name: str
    level: str
    state: str
    location: str
    storage_id: str
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroup:
    """Where a security group stands, and the targets (keys of ``flow_logs``) that record it.

    ``goes_dark`` is true where something of it is recorded by nothing once Azure deletes NSG flow
    logs. ``location`` is empty and ``goes_dark`` false in outputs that are older than these keys.
    """

    state: str
    targets: tuple[str, ...]
    location: str = ""
    goes_dark: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A security group that nothing records, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Counts of security groups, and those that nothing records."""

    discovered: int
    excluded: int
    covered: int
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLogOutputs:
    """Everything that a stack of this program tells others.

    ``storage_accounts`` is region to ids, ``watchers`` subscription to region to id, ``flow_logs``
    target id to flow log, ``networks`` network id to state, the last three name to id.
    """

    contract_version: int
    workspace: Workspace
    storage_accounts: Mapping[str, tuple[str, ...]]
    watchers: Mapping[str, Mapping[str, str]]
    flow_logs: Mapping[str, FlowLog]
    security_groups: Mapping[str, SecurityGroup]
    networks: Mapping[str, str]
    coverage: Coverage
    saved_queries: Mapping[str, str]
    alerts: Mapping[str, str]
    workbook_id: str


def read_flow_log_outputs(stack: pulumi.StackReference) -> pulumi.Output[FlowLogOutputs]:
    """The outputs of a stack of this program, typed.

    Raises OutputsError, inside the output, for a stack that has none or a newer contract.
    """
    return stack.outputs.apply(parse_outputs)


def parse_outputs(outputs: Mapping[str, Any]) -> FlowLogOutputs:
    """Typed outputs from plain ones; numbers become whole, unknown keys are ignored.

    Raises OutputsError.
    """
    _check_version(outputs.get("contractVersion"))
    try:
        return _parse(outputs)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise OutputsError(
            f"the outputs say contract version {CONTRACT_VERSION} and do not keep it "
            f"({type(error).__name__}: {error}); run 'pulumi up' in the stack that made them"
        ) from error


def _check_version(version: object) -> None:
    if version is None:
        raise OutputsError(
            "the stack has no output contractVersion; run 'pulumi up' there first, "
            "or check that the reference names a stack of flow-logs"
        )
    if version != CONTRACT_VERSION:
        shown = f"{version:g}" if isinstance(version, float) else version
        raise OutputsError(
            f"the stack's outputs are contract version {shown}, this reader knows "
            f"{CONTRACT_VERSION}; take outputs.py from the flow-logs release that made the stack"
        )


def _parse(outputs: Mapping[str, Any]) -> FlowLogOutputs:
    return FlowLogOutputs(
        contract_version=int(outputs["contractVersion"]),
        workspace=_workspace(outputs["workspace"], outputs.get("workspaceCustomerId") or ""),
        storage_accounts={region: tuple(ids) for region, ids in outputs["storageAccounts"].items()},
        watchers=outputs["watchers"],
        flow_logs={target: _flow_log(log) for target, log in outputs["flowLogs"].items()},
        security_groups={
            group: _security_group(found)
            for group, found in outputs["networkSecurityGroups"].items()
        },
        networks=outputs["networks"],
        coverage=_coverage(outputs["coverage"]),
        saved_queries=outputs["savedQueries"],
        alerts=outputs["alerts"],
        workbook_id=outputs["workbookId"],
    )


def _security_group(group: Mapping[str, Any]) -> SecurityGroup:
    return SecurityGroup(
        state=group["state"],
        targets=tuple(group["targets"]),
        location=group.get("location", ""),
        goes_dark=group.get("goesDark", False),
    )


def _workspace(workspace: Mapping[str, str], customer_id: str) -> Workspace:
    return Workspace(
        id=workspace["id"],
        name=workspace["name"],
        location=workspace["location"],
        resource_group=workspace["resourceGroup"],
        customer_id=customer_id,
    )


def _flow_log(log: Mapping[str, Any]) -> FlowLog:
    return FlowLog(
        id=log["id"],
        name=log["name"],
        level=log["level"],
        state=log["state"],
        location=log["location"],
        storage_id=log["storageId"],
        covers=tuple(log["covers"]),
    )


def _coverage(coverage: Mapping[str, Any]) -> Coverage:
    return Coverage(
        discovered=int(coverage["discovered"]),
        excluded=int(coverage["excluded"]),
        covered=int(coverage["covered"]),
        skipped=tuple(
            Skipped(id=skipped["id"], reason=skipped["reason"]) for skipped in coverage["skipped"]
        ),
    )
