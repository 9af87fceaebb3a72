"""Who owns a flow log: this stack (made or adopted), another stack of this program, or others."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from estate.arm_id import key, name_of, segment
from estate.model import Estate, FlowLog
from plan import naming
from stack.settings.model import TAG

PROGRAM = "flow-logs/"


class Owner(Enum):
    """Who manages a flow log that exists in Azure."""

    MADE = "made by this stack"
    ADOPTED = "adopted by this stack"
    OTHER_STACK = "another stack of this program"
    THEIRS = "somebody else"


def owner_of(flow_log: FlowLog, owner: str) -> Owner:
    """Who manages a flow log, seen from the stack whose tag value is ``owner``."""
    tag = tag_of(flow_log.tags)
    if tag.startswith(PROGRAM) and tag != owner:
        return Owner.OTHER_STACK
    if made(name_of(flow_log.id), flow_log.target_id):
        return Owner.MADE
    return Owner.ADOPTED if tag == owner else Owner.THEIRS


def made(name: str, target_id: str) -> bool:
    """Whether a flow log has the name that this program gives to the one on its target.

    None on a security group does, whatever its name: Azure makes no new ones there.
    """
    if segment(target_id, "networkSecurityGroups"):
        return False
    return key(name) == naming.flow_log_name(target_id)


def tag_of(tags: Mapping[str, str]) -> str:
    """The value of our tag; tag names compare regardless of letter case (ARM, tag resources)."""
    return next((value for name, value in tags.items() if name.casefold() == TAG), "")


def tagged(tags: Mapping[str, str], owner: str) -> dict[str, str]:
    """Tags with ours among them; one of the same name goes, since Azure takes one of a name."""
    if ours(tags, owner):
        return dict(tags)
    others = {name: value for name, value in tags.items() if name.casefold() != TAG}
    return {**others, TAG: owner}


def held_by(tags: Mapping[str, str], owner: str, *, in_state: bool) -> bool:
    """Whether a resource is the stack's: its tags say so, or they say nothing and its state does.

    Somebody may have overwritten the tag of what the stack made; it is set back.
    """
    return ours(tags, owner) or (in_state and not tag_of(tags).startswith(PROGRAM))


def ours(tags: Mapping[str, str], owner: str) -> bool:
    """Whether tags name this stack."""
    return tag_of(tags) == owner


def managed_groups(estate: Estate) -> Mapping[str, str]:
    """Key of each resource group that a service manages (AKS, Databricks) to the manager's id."""
    return {key(group.id): group.managed_by for group in estate.resource_groups if group.managed_by}
