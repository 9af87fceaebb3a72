"""The component that users see: everything that an environment's plan holds, as resources."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import network, operationalinsights, storage

from components import regional
from components.answers import Answers, AnswersArgs
from components.providers import Providers
from components.untouched import UNTOUCHED
from components.window import register
from components.workspace import workspace
from estate.model import group_id_of, key, parent_of
from plan.model import Plan, PlannedFlowLog
from plan.planned import Planned
from plan.settings import Identity
from plan.standard import workspace_of

TOKEN = "flow-logs:index:FlowLogging"

PREVIEW_WIDTH = 50  # unresolved flow logs in a preview, where nothing but memory limits
UPDATE_WIDTH = 4  # unresolved flow logs under one watcher in an update


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLoggingArgs:
    """What to build, and as whom."""

    plan: Plan
    """Every decision, taken."""

    identity: Identity
    """The identity that discovery had, for the providers."""


class FlowLogging(pulumi.ComponentResource):
    """Watchers, storage, workspace and one flow log per target, for all subscriptions of a plan.

    ``finished`` is the number of flow logs, known once the last of them is through: depend on it,
    not on the component, to come after all flow logs. ``workspace_customer_id`` is the workspace's
    GUID.
    """

    finished: pulumi.Output[int]
    workspace_customer_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: FlowLoggingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Registers everything; ``name`` is the component's own logical name."""
        transformed = pulumi.ResourceOptions(transformations=[drop_legacy_aliases])
        super().__init__(
            TOKEN,
            name,
            {"owner": args.plan.owner, "workspaceId": args.plan.workspace.id},
            pulumi.ResourceOptions.merge(opts, transformed),
        )
        self._plan = args.plan
        self._azure = Providers(self, args.identity)
        home = regional.resource_group(args.plan.home, self._options(args.plan.home))
        self._workspace = self._made_workspace(home.name)
        self._former_workspace(home.name)
        self._workspace_id, self._customer_id = self._feeds()
        self._accounts = self._storage_accounts(home.name)
        self._blob_services()
        self._watchers = self._network_watchers()
        self.workspace_customer_id = pulumi.Output.from_input(self._customer_id)
        self.finished = pulumi.Output.from_input(asyncio.ensure_future(self._flow_logs()))
        self._answers(home)
        self.register_outputs({"workspaceId": args.plan.workspace.id})

    def _made_workspace(self, group: pulumi.Input[str]) -> operationalinsights.Workspace | None:
        made = self._plan.made_workspace
        rule_id = self._plan.answers.linked_filter_id
        return None if made is None else workspace(made, group, rule_id, self._options(made))

    def _former_workspace(self, group: pulumi.Input[str]) -> None:
        former = self._plan.former_workspace
        if former is not None:
            workspace(former, group, None, self._options(former))

    def _feeds(self) -> tuple[pulumi.Input[str], pulumi.Input[str]]:
        """Id and GUID of the workspace that flow logs feed, made here or given."""
        if self._workspace is None:
            return self._plan.workspace.id, self._plan.workspace.customer_id
        return self._workspace.id, self._workspace.customer_id

    def _storage_accounts(self, group: pulumi.Input[str]) -> Mapping[str, storage.StorageAccount]:
        return {
            key(planned.id): regional.storage_account(planned, group, self._options(planned))
            for planned in self._plan.storage_accounts
        }

    def _blob_services(self) -> None:
        for planned in self._plan.blob_services:
            account = self._accounts.get(key(parent_of(planned.id)))
            regional.blob_service(planned, self._options(planned, after=(account,)))

    def _network_watchers(self) -> Mapping[str, network.NetworkWatcher]:
        groups = {
            key(planned.id): regional.resource_group(planned, self._options(planned, keep=True))
            for planned in self._plan.groups
        }
        return {
            key(planned.id): regional.network_watcher(
                planned,
                self._options(planned, keep=True, after=(groups.get(_group_key(planned)),)),
            )
            for planned in self._plan.watchers
        }

    def _answers(self, home: pulumi.Resource) -> None:
        groups = self._watchers.values()
        made = (self._workspace,) if self._workspace else ()
        Answers(
            "answers",
            AnswersArgs(
                answers=self._plan.answers,
                workspace_id=self._plan.workspace.id,
                providers=self._azure,
                after=[home, *made, *groups],
            ),
            pulumi.ResourceOptions(parent=self),
        )

    async def _flow_logs(self) -> int:
        if pulumi.runtime.is_dry_run():
            return await register(self._plan.flow_logs, self._flow_log, PREVIEW_WIDTH)
        made = await asyncio.gather(
            *(register(logs, self._flow_log, UPDATE_WIDTH) for logs in self._by_watcher())
        )
        return sum(made)

    def _by_watcher(self) -> Sequence[Sequence[PlannedFlowLog]]:
        grouped: dict[str, list[PlannedFlowLog]] = defaultdict(list)
        for planned in self._plan.flow_logs:
            grouped[_watcher_key(planned)].append(planned)
        return list(grouped.values())

    def _flow_log(self, planned: PlannedFlowLog) -> network.FlowLog:
        account = self._accounts.get(key(planned.storage_id))
        return network.FlowLog(
            planned.logical_name,
            flow_log_name=planned.name,
            network_watcher_name=planned.watcher_name,
            resource_group_name=planned.resource_group,
            location=planned.location,
            target_resource_id=planned.target_id,
            storage_id=planned.storage_id if account is None or planned.exists else account.id,
            enabled=planned.enabled,
            format=network.FlowLogFormatParametersArgs(
                type=planned.format_type, version=planned.version
            ),
            retention_policy=network.RetentionPolicyParametersArgs(
                days=planned.retention_days, enabled=planned.retention_days > 0
            ),
            flow_analytics_configuration=self._analytics(planned),
            enabled_filtering_criteria=planned.filtering_criteria,
            identity=_identity(planned.identity),
            tags=planned.tags,
            opts=self._options(
                planned,
                keep=planned.state != "created",
                after=self._before(planned),
            ),
        )

    def _before(self, planned: PlannedFlowLog) -> Sequence[pulumi.Resource | None]:
        """What must stand before a flow log and is not among its inputs as an output."""
        watcher = self._watchers.get(_watcher_key(planned))
        if not planned.exists:
            return (watcher,)
        return (watcher, self._accounts.get(key(planned.storage_id)), self._workspace)

    def _analytics(self, planned: PlannedFlowLog) -> network.TrafficAnalyticsPropertiesArgs:
        """All three workspace fields: tools and Azure versions differ in which one they need."""
        wanted, own = planned.analytics, self._plan.workspace
        if not wanted.enabled:
            off = network.TrafficAnalyticsConfigurationPropertiesArgs(enabled=False)
            return network.TrafficAnalyticsPropertiesArgs(
                network_watcher_flow_analytics_configuration=off
            )
        mine = not workspace_of(wanted)
        return network.TrafficAnalyticsPropertiesArgs(
            network_watcher_flow_analytics_configuration=(
                network.TrafficAnalyticsConfigurationPropertiesArgs(
                    enabled=wanted.enabled,
                    traffic_analytics_interval=wanted.interval,
                    workspace_id=self._customer_id if mine else wanted.workspace_guid,
                    workspace_resource_id=self._workspace_id if mine else wanted.workspace_id,
                    workspace_region=own.location if mine else wanted.workspace_region,
                )
            )
        )

    def _options(
        self,
        planned: Planned,
        *,
        keep: bool = False,
        after: Sequence[pulumi.Resource | None] = (),
    ) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self,
            provider=self._azure.of(planned.subscription_id),
            import_=planned.import_id,
            ignore_changes=_ignored(planned),
            protect=planned.protect or None,
            retain_on_delete=keep or None,
            depends_on=[resource for resource in after if resource is not None],
        )


