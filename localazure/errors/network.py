"""Errors of the Network provider: networks, watchers, flow logs."""

from __future__ import annotations

from localazure.errors.base import ProviderError


class NetworkNotFound(ProviderError):
    """Recorded, 404: what the Network provider says of a part of a resource that is not there."""

    status = 404
    code = "NotFound"

    def __init__(self, id_: str) -> None:
        super().__init__(f"Resource {id_} not found.")


class InvalidRequestFormat(ProviderError):
    """Quoted in public issues (azure-cli #16205, #1619, #1458), 400: a body of the wrong shape."""

    code = "InvalidRequestFormat"

    def __init__(self, code: str, message: str) -> None:
        super().__init__("Cannot parse the request.", [{"code": code, "message": message}])


class InvalidResourceReference(ProviderError):
    """Quoted in Microsoft's pages, 400.

    For flow logs the code for a missing target or storage account, or one in another region, is
    unconfirmed; that it is refused is not (azure-cli #7065).
    """

    code = "InvalidResourceReference"

    def __init__(self, missing: str, by: str) -> None:
        super().__init__(
            f"Resource {missing} referenced by resource {by} was not found. Please make sure that"
            " the referenced resource exists, and that both resources are in the same region."
        )


class InvalidResourceName(ProviderError):
    """The Network provider's answer to a bad name; pattern as Terraform's validator has it, 400."""

    code = "InvalidResourceName"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Resource name {name} is invalid. The name can be up to 80 characters long. It must"
            " begin with a word character, and it must end with a word character or with '_'. The"
            " name may contain word characters or '.', '-', '_'."
        )


class InvalidAddressPrefixFormat(ProviderError):
    """A subnet whose prefix is none, 400; code and wording unconfirmed."""

    code = "InvalidAddressPrefixFormat"

    def __init__(self, prefix: str) -> None:
        super().__init__(f"Address prefix {prefix} has an invalid CIDR notation.")


class NetworkWatcherCountLimitReached(ProviderError):
    """Recorded, 400."""

    code = "NetworkWatcherCountLimitReached"

    def __init__(self) -> None:
        super().__init__(
            "Cannot create more than 1 network watchers for this subscription in this region."
        )


class NsgFlowLogCreationBlocked(ProviderError):
    """Text quoted in Azure/bicep-registry-modules #6049; status 400 expected, unconfirmed."""

    code = "NsgFlowLogCreationBlocked"

    def __init__(self) -> None:
        super().__init__(
            "On September 30, 2027, Network Security Group (NSG) flow logs will be retired. As"
            " part of this retirement, creation of new NSG flow logs is blocked starting June 30,"
            " 2025, but you will be able to continue using and modifying settings for existing NSG"
            " flow logs that are previously deployed/configured until Sept 30th 2027. We recommend"
            " migrating to virtual network flow logs, which overcome the limitations of NSG flow"
            " logs. For migration, please refer to"
            " https://learn.microsoft.com/en-us/azure/network-watcher/nsg-flow-logs-migrate."
        )


class CannotCreateMoreThanOneFlowLogPerTargetResource(ProviderError):
    """Code quoted in public scripts; status and text unconfirmed."""

    code = "CannotCreateMoreThanOneFlowLogPerTargetResource"

    def __init__(self, target: str, existing: str) -> None:
        super().__init__(
            f"Cannot create more than one flow log per target resource. Resource {target} already"
            f" has flow log {existing}."
        )


class SubnetNotFoundForFlowLog(ProviderError):
    """Code and text quoted in Azure/azure-cli #31506, of a DELETE; status 400 is unconfirmed."""

    code = "SubnetNotFoundForFlowLog"

    def __init__(self, subnet: str) -> None:
        super().__init__(f"Subnet resource {subnet} passed for the flow log does not exist.")


class InvalidTAWorkspaceRegion(ProviderError):
    """Text quoted in aztfmod/terraform-azurerm-caf #613; status unconfirmed."""

    code = "InvalidTAWorkspaceRegion"

    def __init__(self, asked: str, workspace: str, located: str) -> None:
        super().__init__(
            f"The specified region {asked} for workspace is invalid. Workspace {workspace} located"
            f" in {located} region."
        )


