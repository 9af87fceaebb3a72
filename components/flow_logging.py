"""The component that users see: everything that an environment's plan holds, as resources."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components import foundation
from components.monitoring import Monitoring, MonitoringArgs
from components.providers import Providers
from components.registration_window import PREVIEW_WIDTH, UPDATE_WIDTH, in_window
from components.registrations import Registrations
from components.resource import AzureResource
from estate.arm_id import key, parent_of
from estate.identity import Identity
from plan import arm_properties
from plan.after_refusals import Refusals, made, told
from plan.arm_identity import assigned
from plan.dependencies import needs
from plan.flow_logs.standard import workspace_of
from plan.model.flow_logs import PlannedFlowLog
from plan.model.foundation import (
    PlannedIdentity,
    PlannedRoleAssignment,
    PlannedStorage,
    PlannedWorkspace,
)
from plan.model.plan import Plan
from plan.resource_types import FLOW_LOG_TYPE
from plan.views import stack_outputs

TOKEN = "flow-logs:index:FlowLogging"

ANALYTICS = "networkWatcherFlowAnalyticsConfiguration"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLoggingArgs:
    """What to build, and as whom."""

    plan: Plan
    """Every decision, taken."""

    identity: Identity
    """The identity that discovery had, for the providers."""


class FlowLogging(pulumi.ComponentResource):
    """Watchers, storage, workspace and one flow log per target, for all subscriptions of a plan.

    ``finished`` is the number of flow logs that stand, known once the last of them is through:
    depend on it, not on the component, to come after all flow logs. ``workspace_customer_id`` is
    the workspace's GUID, empty where Azure refused a new one. ``refusals`` is what Azure refused,
    known once everything is through.
    """

    finished: pulumi.Output[int]
    workspace_customer_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: FlowLoggingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Registers everything; ``name`` is the component's own logical name."""
        super().__init__(
            TOKEN,
            name,
            {"owner": args.plan.owner, "workspaceId": args.plan.foundation.workspace.id},
            opts,
        )
        self._plan = args.plan
        self._made = Registrations(Providers(self, args.identity), needs(args.plan))
        self._add()
        Monitoring(
            "answers",
            MonitoringArgs(plan=args.plan, registrations=self._made),
            pulumi.ResourceOptions(parent=self),
        )
        self.workspace_customer_id = _later(self._customer_id())
        self.finished = _later(self._flow_logs())
        self._refusals: pulumi.Output[Refusals] = self.finished.apply(
            lambda _: _later(self._made.refusals())
        )
        self.register_outputs({"workspaceId": args.plan.foundation.workspace.id})

    @property
    def refusals(self) -> pulumi.Output[Refusals]:
        """A property, since the SDK makes an output of the package's schema of each annotation."""
        return self._refusals

    def _add(self) -> None:
        """What flow logs and answers stand on."""
        plan, add = self._plan, self._made.add
        add(plan.foundation.home, foundation.resource_group, self)
        if plan.foundation.made_workspace is not None:
            add(plan.foundation.made_workspace, self._workspace, self)
        if plan.foundation.former_workspace is not None:
            add(plan.foundation.former_workspace, self._former_workspace, self)
        for account in plan.foundation.storage_accounts:
            add(account, self._storage_account, self)
        for service in plan.foundation.blob_services:
            add(service, foundation.blob_service, self)
        for rules in plan.foundation.lifecycles:
            # Kept: Azure writes rules of its own where flow logs have their retention again.
            add(rules, foundation.lifecycle_policy, self, keep=True)
        if plan.foundation.identity is not None:
            add(plan.foundation.identity, self._managed_identity, self)
        for role in plan.foundation.role_assignments:
            add(role, self._role_assignment, self)
        for group in plan.foundation.groups:
            add(group, foundation.resource_group, self, keep=True)
        for watcher in plan.foundation.watchers:
            add(watcher, foundation.network_watcher, self, keep=True)

    def _workspace(self, planned: PlannedWorkspace, opts: pulumi.ResourceOptions) -> AzureResource:
        return foundation.workspace(
            planned, self._home(), self._plan.monitoring.linked_filter_id, opts
        )

    def _former_workspace(
        self, planned: PlannedWorkspace, opts: pulumi.ResourceOptions
    ) -> AzureResource:
        return foundation.workspace(planned, self._home(), None, opts)

    def _storage_account(
        self, planned: PlannedStorage, opts: pulumi.ResourceOptions
    ) -> AzureResource:
        return foundation.storage_account(planned, self._home(), opts)

    def _managed_identity(
        self, planned: PlannedIdentity, opts: pulumi.ResourceOptions
    ) -> AzureResource:
        return foundation.managed_identity(planned, self._home(), opts)

    def _role_assignment(
        self, planned: PlannedRoleAssignment, opts: pulumi.ResourceOptions
    ) -> AzureResource:
        principal = self._made.output(planned.identity_id, "principalId", planned.principal_id)
        return foundation.role_assignment(planned, principal, opts)

    def _home(self) -> pulumi.Input[str]:
        return self._made.output(
            self._plan.foundation.home.id, "name", self._plan.foundation.home.name
        )

    async def _customer_id(self) -> pulumi.Input[str]:
        await self._made.answered(self._plan.foundation.workspace.id)
        return self._workspace_guid()

    def _workspace_guid(self) -> pulumi.Input[str]:
        found = self._plan.foundation.workspace
        return self._made.output(found.id, "customerId", found.customer_id)

    async def _flow_logs(self) -> int:
        if pulumi.runtime.is_dry_run():
            return await in_window(self._plan.flow_logs, self._register, PREVIEW_WIDTH)
        await asyncio.gather(
            *(in_window(logs, self._register, UPDATE_WIDTH) for logs in self._by_watcher())
        )
        return self._made.standing(self._plan.flow_logs)

    def _by_watcher(self) -> Sequence[Sequence[PlannedFlowLog]]:
        grouped: dict[str, list[PlannedFlowLog]] = defaultdict(list)
        for planned in self._plan.flow_logs:
            grouped[key(parent_of(planned.id))].append(planned)
        return list(grouped.values())

    async def _register(self, planned: PlannedFlowLog) -> None:
        keep = planned.state != "created"
        await self._made.register(planned, self._flow_log, self, keep=keep)

    def _flow_log(self, planned: PlannedFlowLog, opts: pulumi.ResourceOptions) -> AzureResource:
        account, own = planned.storage_id, self._plan.foundation.workspace
        properties = arm_properties.flow_log(planned, own)["properties"]
        analytics = properties["flowAnalyticsConfiguration"][ANALYTICS]
        if planned.analytics.enabled and not workspace_of(planned.analytics):
            analytics = {**analytics, **self._workspace_fed()}
        inputs = {
            **properties,
            "flowLogName": planned.name,
            "networkWatcherName": planned.watcher_name,
            "resourceGroupName": planned.resource_group,
            "location": planned.location,
            "storageId": account if planned.exists else self._made.output(account, "id", account),
            "flowAnalyticsConfiguration": {ANALYTICS: analytics},
            "enabledFilteringCriteria": planned.filtering_criteria,
            "identity": _identity(planned.identity),
            "tags": planned.tags,
        }
        return AzureResource(FLOW_LOG_TYPE, planned.logical_name, inputs, opts)

    def _workspace_fed(self) -> Mapping[str, pulumi.Input[str]]:
        """The plan's workspace for flow logs that feed it, as far as this run makes it known."""
        own = self._plan.foundation.workspace.id
        return {
            "workspaceId": self._workspace_guid(),
            "workspaceResourceId": self._made.output(own, "id", own),
        }


def outputs(plan: Plan, refusals: pulumi.Output[Refusals]) -> Mapping[str, pulumi.Input[Any]]:
    """The outputs of the contract by name, of what was made, for which an update waits.

    In a preview nothing is refused, and they are the plan's.
    """
    planned = stack_outputs.stack_outputs(plan)
    if pulumi.runtime.is_dry_run():
        return planned
    found = refusals.apply(lambda refused: _made(plan, refused))
    return {name: found[name] for name in planned}


def _made(plan: Plan, refusals: Refusals) -> Mapping[str, Any]:
    done = made(plan, refusals)
    if refusals.unmade:
        pulumi.log.warn(told(done, refusals))
    return stack_outputs.stack_outputs(done)


def _later(coming: Coroutine[Any, Any, Any]) -> pulumi.Output[Any]:
    """What a coroutine returns, as an output, for which the run waits."""
    return pulumi.Output.from_input(asyncio.ensure_future(coming))


def _identity(identity: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """ARM's identity object as an input, which takes the ids of user-assigned identities alone."""
    if identity is None:
        return None
    ids = assigned(identity)
    return {"type": identity.get("type"), **({"userAssignedIdentities": ids} if ids else {})}
