"""Refusals of Microsoft Sentinel."""

from __future__ import annotations

import json

from localazure.errors.base import ArmError

_HELP = "https://learn.microsoft.com/en-us"


class NotOnboarded(ArmError):
    """Quoted, 400: a workspace without Sentinel (iknowjason/PurpleCloud #42).

    The message is a JSON text with an error of its own; terraform-provider-azurerm #20661 has the
    same with the first sentence alone.
    """

    def __init__(self, workspace: str) -> None:
        text = (
            f"Workspace '{workspace}' is not onboarded to Microsoft Sentinel. Please onboard "
            f"through the portal ({_HELP}/azure/sentinel/quickstart-onboard) or use the "
            "OnboardingStates ARM api to onboard to Sentinel "
            f"({_HELP}/rest/api/securityinsights/sentinel-onboarding-states/create"
            "?view=rest-securityinsights-2024-03-01)."
        )
        inner = {"error": {"code": self.code, "message": text}}
        super().__init__(json.dumps(inner, separators=(",", ":")))


class InvalidDataModel(ArmError):
    """Quoted, 400: a rule that breaks a limit.

    The words on techniques are those of Azure-Sentinel #8960, those on other limits unconfirmed.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"Invalid data model. [: {reason}]")


class RequiredProperty(ArmError):
    """Quoted, 400: a rule lacks a property (Azure-Sentinel #10195), without the place in it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Required property '{name}' not found in JSON. Path 'properties'.")
