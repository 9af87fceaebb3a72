"""Reads network security groups as ARM has them: one body, a list, or ARM's ``{value: […]}``.

Each is a whole replacement of the group's own rules, as a PUT of it is (Azure REST reference,
Network Security Groups - Create Or Update). The Azure CLI prints the same without ``properties``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules.changes.ids import is_id
from rules.changes.kinds import GROUP
from rules.changes.model import ChangeError, Planned
from rules.changes.put import put

_WAY_OUT = "give whole bodies, as `az network nsg list` prints them"


def is_template(document: Any) -> bool:
    """Whether it is a template for a deployment, whose expressions only Azure resolves."""
    if not isinstance(document, Mapping):
        return False
    schema = str(document.get("$schema", "")).casefold()
    return "deploymenttemplate" in schema or (
        isinstance(document.get("resources"), (list, Mapping)) and "contentVersion" in document
    )


def is_bodies(document: Any) -> bool:
    """Whether it looks like ARM bodies, so that what is wrong in them can be told."""
    if isinstance(document, list):
        return all(isinstance(each, Mapping) for each in document)
    value = document.get("value")
    return isinstance(value, list) or isinstance(document.get("id"), str)


def read(document: Any) -> list[Planned]:
    """The groups as they would be. Raises ChangeError at the first that is no whole group."""
    return list(_groups(document))


def _groups(document: Any) -> Iterator[Planned]:
    bodies = document
    if isinstance(document, Mapping):
        bodies = document["value"] if isinstance(document.get("value"), list) else [document]
        if document.get("nextLink"):
            raise ChangeError(
                "the list of security groups has a next page, which is not in the document: "
                + _WAY_OUT
            )
    for place, body in enumerate(bodies):
        resource_id = str(body.get("id")) if isinstance(body, Mapping) else ""
        if not is_id(resource_id, GROUP):
            raise ChangeError(
                f"item {place + 1} of the document has no id of a network security group: "
                + _WAY_OUT
            )
        inner = body.get("properties", body)
        rules = inner.get("securityRules") if isinstance(inner, Mapping) else None
        if not isinstance(rules, list) or not all(_is_rule(rule) for rule in rules):
            raise ChangeError(
                f"securityRules of {resource_id} are not the list of its rules: {_WAY_OUT}"
            )
        properties = put(GROUP, body, new=True)
        yield Planned(
            origin=resource_id,
            kind=GROUP,
            id=resource_id,
            properties=properties,
            writes=True,
            new=True,
        )


def _is_rule(rule: Any) -> bool:
    return isinstance(rule, Mapping) and isinstance(rule.get("name"), str)
