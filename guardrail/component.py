"""The guardrail as resources: assignments, the roles of their identities, remediation tasks."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import authorization, policyinsights

from guardrail.model import Assignment, Grant, Settings, Step
from guardrail.registrations import Answer, after, answered

TOKEN = "flow-logs-guardrail:index:Guardrail"
_ROLES = "providers/Microsoft.Authorization/roleDefinitions"


@dataclass(frozen=True, slots=True)
class _Assigned:
    """An assignment as Azure has it: its id, and the object id of its identity (or nothing).

    What stands on it depends on ``needed``: nothing where it is there as it was.
    """

    planned: Assignment
    id: pulumi.Input[str]
    principal: pulumi.Input[str]
    needed: tuple[Answer, ...]

    @property
    def stands(self) -> bool:
        return not any(answer.missing for answer in self.needed)


class Guardrail(pulumi.ComponentResource):
    """Assigns policies on one scope.

    ``assignments`` is name to id, ``identities`` name to the object id of the assignment's own
    identity, for those that deploy; both are known once everything is answered, without what Azure
    refused. An assignment whose change was refused is there, as it was.
    """

    assignments: pulumi.Output[Mapping[str, str]]
    identities: pulumi.Output[Mapping[str, str]]

    def __init__(
        self,
        name: str,
        settings: Settings,
        planned: Sequence[Assignment],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Registers everything; ``name`` is the component's own logical name."""
        super().__init__(TOKEN, name, {"scope": settings.scope}, opts)
        self._settings = settings
        built = asyncio.ensure_future(self._build(planned))
        outputs: pulumi.Output[Any] = pulumi.Output.from_input(built)
        self.assignments = outputs["assignments"]
        self.identities = outputs["identities"]
        self.register_outputs({"assignments": self.assignments, "identities": self.identities})

    async def _build(self, planned: Sequence[Assignment]) -> Mapping[str, Any]:
        """The outputs, once Azure has answered to everything."""
        made = await asyncio.gather(*(self._assign(assignment) for assignment in planned))
        there = [each for each in made if each.stands]
        return {
            "assignments": {each.planned.name: each.id for each in there},
            "identities": {
                each.planned.name: each.principal for each in there if each.planned.grants
            },
        }

    async def _assign(self, planned: Assignment) -> _Assigned:
        """An assignment and the resources that depend on it."""
        made = await self._assigned(planned)
        roles = await asyncio.gather(*(self._role(made, grant) for grant in planned.grants))
        await self._remediations(made, roles)
        return made

    async def _assigned(self, planned: Assignment) -> _Assigned:
        made = self._assignment(planned)
        answer = await answered(f"policy assignment {planned.name}", made)
        if not answer.missing:
            principal = made.identity.apply(_principal)
            return _Assigned(planned, made.id, principal, (answer,))
        found = self._found(planned)
        if found is None:
            return _Assigned(planned, "", "", (answer,))
        return _Assigned(planned, found.id, _principal(found.identity), ())

    def _found(self, planned: Assignment) -> authorization.GetPolicyAssignmentResult | None:
        """The assignment as Azure has it; None where it has none of this policy, or hides it."""
        try:
            assignment = authorization.get_policy_assignment(
                policy_assignment_name=planned.name,
                scope=self._settings.scope,
                opts=pulumi.InvokeOptions(parent=self),
            )
        except Exception:  # the SDK raises nothing narrower for an invoke that Azure refused
            return None
        definition = assignment.policy_definition_id or ""
        return assignment if definition.casefold() == planned.definition_id.casefold() else None

    def _assignment(self, planned: Assignment) -> authorization.PolicyAssignment:
        return authorization.PolicyAssignment(
            planned.name,
            policy_assignment_name=planned.name,
            scope=self._settings.scope,
            display_name=planned.title,
            policy_definition_id=planned.definition_id,
            definition_version=planned.version,
            parameters={name: {"value": value} for name, value in planned.parameters.items()},
            non_compliance_messages=[
                authorization.NonComplianceMessageArgs(
                    message=message.text, policy_definition_reference_id=message.reference
                )
                for message in planned.messages
            ],
            not_scopes=list(self._settings.excluded_scopes),
            location=planned.region,
            identity=_identity(planned),
            resource_selectors=_selectors(planned),
            # An assignment cannot turn to another policy: azurerm replaces it too.
            opts=pulumi.ResourceOptions(
                parent=self,
                replace_on_changes=["policyDefinitionId"],
                delete_before_replace=True,
            ),
        )

    async def _role(self, made: _Assigned, grant: Grant) -> Answer:
        name = role_assignment_name(self._settings.scope, made.planned.name, grant)
        role = authorization.RoleAssignment(
            f"{made.planned.name}-{name[:8]}",
            role_assignment_name=name,
            scope=grant.scope,
            role_definition_id=_role_definition(grant),
            principal_id=made.principal,
            # Without it Azure looks a new identity up before its directory has it.
            principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
            description=f"Azure Policy assignment {made.planned.name} of {self._settings.scope}",
            opts=after(self, *made.needed),
        )
        title = f"role assignment {role.pulumi_resource_name}"
        return await answered(title, role, *made.needed)

    async def _remediations(self, made: _Assigned, roles: Sequence[Answer]) -> None:
        """One task per step, each after the one before it and all after the roles."""
        if not self._settings.remediation:
            return
        needs = (*made.needed, *roles)
        before: tuple[Answer, ...] = ()
        for step in made.planned.steps:
            task = self._remediation(made, step, after(self, *needs, *before))
            title = f"remediation {task.pulumi_resource_name}"
            before = (await answered(title, task, *needs, *before),)

    def _remediation(
        self, made: _Assigned, step: Step, options: pulumi.ResourceOptions
    ) -> pulumi.Resource:
        name = f"{made.planned.name}-{step.name}-{self._settings.remediation}"
        if self._settings.subscription_id is not None:
            return policyinsights.RemediationAtSubscription(
                name,
                remediation_name=name,
                policy_assignment_id=made.id,
                policy_definition_reference_id=step.reference,
                resource_discovery_mode="ReEvaluateCompliance",
                opts=options,
            )
        # A management group takes no ReEvaluateCompliance (Az.PolicyInsights).
        return policyinsights.RemediationAtManagementGroup(
            name,
            management_groups_namespace="Microsoft.Management",
            management_group_id=self._settings.scope.rpartition("/")[2],
            remediation_name=name,
            policy_assignment_id=made.id,
            policy_definition_reference_id=step.reference,
            resource_discovery_mode="ExistingNonCompliant",
            opts=options,
        )


