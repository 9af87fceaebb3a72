"""Errors of ARM about subscriptions and resource groups."""

from __future__ import annotations

from localazure.errors.base import GatewayError


class SubscriptionNotFound(GatewayError):
    """Quoted in public code, 404."""

    status = 404
    code = "SubscriptionNotFound"

    def __init__(self, subscription: str) -> None:
        super().__init__(f"The subscription '{subscription}' could not be found.")


class ReadOnlyDisabledSubscription(GatewayError):
    """Quoted in public issues (vscode-azureappservice #1646), with 409 by Terraform."""

    status = 409
    code = "ReadOnlyDisabledSubscription"

    def __init__(self, subscription: str) -> None:
        super().__init__(
            f"The subscription '{subscription}' is disabled and therefore marked as read only. You"
            " cannot perform any write actions on this subscription until it is re-enabled."
        )


class ResourcesExistingOnSubscription(GatewayError):
    """Quoted with its status in a public issue (Azure/terraform-azurerm-lz-vending #405)."""

    code = "ResourcesExistingOnSubscription"

    def __init__(self) -> None:
        super().__init__(
            "There are existing resources associated with subscription. Delete them before"
            " cancelling the subscription"
        )


class ResourceGroupNotFound(GatewayError):
    """Recorded, 404."""

    status = 404
    code = "ResourceGroupNotFound"

    def __init__(self, group: str) -> None:
        super().__init__(f"Resource group '{group}' could not be found.")


class InvalidResourceGroupLocation(GatewayError):
    """Quoted in public issues, 409."""

    status = 409
    code = "InvalidResourceGroupLocation"

    def __init__(self, asked: str, present: str) -> None:
        super().__init__(
            f"Invalid resource group location '{asked}'. The Resource group already exists in"
            f" location '{present}'."
        )


class ResourceGroupBeingDeleted(GatewayError):
    """Quoted in public code, 409."""

    status = 409
    code = "ResourceGroupBeingDeleted"

    def __init__(self, group: str) -> None:
        super().__init__(
            f"The resource group '{group}' is in deprovisioning state and cannot perform this"
            " operation."
        )


class MissingSubscriptionRegistration(GatewayError):
    """Recorded, 409: errors/recorded_errors; whole body in azure-sdk-for-node #2305."""

    status = 409
    code = "MissingSubscriptionRegistration"

    def __init__(self, namespace: str) -> None:
        message = (
            f"The subscription is not registered to use namespace '{namespace}'. See"
            " https://aka.ms/rps-not-found for how to register subscriptions."
        )
        super().__init__(message, [{"code": self.code, "target": namespace, "message": message}])


class ResourceGroupDeletionTimeout(GatewayError):
    """Recorded, 409, when polling: something outside of the group still uses what is in it."""

    status = 409
    code = "ResourceGroupDeletionTimeout"

    def __init__(self, group: str, kept: str) -> None:
        super().__init__(
            f"Deletion of resource group '{group}' did not finish within the allowed time as"
            f" resources with identifiers '{kept}' could not be deleted. The provisioning state of"
            " the resource group will be rolled back."
        )
