"""The network security groups in scope, by the include and exclude filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from estate.arm_id import key, subscription_of
from estate.model import Estate, NetworkSecurityGroup, Resource
from plan.attachments import Attachment, attachments
from stack.settings.model import Filter, Settings


@dataclass(frozen=True)
class Scope:
    """The wanted groups, how many others there are, and where each sits, by the group's key."""

    wanted: tuple[NetworkSecurityGroup, ...]
    excluded: int
    attached: Mapping[str, tuple[Attachment, ...]]

    @property
    def places(self) -> list[Attachment]:
        """Where the wanted groups sit."""
        return [place for group in self.wanted for place in self.attached.get(key(group.id), ())]


def scope_of(estate: Estate, settings: Settings) -> Scope:
    """The scope of an estate, in an order that does not hang on that of its rows."""
    everything = sorted(estate.security_groups, key=lambda group: key(group.id))
    include, exclude = settings.include, settings.exclude
    wanted = tuple(group for group in everything if in_scope(group, include, exclude))
    return Scope(wanted, len(everything) - len(wanted), attachments(estate))


def in_scope(resource: Resource, include: Filter, exclude: Filter) -> bool:
    """Whether a resource is wanted: exclude wins, an empty include is everything."""
    if not exclude.empty and _matches(resource, exclude):
        return False
    return include.empty or _matches(resource, include)


def looked_at(resource_id: str, estate: Estate) -> bool:
    """Whether a resource is in a subscription where discovery looks."""
    own = subscription_of(resource_id)
    return any(found.id == own and not found.deleted for found in estate.subscriptions)


def _matches(resource: Resource, wanted: Filter) -> bool:
    tags = {name.casefold(): value for name, value in resource.tags.items()}
    return (
        _any(resource.resource_group, wanted.resource_groups)
        and _any(resource.name, wanted.names)
        and _any(resource.location, wanted.locations)
        and all(
            name.casefold() in tags and _any(tags[name.casefold()], values)
            for name, values in wanted.tags.items()
        )
    )


def _any(value: str, globs: Sequence[str]) -> bool:
    """Whether a value matches one of the globs; no globs ask for nothing."""
    return not globs or any(fnmatchcase(value.casefold(), pattern.casefold()) for pattern in globs)
