"""Resource groups, watchers, storage accounts and the workspace that the flow logs need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from estate.arm_id import key, subscription_of
from estate.model import Estate, NetworkWatcher, Resource, ResourceGroup, StorageAccount, Workspace
from plan import naming
from plan.closed_subscriptions import closed
from plan.foundation.identities import Identities
from plan.foundation.lifecycle import lifecycles
from plan.foundation.storage import (
    account_of,
    blob_services,
    redundancy,
    shard_of,
    untouched,
)
from plan.foundation.tags import Tagging, tagging
from plan.model.flow_logs import PlannedFlowLog
from plan.model.foundation import (
    PlannedFoundation,
    PlannedGroup,
    PlannedStorage,
    PlannedWatcher,
    PlannedWorkspace,
    WorkspaceReference,
)
from plan.model.plan import PlanError
from plan.model.planned import Planned
from plan.ownership import held_by
from plan.resource_identity import identity
from plan.resource_types import GROUP_TYPE, STORAGE_TYPE, WATCHER_TYPE, WORKSPACE_TYPE
from stack.settings.model import Settings
from stack.state import State
from wording import setting, to_set


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """Builds the plan of what stands in regions, for one estate, settings and state."""

    estate: Estate
    settings: Settings
    state: State

    @cached_property
    def identities(self) -> Identities:
        """The managed identity of our flow logs."""
        return Identities(
            estate=self.estate, settings=self.settings, state=self.state, tagging=self.tagging
        )

    @cached_property
    def tagging(self) -> Tagging:
        """Tags on everything that the stack makes."""
        return tagging(self.settings, self.state)

    def planned(self, flow_logs: Sequence[PlannedFlowLog]) -> PlannedFoundation:
        """Everything that the flow logs stand on. Raises PlanError for what cannot be made."""
        new = [log for log in flow_logs if log.state != "adopted"]
        watchers = self.watchers((log.subscription_id, log.location) for log in new)
        accounts = self.storage_accounts(flow_logs)
        return PlannedFoundation(
            location=self.settings.location,
            storage_sku=self.settings.storage_sku,
            home=self.home(),
            groups=self.watcher_groups(watchers),
            watchers=watchers,
            storage_accounts=accounts,
            blob_services=tuple(blob_services(accounts, self.estate, self.state)),
            workspace=self.workspace(),
            made_workspace=None if self.settings.workspace_id else self.made_workspace(),
            former_workspace=self.former_workspace(),
            given_accounts=self.settings.storage_accounts,
            identity=self.identities.made(),
            lifecycles=tuple(
                lifecycles(accounts, flow_logs, self.estate, self.settings, self.state)
            ),
            role_assignments=self.identities.roles(flow_logs, (one.id for one in accounts)),
        )

    def home(self) -> PlannedGroup:
        """The stack's own resource group."""
        resource_id = naming.home_group_id(self._subscription, self.settings.stack)
        return self._group(resource_id, self.settings.location, keep=False)

    def workspace(self) -> WorkspaceReference:
        """The workspace that flow logs feed.

        Raises PlanError where a given one does not exist, or our own is in another region.
        """
        found = self.estate.workspace
        if not self.settings.workspace_id:
            own = self.made_workspace()
            self._check_location(own.name, found)
            return WorkspaceReference(
                id=own.id,
                name=own.name,
                location=own.location,
                customer_id=found.customer_id if found else "",
            )
        if found is None:
            raise PlanError(
                f"{setting('workspaceId')} names {self.settings.workspace_id}, which this identity "
                "does not find; correct it, or give the identity Reader on that workspace"
            )
        return WorkspaceReference(
            id=self.state.spelling(found.id),
            name=found.name,
            location=found.location,
            customer_id=found.customer_id,
        )

    def made_workspace(self) -> PlannedWorkspace:
        """The stack's own workspace, which flow logs feed."""
        return self._own_workspace(
            self.estate.workspace,
            location=self.settings.location,
            retention_days=self.settings.analytics_retention_days,
            daily_quota_gb=self.settings.daily_quota_gb,
        )

    def former_workspace(self) -> PlannedWorkspace | None:
        """The stack's own workspace where flow logs feed a given one; None where it has none.

        It is declared as found, since it holds rows: nothing of it changes.
        """
        found = self.estate.former_workspace
        if found is None or not self._ours(WORKSPACE_TYPE, found):
            return None
        return self._own_workspace(
            found,
            location=found.location,
            retention_days=found.retention_days,
            daily_quota_gb=found.daily_quota_gb,
        )

    def _own_workspace(self, found: Workspace | None, **facts: Any) -> PlannedWorkspace:
        resource_id = naming.workspace_id(self._subscription, self.settings.stack)
        common = self._common(WORKSPACE_TYPE, resource_id, found)
        return PlannedWorkspace(
            **common,
            **facts,
            protect=self.settings.protect_data,
            urn=self.state.urn(WORKSPACE_TYPE, common["logical_name"]),
        )

    def _check_location(self, name: str, found: Workspace | None) -> None:
        """Raises PlanError where our workspace stands in another region than it is asked for in.

        ARM moves nothing to another region (409 InvalidResourceLocation), and a replacement would
        take its rows with it.
        """
        wanted = self.settings.location
        if found is not None and found.location != wanted:
            raise PlanError(
                f"{setting('location')} is {wanted!r}, but workspace {name} is in {found.location} "
                "with its rows, and Azure moves no workspace to another region. Set it back: "
                f"{to_set('location', found.location)}. To feed a workspace in {wanted} and keep "
                f"this one: {to_set('workspaceId', 'ID')}"
            )

    def storage_account_id(self, region: str, target_id: str) -> str:
        """The id of the account that the flow log on a target writes to, made or given."""
        if given := self.settings.storage_accounts.get(region):
            return account_of(target_id, given)
        shard = shard_of(target_id, self.settings.storage_accounts_per_region)
        return naming.storage_account_id(self._subscription, self.settings.stack, region, shard)

    def storage_accounts(self, flow_logs: Sequence[PlannedFlowLog]) -> tuple[PlannedStorage, ...]:
        """Accounts that our flow logs need, and those of the stack that Azure has.

        What holds data stays declared while it exists: a protected resource that left the program
        would fail every preview. In use is what any flow log writes to, others' too.
        """
        existing = {key(account.id): account for account in self.estate.storage_accounts}
        kept = {
            account: (found.id, found.location)
            for account, found in existing.items()
            if self._ours(STORAGE_TYPE, found)
        }
        standing = untouched(self.estate.flow_logs, flow_logs, self.settings.owner, self.state)
        written = {key(log.storage_id) for log in flow_logs}
        written |= {key(log.storage_id) for log in standing}
        return tuple(
            self._storage(*place, existing.get(account), used=account in written)
            for account, place in sorted((kept | self._needed(flow_logs)).items())
        )

    def _needed(self, flow_logs: Iterable[PlannedFlowLog]) -> dict[str, tuple[str, str]]:
        """Id and region, by key, of the accounts that our flow logs write to and we make."""
        needed = {}
        for log in flow_logs:
            own = self.storage_account_id(log.location, log.target_id)
            given = log.location in self.settings.storage_accounts
            if not given and key(log.storage_id) == key(own):
                needed[key(own)] = (own, log.location)
        return needed

    def watcher_id(self, subscription_id: str, region: str) -> str:
        """The id of the watcher of a region: the one there is, whatever its name, else ours."""
        found = self.found_watcher(subscription_id, region)
        return self.state.spelling(
            found.id if found else naming.watcher_id(subscription_id, region)
        )

    def found_watcher(self, subscription_id: str, region: str) -> NetworkWatcher | None:
        """The watcher that a region has; Azure allows one."""
        return self._found_watchers.get((subscription_id, region))

    def watchers(self, places: Iterable[tuple[str, str]]) -> tuple[PlannedWatcher, ...]:
        """Watchers to make or that this stack made, for pairs of subscription and region."""
        planned = (self._watcher(*place) for place in sorted(set(places)))
        return tuple(watcher for watcher in planned if watcher is not None)

    def watcher_groups(self, watchers: Iterable[PlannedWatcher]) -> tuple[PlannedGroup, ...]:
        """Groups for watchers that are made: new ones, and those that this stack made before."""
        groups = {key(group.id): group for group in self.estate.resource_groups}
        planned = []
        for watcher in watchers:
            resource_id = naming.group_id(watcher.subscription_id, watcher.resource_group)
            found = groups.get(key(resource_id))
            if found is None or self._ours(GROUP_TYPE, found):
                location = found.location if found else self.settings.location
                group = self._group(resource_id, location, keep=True)
                planned += [group] if self._may_declare(group, GROUP_TYPE) else []
        return tuple({group.logical_name: group for group in planned}.values())

    @cached_property
    def _found_watchers(self) -> Mapping[tuple[str, str], NetworkWatcher]:
        """By subscription and region; of several, as Azure shows for a while, the first by id."""
        found = sorted(self.estate.watchers, key=lambda watcher: key(watcher.id), reverse=True)
        return {(watcher.subscription_id, watcher.location): watcher for watcher in found}

    @cached_property
    def _closed(self) -> Mapping[str, str]:
        return closed(self.estate.subscriptions)

    @property
    def _subscription(self) -> str:
        return self.settings.identity.subscription_id

    def _watcher(self, subscription_id: str, region: str) -> PlannedWatcher | None:
        found = self.found_watcher(subscription_id, region)
        if found is not None and not self._ours(WATCHER_TYPE, found):
            return None
        resource_id = self.watcher_id(subscription_id, region)
        planned = PlannedWatcher(**self._common(WATCHER_TYPE, resource_id, found), location=region)
        return planned if self._may_declare(planned, WATCHER_TYPE) else None

    def _may_declare(self, planned: Planned, type_token: str) -> bool:
        """Whether it can be made or is held already: in a closed subscription nothing is made."""
        return not planned.untouched or self.state.holds(type_token, planned.logical_name)

    def _storage(
        self, resource_id: str, region: str, found: StorageAccount | None, *, used: bool
    ) -> PlannedStorage:
        common = self._common(STORAGE_TYPE, resource_id, found)
        return PlannedStorage(
            **common,
            location=region,
            protect=self.settings.protect_data,
            sku=redundancy(found.sku if found else "", self.settings.storage_sku),
            used=used,
            urn=self.state.urn(STORAGE_TYPE, common["logical_name"]),
        )

    def _group(self, resource_id: str, location: str, *, keep: bool) -> PlannedGroup:
        found = self._found_group(resource_id)
        return PlannedGroup(
            **self._common(GROUP_TYPE, resource_id, found),
            location=found.location if found else location,
            protect=self.settings.protect_data and not keep,
            keep=keep,
        )

    def _found_group(self, resource_id: str) -> ResourceGroup | None:
        groups = self.estate.resource_groups
        return next((group for group in groups if key(group.id) == key(resource_id)), None)

    def _ours(self, type_token: str, found: Resource) -> bool:
        held = self.state.holds(type_token, naming.logical_name(found.id))
        return held_by(found.tags, self.settings.owner, in_state=held)

    def _common(self, type_token: str, resource_id: str, found: Resource | None) -> dict[str, Any]:
        return {
            **identity(type_token, resource_id, self.state, exists=found is not None),
            "tags": self.tagging.on(found.tags if found else {}),
            "untouched": subscription_of(resource_id) in self._closed,
        }
