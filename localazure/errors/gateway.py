"""Errors of ARM's front door: log-in, rights, versions, what is not there."""

from __future__ import annotations

from collections.abc import Mapping

from localazure.errors.base import ArmError, GatewayError


class AuthenticationFailed(GatewayError):
    """Quoted in public code that answers for ARM; 401."""

    status = 401
    code = "AuthenticationFailed"

    def __init__(self) -> None:
        super().__init__("Authentication failed. The 'Authorization' header is missing.")

    @property
    def headers(self) -> Mapping[str, str]:
        return {
            **super().headers,
            "WWW-Authenticate": 'Bearer authorization_uri="https://login.windows.net/",'
            ' error="invalid_token",'
            ' error_description="The authentication failed because of missing'
            " 'Authorization' header.\"",
        }


class MisdirectedRequest(ArmError):
    """Local Azure's own, 421 (RFC 9110, 15.5.20): the request names another host."""

    status = 421
    code = "MisdirectedRequest"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Local Azure answers to 127.0.0.1:{port} and localhost:{port}, not to '{host}'."
        )


class AuthorizationFailed(GatewayError):
    """Recorded, 403."""

    status = 403
    code = "AuthorizationFailed"

    def __init__(self, client: str, action: str, scope: str) -> None:
        super().__init__(
            f"The client '{client}' with object id '{client}' does not have authorization to"
            f" perform action '{action}' over scope '{scope}' or the scope is invalid. If access"
            " was recently granted, please refresh your credentials."
        )


class LinkedAuthorizationFailed(GatewayError):
    """Code and words quoted in public issues of Azure/azure-cli and of Terraform, 403."""

    status = 403
    code = "LinkedAuthorizationFailed"

    def __init__(self, client: str, action: str, scope: str, needed: str, linked: str) -> None:
        super().__init__(
            f"The client '{client}' with object id '{client}' has permission to perform action"
            f" '{action}' on scope '{scope}'; however, it does not have permission to perform"
            f" action(s) '{needed}' on the linked scope(s) '{linked}' (respectively) or the linked"
            " scope(s) are invalid."
        )


class MissingApiVersionParameter(GatewayError):
    """Quoted in public code, 400."""

    code = "MissingApiVersionParameter"

    def __init__(self) -> None:
        super().__init__(
            "The api-version query parameter (?api-version=) is required for all requests."
        )


class InvalidApiVersionParameter(GatewayError):
    """Quoted in public issues, 400: a version that ARM's own resources do not have."""

    code = "InvalidApiVersionParameter"

    def __init__(self, version: str, supported: str) -> None:
        super().__init__(
            f"The api-version '{version}' is invalid. The supported versions are '{supported}'."
        )


class NoRegisteredProviderFound(GatewayError):
    """Quoted in Microsoft's troubleshooting pages, 400: a version that the type does not have."""

    code = "NoRegisteredProviderFound"

    def __init__(self, version: str, type_: str, supported: str) -> None:
        super().__init__(
            "No registered resource provider found for location '' and API version"
            f" '{version}' for type '{type_}'. The supported api-versions are '{supported}'."
        )


class InvalidResourceNamespace(GatewayError):
    """Quoted in Microsoft's pages, 404."""

    status = 404
    code = "InvalidResourceNamespace"

    def __init__(self, namespace: str) -> None:
        super().__init__(f"The resource namespace '{namespace}' is invalid.")


class InvalidResourceType(GatewayError):
    """Quoted in public issues, 404."""

    status = 404
    code = "InvalidResourceType"

    def __init__(self, type_: str, namespace: str, version: str) -> None:
        super().__init__(
            f"The resource type '{type_}' could not be found in the namespace '{namespace}' for"
            f" api version '{version}'."
        )


class ResourceNotFound(GatewayError):
    """Recorded, 404: azure-cli test_nw_flow_log_delete."""

    status = 404
    code = "ResourceNotFound"

    def __init__(self, nested_type: str, group: str) -> None:
        super().__init__(
            f"The Resource '{nested_type}' under resource group '{group}' was not found. For more"
            " details please go to https://aka.ms/ARMResourceNotFoundFix"
        )


class ParentResourceNotFound(GatewayError):
    """Quoted in Microsoft's pages and pulumi-azure-native #2091, 404."""

    status = 404
    code = "ParentResourceNotFound"

    def __init__(self, parent: str) -> None:
        super().__init__(
            "Can not perform requested operation on nested resource. Parent resource"
            f" '{parent}' not found."
        )


class InvalidResourceLocation(GatewayError):
    """Quoted in Microsoft's pages, 409: a resource cannot move to another region."""

    status = 409
    code = "InvalidResourceLocation"

    def __init__(self, name: str, present: str, group: str, asked: str) -> None:
        super().__init__(
            f"The resource '{name}' already exists in location '{present}' in resource group"
            f" '{group}'. A resource with the same name cannot be created in location '{asked}'."
            " Please select a new resource name."
        )


class LocationRequired(GatewayError):
    """ARM's answer to a tracked resource without location; wording unconfirmed."""

    code = "LocationRequired"

    def __init__(self) -> None:
        super().__init__("The location property is required for this definition.")


class LocationNotAvailable(GatewayError):
    """A location that is none, 400; the list of regions that ARM adds is not known here."""

    code = "LocationNotAvailableForResourceType"

    def __init__(self, location: str, type_: str) -> None:
        super().__init__(
            f"The provided location '{location}' is not available for resource type '{type_}'."
        )


class InvalidRequestContent(GatewayError):
    """A body that is no JSON object; unconfirmed wording."""

    code = "InvalidRequestContent"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The request content was invalid and could not be deserialized: '{reason}'."
        )


class InvalidParameter(GatewayError):
    """A value that does not fit its pattern; code and wording unconfirmed."""

    code = "InvalidParameter"

    def __init__(self, name: str, value: str, pattern: str) -> None:
        super().__init__(f"'{name}' does not match expected pattern '{pattern}': '{value}'.")
