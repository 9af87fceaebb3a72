"""The guardrail as resources: assignments, the roles of their identities, remediation tasks."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import authorization, policyinsights

from guardrail.model import Assignment, Grant, Settings, Step

TOKEN = "flow-logs-guardrail:index:Guardrail"
_ROLES = "providers/Microsoft.Authorization/roleDefinitions"


class Guardrail(pulumi.ComponentResource):
    """Assigns policies on one scope.

    ``assignments`` is name to id, ``identities`` name to the object id of the assignment's own
    identity, for those that deploy.
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
        made = {assignment.name: self._assignment(assignment) for assignment in planned}
        deploying = [assignment for assignment in planned if assignment.grants]
        self.assignments = _known({name: found.id for name, found in made.items()})
        self.identities = _known({each.name: _principal(made[each.name]) for each in deploying})
        for each in deploying:
            roles = [self._role(each, made[each.name], grant) for grant in each.grants]
            self._remediations(each, made[each.name], roles)
        self.register_outputs({"assignments": self.assignments, "identities": self.identities})

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
            # An assignment cannot turn to another policy: azurerm makes it anew too.
            opts=pulumi.ResourceOptions(
                parent=self,
                replace_on_changes=["policyDefinitionId"],
                delete_before_replace=True,
            ),
        )

    def _role(
        self, planned: Assignment, made: authorization.PolicyAssignment, grant: Grant
    ) -> authorization.RoleAssignment:
        name = role_assignment_name(self._settings.scope, planned.name, grant)
        return authorization.RoleAssignment(
            f"{planned.name}-{name[:8]}",
            role_assignment_name=name,
            scope=grant.scope,
            role_definition_id=_role_definition(grant),
            principal_id=_principal(made),
            # Without it Azure looks a new identity up before its directory has it.
            principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
            description=f"Azure Policy assignment {planned.name} of {self._settings.scope}",
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _remediations(
        self,
        planned: Assignment,
        made: authorization.PolicyAssignment,
        roles: Sequence[pulumi.Resource],
    ) -> None:
        """One task per step, each after the one before it and all after the roles."""
        if not self._settings.remediation:
            return
        after = list(roles)
        for step in planned.steps:
            after = [*roles, self._remediation(planned, made, step, after)]

    def _remediation(
        self,
        planned: Assignment,
        made: authorization.PolicyAssignment,
        step: Step,
        after: Sequence[pulumi.Resource],
    ) -> pulumi.Resource:
        name = f"{planned.name}-{step.name}-{self._settings.remediation}"
        options = pulumi.ResourceOptions(parent=self, depends_on=list(after))
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


def _known(values: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[Mapping[str, str]]:
    """A map of outputs as an output of a map; ``Output.all`` of nothing is a list."""
    return pulumi.Output.all(**values) if values else pulumi.Output.from_input({})


def _principal(made: authorization.PolicyAssignment) -> pulumi.Output[str]:
    return made.identity.apply(lambda identity: identity.principal_id if identity else "")


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