class FlowLogConfigurationCannotBeUpdated(ProviderError):
    """Second half quoted in azure-powershell #10598; start of the text and status unconfirmed."""

    code = "FlowLogConfigurationCannotBeUpdated"

    def __init__(self) -> None:
        super().__init__(
            "Flow log configuration cannot be updated. FlowAnalysisEnabled property value will be"
            " changed from true to unspecified. Disable flow analysis, then try to update"
            " configuration again."
        )


class TAUserDoesNotHavePermissions(ProviderError):
    """Code quoted in azure-docs #121852; text and status unconfirmed."""

    code = "TAUserDoesNotHavePermissions"

    def __init__(self, action: str) -> None:
        super().__init__(
            f"The user does not have the permissions that Traffic Analytics needs: {action}."
        )


class InternalServerError(ProviderError):
    """Quoted: azure-rest-api-specs #17240, body in azure-cli #7018; 500 as a direct answer."""

    status = 500
    code = "InternalServerError"

    def __init__(self) -> None:
        super().__init__("An error occurred.")


class AnotherOperationInProgress(ProviderError):
    """Recorded on other Network types, 409; for flow logs quoted in Terraform #14152."""

    status = 409
    code = "AnotherOperationInProgress"

    def __init__(self, operation: str) -> None:
        super().__init__(
            "Another operation on this or dependent resource is in progress. To retrieve status of"
            f" the operation use uri: {operation}."
        )


class InUseNetworkSecurityGroupCannotBeDeleted(ProviderError):
    """Quoted in public code, 400."""

    code = "InUseNetworkSecurityGroupCannotBeDeleted"

    def __init__(self, group: str, users: list[str]) -> None:
        super().__init__(
            f"Network security group {group} cannot be deleted because it is in use by the"
            f" following resources: {', '.join(users)}."
        )


class InUseSubnetCannotBeDeleted(ProviderError):
    """Quoted in public issues, 400."""

    code = "InUseSubnetCannotBeDeleted"

    def __init__(self, subnet: str, user: str) -> None:
        super().__init__(
            f"Subnet {subnet} is in use by {user} and cannot be deleted. In order to delete the"
            " subnet, delete all the resources within the subnet. See aka.ms/deletesubnet."
        )


class ApplicationSecurityGroupInUse(ProviderError):
    """Text for addresses quoted in Azure/azure-cli #12591.

    Code, status and the text for rules (that they are refused: terraform-provider-azurerm #8989)
    are unconfirmed.
    """

    code = "ApplicationSecurityGroupInUse"

    def __init__(self, group: str, kind: str, users: list[str]) -> None:
        super().__init__(
            f"Application Security Group {group} cannot be deleted because it is referenced by"
            f" {kind} {', '.join(users)}."
        )


class InUseRouteTableCannotBeDeleted(ProviderError):
    """400; code on a page of Microsoft's, status and text quoted in public Terraform code."""

    code = "InUseRouteTableCannotBeDeleted"

    def __init__(self, table: str) -> None:
        super().__init__(f"Route table {table} is in use and cannot be deleted.")


class SecurityRuleConflict(ProviderError):
    """Quoted, 400: egen/bucc #183, Azure/aks-engine #2106, terraform-provider-azurerm #11137.

    The rule that is there already comes first.
    """

    code = "SecurityRuleConflict"

    def __init__(self, present: str, asked: str) -> None:
        super().__init__(
            f"Security rule {present} conflicts with rule {asked}. Rules cannot have the same"
            " Priority and Direction. To learn more, see aka.ms/nsgrules."
        )


class SecurityRuleInvalidPriority(ProviderError):
    """The range is Microsoft's (page on security groups); code quoted, text unconfirmed."""

    code = "SecurityRuleInvalidPriority"

    def __init__(self, priority: int) -> None:
        super().__init__(
            f"Security rule has invalid Priority. Value provided: {priority} Allowed range"
            " 100-4096."
        )


class NicMustBeAttachedToRunningVm(ProviderError):
    """Recorded in the tests of Azure/azure-xplat-cli (network nic effective-nsg), 400."""

    code = "NicMustBeAttachedToRunningVmToGetEffectiveSecurityGroups"

    def __init__(self, interface: str) -> None:
        super().__init__(
            "A network interface must be attached to a running virtual machine to get effective"
            f" security groups. The network interface {interface} is not attached to a running"
            " virtual machine."
        )
