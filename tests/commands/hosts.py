"""What GitHub Actions and Azure Pipelines set for the steps of pull request 7."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tests.commands.pull_requests import TOKEN


class Serving(Protocol):
    """A server of 127.0.0.1."""

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""


def github_variables(host: Serving, token: str = TOKEN) -> Mapping[str, str]:
    """Variables of a job on GitHub (docs.github.com, default environment variables)."""
    return {
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_API_URL": host.url,
        "GITHUB_REPOSITORY": "contoso/network",
        "GITHUB_TOKEN": token,
    }


def azure_variables(host: Serving, token: str = TOKEN) -> Mapping[str, str]:
    """Variables of a job on Azure Pipelines (predefined variables)."""
    return {
        "SYSTEM_COLLECTIONURI": f"{host.url}/contoso/",
        "SYSTEM_TEAMPROJECTID": "project-id",
        "BUILD_REPOSITORY_ID": "repository-id",
        "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
        "SYSTEM_ACCESSTOKEN": token,
    }