def role_assignment_name(scope: str, assignment: str, grant: Grant) -> str:
    """The GUID of a role assignment: the same for the same assignment, role and place."""
    text = f"{scope}/{assignment}/{grant.scope}/{grant.role}".casefold()
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def _role_definition(grant: Grant) -> str:
    """The id in the form that Azure answers with, else every refresh would see a change.

    In a subscription it is the subscription's (terraform-provider-azurerm #19847).
    """
    parts = grant.scope.split("/")
    start = f"/subscriptions/{parts[2]}" if parts[1] == "subscriptions" else ""
    return f"{start}/{_ROLES}/{grant.role}"


def _principal(identity: Any) -> str:
    return identity.principal_id or "" if identity else ""


def _identity(planned: Assignment) -> authorization.IdentityArgs | None:
    if planned.region is None:
        return None
    return authorization.IdentityArgs(type=authorization.ResourceIdentityType.SYSTEM_ASSIGNED)


def _selectors(planned: Assignment) -> list[authorization.ResourceSelectorArgs] | None:
    """The region's resources, and subscriptions, which have no region."""
    if not planned.selects_region or planned.region is None:
        return None
    return [
        _selector("region", authorization.SelectorKind.RESOURCE_LOCATION, planned.region),
        _selector(
            "subscriptions",
            authorization.SelectorKind.RESOURCE_WITHOUT_LOCATION,
            "subscriptionLevelResources",
        ),
    ]


def _selector(
    name: str, kind: authorization.SelectorKind, value: str
) -> authorization.ResourceSelectorArgs:
    selector = authorization.SelectorArgs(kind=kind, in_=[value])
    return authorization.ResourceSelectorArgs(name=name, selectors=[selector])
