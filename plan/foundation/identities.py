"""The managed identity by which Azure writes our flow logs, and its role on our accounts.

Flow logs take user-assigned identities alone (azure-rest-api-specs #36418), which need the role
Storage Blob Data Contributor on the account (vnet-flow-logs-managed-identity, 11/18/2025). Given
accounts are their owners', and so is the role on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from estate.arm_id import key, name_of, subscription_of
from estate.model import Estate, FlowLog, RoleAssignment
from plan import naming
from plan.arm_identity import NONE, ArmIdentity, assigned, principal, user_assigned
from plan.foundation.tags import Tagging
from plan.model.flow_logs import PlannedFlowLog
from plan.model.foundation import PlannedIdentity, PlannedRoleAssignment
from plan.model.plan import PlanError
from plan.resource_identity import identity
from plan.resource_types import IDENTITY_TYPE, ROLE_TYPE
from stack.settings.model import MAKE, Settings
from stack.state import State
from wording import setting

BLOB_DATA_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"


@dataclass(frozen=True, kw_only=True)
class Identities:
    """The identity and its roles, for one estate, settings and state."""

    estate: Estate
    settings: Settings
    state: State
    tagging: Tagging

    def check(self) -> None:
        """Raises PlanError for a given identity that is missing, or of another tenant."""
        wanted, found = naming.flow_log_identity(self.settings), self.estate.identity
        if not wanted or self.settings.flow_log_identity == MAKE:
            return
        named = f"{setting('flowLogIdentity')} names {wanted}"
        if found is None:
            raise PlanError(
                f"{named}, which does not exist, or this identity does not see it; correct it, or "
                "make it: az identity create"
            )
        home = self.settings.identity.subscription_id
        tenants = {one.tenant_id for one in self.estate.home_subscriptions if one.id == home}
        if tenants and found.tenant_id and found.tenant_id not in tenants:
            raise PlanError(
                f"{named}, which is of tenant {found.tenant_id}, this stack of "
                f"{', '.join(tenants)}; a flow log cannot cross tenants: name an identity of this "
                "one"
            )

    def on(self, existing: FlowLog | None) -> ArmIdentity | None:
        """The identity that our flow log is sent with, as ARM's object; None for no word on it.

        Another one that it has is taken away first, and the run after gives it the wanted one: the
        provider would send both in a PATCH, which flow logs take for tags alone (REST page "Flow
        Logs - Update Tags"). An id is spelled as Azure holds it.
        """
        wanted = naming.flow_log_identity(self.settings)
        held = existing.identity if existing else None
        ids = assigned(held)
        if wanted and {key(found) for found in ids} <= {key(wanted)}:
            spelled = ids[0] if ids else wanted
            return user_assigned(spelled)
        return NONE if held else None

    def made(self) -> PlannedIdentity | None:
        """The stack's own identity, where it is asked for or a flow log in Azure still has it."""
        own = naming.identity_id(self.settings.identity.subscription_id, self.settings.stack)
        if self.settings.flow_log_identity == MAKE:
            found = self.estate.identity
            return PlannedIdentity(
                **identity(IDENTITY_TYPE, own, self.state, exists=found is not None),
                location=found.location if found else self.settings.location,
                tags=self.tagging.on(found.tags if found else {}),
                principal_id=found.principal_id if found else "",
            )
        held = self.state.holds(IDENTITY_TYPE, naming.logical_name(own))
        logs = self.estate.flow_logs
        if not held or all(key(own) not in map(key, assigned(log.identity)) for log in logs):
            return None
        return PlannedIdentity(
            **identity(IDENTITY_TYPE, own, self.state, exists=True),
            location=self.settings.location,
            untouched=True,
        )

    def roles(
        self, flow_logs: Iterable[PlannedFlowLog], accounts: Iterable[str]
    ) -> tuple[PlannedRoleAssignment, ...]:
        """The role on each of our accounts (ids) that our flow logs write to by the identity.

        One stays declared, as it is, while a flow log in Azure needs it: what is refused a change
        goes on recording.
        """
        ours = {key(account): account for account in accounts}
        found = {each.logical_name: each for each in self._leaving()}
        found |= {each.logical_name: each for each in self._wanted(flow_logs, ours)}
        return tuple(found[name] for name in sorted(found))

    def _wanted(
        self, flow_logs: Iterable[PlannedFlowLog], ours: Mapping[str, str]
    ) -> Iterator[PlannedRoleAssignment]:
        written = {
            (ours[key(log.storage_id)], wanted)
            for log in flow_logs
            if log.state == "created" and not log.untouched and key(log.storage_id) in ours
            for wanted in assigned(log.identity)
        }
        found = self.estate.identity
        for account, wanted in written:
            planned = self._role(account, wanted, found.principal_id if found else "")
            held = self.state.holds(ROLE_TYPE, planned.logical_name)
            if held or planned.exists or not self._by_others(planned):
                yield planned

    def _leaving(self) -> Iterator[PlannedRoleAssignment]:
        for log in self.estate.flow_logs:
            for wanted in assigned(log.identity):
                known = principal(log.identity or {}, wanted)
                planned = self._role(log.storage_id, wanted, known, untouched=True)
                if self.state.holds(ROLE_TYPE, planned.logical_name):
                    yield planned

    def _role(
        self, account: str, wanted: str, principal_id: str, *, untouched: bool = False
    ) -> PlannedRoleAssignment:
        resource_id = naming.role_assignment_id(account, wanted, BLOB_DATA_CONTRIBUTOR)
        exists = untouched or key(resource_id) in self._assigned
        return PlannedRoleAssignment(
            **identity(ROLE_TYPE, resource_id, self.state, exists=exists),
            location="",
            untouched=untouched,
            scope=account,
            identity_id=wanted,
            principal_id=principal_id,
            role_id=f"/subscriptions/{subscription_of(account)}/providers/"
            f"Microsoft.Authorization/roleDefinitions/{BLOB_DATA_CONTRIBUTOR}",
        )

    def _by_others(self, planned: PlannedRoleAssignment) -> bool:
        """Whether somebody assigned the same: Azure takes no second one (RoleAssignmentExists)."""
        return any(
            key(each.scope) == key(planned.scope)
            and each.principal_id == planned.principal_id
            and each.role == name_of(planned.role_id)
            for each in self.estate.role_assignments
        )

    @property
    def _assigned(self) -> Mapping[str, RoleAssignment]:
        return {key(each.id): each for each in self.estate.role_assignments}
