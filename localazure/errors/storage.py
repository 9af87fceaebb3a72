"""Errors of the Storage provider."""

from __future__ import annotations

from localazure.errors.base import ArmError, GatewayError


class StorageAccountAlreadyTaken(GatewayError):
    """Quoted in Microsoft's pages, 409."""

    status = 409
    code = "StorageAccountAlreadyTaken"

    def __init__(self, name: str) -> None:
        super().__init__(f"The storage account named {name} is already taken.")


class StorageAccountTypeConversionNotAllowed(GatewayError):
    """The code of Microsoft's list of errors (Storage Resource Provider, update), 400.

    The text is that of another conversion (microsoft/CromwellOnAzure #159).
    """

    code = "StorageAccountTypeConversionNotAllowed"

    def __init__(self, present: str, asked: str) -> None:
        super().__init__(f"Storage account type {present} cannot be changed to {asked}.")


class RedundancyConfigurationNotAvailableInRegion(ArmError):
    """Quoted in Esri/arcgis-gitops #160, 400."""

    code = "RedundancyConfigurationNotAvailableInRegion"

    def __init__(self, sku: str, kind: str, location: str) -> None:
        super().__init__(
            "The storage account failed to create due to redundancy configuration - Sku:"
            f" {sku}, Kind: {kind} - not available in selected Region - {location}. Please make"
            " sure the redundancy configuration selected is available in your region. For more"
            " information about redundancy configurations, see"
            " https://docs.microsoft.com/en-us/azure/storage/common/storage-redundancy"
        )


class AccountNameInvalid(GatewayError):
    """Quoted in Microsoft's pages, 400."""

    code = "AccountNameInvalid"

    def __init__(self, name: str) -> None:
        super().__init__(account_name_rule(name))


class ManagementPolicyNotFound(ArmError):
    """404 where an account has no lifecycle rules; wording unconfirmed."""

    status = 404
    code = "ManagementPolicyNotFound"

    def __init__(self, account: str) -> None:
        super().__init__(f"No ManagementPolicy found for account {account}")


class LifecycleRulesExhausted(ArmError):
    """An account has no lifecycle rule left for a retention; code, status and text unconfirmed."""

    code = "LifecycleRulesExhausted"

    def __init__(self, account: str, rules: int) -> None:
        super().__init__(
            f"The storage account {account} has {rules} lifecycle management rules already; there"
            " is none left for the retention of this flow log."
        )


def account_name_rule(name: str) -> str:
    """Azure's text on a bad storage account name, as error and in checkNameAvailability."""
    return (
        f"{name} is not a valid storage account name. Storage account name must be between 3 and"
        " 24 characters in length and use numbers and lower-case letters only."
    )