def drop_legacy_aliases(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    """Leaves out the aliases for type tokens of old API versions, which our stacks never had.

    The SDK gives a flow log 33 of them; each costs 0.75 ms and 20 kB. A user's own aliases stay.
    """
    aliases = args.opts.aliases
    if not aliases:
        return None
    args.opts.aliases = [alias for alias in aliases if not _is_legacy(alias)]
    return pulumi.ResourceTransformationResult(args.props, args.opts)


def _is_legacy(alias: object) -> bool:
    return isinstance(alias, pulumi.Alias) and str(alias.type_).startswith("azure-native:")


def _ignored(planned: Planned) -> list[str] | None:
    """None for a flow log: its properties are as Azure holds them, and policies look at them."""
    return UNTOUCHED if planned.untouched and not isinstance(planned, PlannedFlowLog) else None


def _watcher_key(planned: PlannedFlowLog) -> str:
    return key(parent_of(planned.id))


def _group_key(planned: Planned) -> str:
    return key(group_id_of(planned.id))


def _identity(identity: Mapping[str, Any] | None) -> network.ManagedServiceIdentityArgs | None:
    """ARM's identity object as an input, which takes the ids of user-assigned identities alone."""
    if identity is None:
        return None
    return network.ManagedServiceIdentityArgs(
        type=identity.get("type"),
        user_assigned_identities=list(identity.get("userAssignedIdentities") or ()),
    )
