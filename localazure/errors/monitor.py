"""Refusals of Log Analytics and Azure Monitor."""

from __future__ import annotations

from typing import Any

from localazure.errors.base import ArmError


class NewerSavedSearchExists(ArmError):
    """Quoted, 409 Conflict: a saved search is written over without its etag.

    azure-powershell #3093 ("Newer data exists"), azure-docs #49275; the code is unconfirmed.
    """

    status = 409
    code = "Conflict"

    def __init__(self) -> None:
        super().__init__("Newer data exists in the Customer Configuration Store.")


class FailedToResolveTable(ArmError):
    """Quoted, 400: an alert's query is validated and reads a table that is not there.

    CDCgov/prime-reportstream #11773.
    """

    code = "BadArgumentError"

    def __init__(self, query: str) -> None:
        super().__init__("The request had some invalid properties")
        self._query = query

    def body(self) -> dict[str, Any]:
        """As quoted: the semantic error is inside two others."""
        message = f"Failed to resolve table or column expression in '{self._query[:40]}'"
        inner = {"code": "SEM0100", "message": message}
        outer = {"code": "SemanticError", "message": "A semantic error occurred."}
        error = {"message": self.message, "code": self.code}
        return {"error": {**error, "innererror": {**outer, "innererror": inner}}}


class ScopeCannotBeUpdated(ArmError):
    """Quoted, 400: a log search alert is to watch something else (pulumi-azure-native #4839)."""

    code = "BadRequest"

    def __init__(self) -> None:
        super().__init__("Scope can not be updated")


class WorkspaceNameNotUnique(ArmError):
    """Quoted, 409: the name belongs to a deleted workspace that can still be recovered elsewhere.

    azure-cli #11916, azure-quickstart-templates #5284.
    """

    status = 409
    code = "Conflict"

    def __init__(self, name: str) -> None:
        super().__init__(f"The workspace name '{name}' is not unique")

    def body(self) -> dict[str, Any]:
        return {"error": {"code": self.code, "message": self.message, "target": "name"}}


class ActivityLogRefusal(ArmError):
    """400: what the activity log cannot be asked.

    Recorded is a start of more than 90 days back (azure-cli test_activity_log_list_scenario). The
    body is the code and the message alone, as in the specification; the recording, of 2019, spells
    them `Code` and `Message`. That a start is needed is Microsoft's word, that the answer is 400
    cloudquery/cq-provider-azure #49's; the other texts are unconfirmed.
    """

    code = "BadRequest"

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message}


class BadRequest(ArmError):
    """400 with a rule of Azure Monitor; the wording is unconfirmed, the rules are public.

    terraform-provider-azurerm: validators of azurerm_monitor_scheduled_query_rules_alert_v2.
    """
