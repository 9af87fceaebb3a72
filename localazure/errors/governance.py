"""Errors of Azure Policy and of role assignments.

"quoted" means that code and words are in the public issue or page named; else it is said.
"""

from __future__ import annotations

import json
from typing import Any

from localazure.errors.base import ArmError


class ManagementGroupNotFound(ArmError):
    """404; code and wording unconfirmed."""

    status = 404
    code = "NotFound"

    def __init__(self, name: str) -> None:
        super().__init__(f"The management group '{name}' cannot be found.")


class PolicyDefinitionNotFound(ArmError):
    """Code quoted in Azure/azure-powershell PolicyTests.ps1, wording unconfirmed; 404."""

    status = 404
    code = "PolicyDefinitionNotFound"

    def __init__(self, id_: str) -> None:
        super().__init__(f"The policy definition '{id_}' could not be found.")


class PolicyAssignmentNotFound(ArmError):
    """Code quoted in Azure/azure-powershell PolicyTests.ps1, wording unconfirmed; 404."""

    status = 404
    code = "PolicyAssignmentNotFound"

    def __init__(self, name: str) -> None:
        super().__init__(f"The policy assignment '{name}' is not found.")


class InvalidPolicyAssignmentName(ArmError):
    """Quoted in Azure/azure-powershell #9464."""

    code = "InvalidPolicyAssignmentName"

    def __init__(self, name: str, longest: int) -> None:
        super().__init__(
            f"The policy assignment name '{name}' is invalid. The policy assignment name length"
            f" must not exceed '{longest}' characters."
        )


class ResourceIdentityRequired(ArmError):
    """Quoted in Azure/azure-cli #13150, there of `Modify`."""

    code = "ResourceIdentityRequired"

    def __init__(self, name: str, effect: str) -> None:
        super().__init__(
            f"The policy assignment '{name}' request is invalid. Policy assignments must include a"
            f" resource identity when assigning '{effect}' policy definitions."
        )


class MissingPolicyParameter(ArmError):
    """Code quoted in public code, wording unconfirmed."""

    code = "MissingPolicyParameter"

    def __init__(self, name: str, missing: str, definition: str) -> None:
        super().__init__(
            f"The policy assignment '{name}' is missing the parameter(s) '{missing}' as defined in"
            f" the policy definition '{definition}'."
        )


class UndefinedPolicyParameter(ArmError):
    """Code and first words quoted in Azure/azure-powershell PolicyTests.ps1."""

    code = "UndefinedPolicyParameter"

    def __init__(self, name: str, unknown: str, definition: str) -> None:
        super().__init__(
            f"The policy assignment '{name}' has the parameter(s) '{unknown}', which the policy"
            f" definition '{definition}' does not define."
        )


class PolicyParameterValueNotAllowed(ArmError):
    """Words quoted in public Terraform and Bicep modules, code in public scripts."""

    code = "PolicyParameterValueNotAllowed"

    def __init__(self, value: str, parameter: str, definition: str, allowed: str) -> None:
        super().__init__(
            f"The value '{value}' is not allowed for policy parameter '{parameter}' in policy"
            f" definition '{definition}'. The allowed values are '{allowed}'."
        )


class RoleAssignmentNotFound(ArmError):
    """404; wording unconfirmed."""

    status = 404
    code = "RoleAssignmentNotFound"

    def __init__(self, name: str) -> None:
        super().__init__(f"The role assignment '{name}' is not found.")


class RoleAssignmentExists(ArmError):
    """Quoted in ansible-collections/azure #1137 and Azure/azure-cli #8599; 409."""

    status = 409
    code = "RoleAssignmentExists"

    def __init__(self) -> None:
        super().__init__("The role assignment already exists.")


class RoleAssignmentUpdateNotPermitted(ArmError):
    """Wording unconfirmed."""

    code = "RoleAssignmentUpdateNotPermitted"

    def __init__(self) -> None:
        super().__init__(
            "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
        )


class InvalidRoleAssignmentId(ArmError):
    """Wording unconfirmed."""

    code = "InvalidRoleAssignmentId"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID."
        )


class RoleDefinitionDoesNotExist(ArmError):
    """Quoted in public code."""

    code = "RoleDefinitionDoesNotExist"

    def __init__(self, id_: str) -> None:
        super().__init__(f"The specified role definition with ID '{id_}' does not exist.")


class PrincipalNotFound(ArmError):
    """Quoted in Azure/HubAndSpokeResearchEnclave #50."""

    code = "PrincipalNotFound"

    def __init__(self, principal: str, tenant: str) -> None:
        super().__init__(
            f"Principal {principal} does not exist in the directory {tenant}. Check that you have"
            " the correct principal ID. If you are creating this principal and then immediately"
            " assigning a role, this error might be related to a replication delay. In this case,"
            " set the role assignment principalType property to a value, such as ServicePrincipal,"
            " User, or Group.  See https://aka.ms/docs-principaltype"
        )


class RemediationNotFound(ArmError):
    """404; code and wording unconfirmed."""

    status = 404
    code = "RemediationNotFound"

    def __init__(self, name: str) -> None:
        super().__init__(f"The remediation '{name}' could not be found.")


class InvalidCreateRemediationRequest(ArmError):
    """First sentence and code quoted in gettek/terraform-azurerm-policy-as-code #49."""

    code = "InvalidCreateRemediationRequest"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The request to create remediation '{name}' is invalid. {reason}")


class InvalidUpdateRemediationRequest(ArmError):
    """Quoted in Azure/azure-policy #1234."""

    code = "InvalidUpdateRemediationRequest"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The request to update remediation '{name}' is invalid. A remediation may not be"
            " changed or replaced while it is active."
        )


class ScopeLocked(ArmError):
    """Quoted in public issues and pages of several Azure tools; 409."""

    status = 409
    code = "ScopeLocked"

    def __init__(self, scope: str, operation: str, locked: str) -> None:
        verb = "write" if operation == "action" else operation
        super().__init__(
            f"The scope '{scope}' cannot perform {verb} operation because following scope(s) are"
            f" locked: '{locked}'. Please remove the lock and try again."
        )


class DenyAssignmentAuthorizationFailed(ArmError):
    """Quoted in MicrosoftDocs/azure-docs (Network Function Manager, deny assignments); 403."""

    status = 403
    code = "DenyAssignmentAuthorizationFailed"

    def __init__(
        self, client: str, action: str, scope: str, name: str, denial: dict[str, Any]
    ) -> None:
        super().__init__(
            f"The client '{client}' with object id '{client}' has permission to perform action"
            f" '{action}' on scope '{scope}'; however, the access is denied because of the deny"
            f" assignment with name '{name}' and Id '{denial['name']}' at scope"
            f" '{denial['properties']['scope']}'."
        )


class RequestDisallowedByPolicy(ArmError):
    """Code, target and words quoted in public issues; 403."""

    status = 403
    code = "RequestDisallowedByPolicy"

    def __init__(self, name: str, identifiers: list[dict[str, Any]]) -> None:
        self._target = name
        super().__init__(
            f"Resource '{name}' was disallowed by policy. Policy identifiers:"
            f" '{json.dumps(identifiers, separators=(',', ':'))}'."
        )

    def body(self) -> dict[str, Any]:
        body = super().body()
        body["error"]["target"] = self._target
        return body


class TARequestDisallowedByPolicy(ArmError):
    """Code from Azure/azure-rest-api-specs #41515, wording and status unconfirmed."""

    code = "TARequestDisallowedByPolicy"

    def __init__(self, resource: str, refusal: str) -> None:
        super().__init__(f"Traffic Analytics could not create '{resource}'. {refusal}")
