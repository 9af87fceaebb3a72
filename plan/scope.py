"""Which network security groups matter, by the include and exclude filters."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from estate.model import Resource
from plan.settings import Filter


def in_scope(resource: Resource, include: Filter, exclude: Filter) -> bool:
    """Whether a resource is wanted: exclude wins, an empty include is everything."""
    if not exclude.empty and _matches(resource, exclude):
        return False
    return include.empty or _matches(resource, include)


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
