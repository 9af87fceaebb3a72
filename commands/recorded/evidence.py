"""Rules and recorded flows side by side: what `commands.rules` and `commands.impact` judge by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from commands.recorded.survey import Survey
from estate.cloud import Cloud
from estate.errors import EstateError
from estate.security import service_tags
from recording.hours import Window, whole_hours
from rules.from_arm import RuleError, network_of
from rules.landscape import Landscape
from rules.model import Network
from rules.tags import KNOWN, ServiceTags

ARRIVAL = timedelta(hours=2)
"""Until the rows of an interval are there (azure-docs, traffic-analytics-schema: within an hour of
its end)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """Service tags, and why their list is not known; blank where it is, or is not needed."""

    tags: ServiceTags = field(default_factory=ServiceTags)
    unread: str = ""


def window_of(now: datetime, days: int) -> Window:
    """The last so many days of which rows have arrived."""
    return whole_hours(now - ARRIVAL, days)


def readable(landscape: Landscape) -> Landscape:
    """The landscape, whose rules can all be read. Raises EstateError where one cannot."""
    try:
        landscape.read()
    except RuleError as error:
        raise EstateError(f"a security rule could not be read: {error}") from error
    return landscape


def tags_for(cloud: Cloud, survey: Survey, landscapes: Iterable[Landscape]) -> Tags:
    """The list of service tags where a rule needs it; a refusal is told."""
    needed = {tag for found in landscapes for tag in _named(found)} - KNOWN
    body = next(iter(survey.bodies.values()), None)
    if not needed or body is None:
        return Tags()
    subscription, location = body["id"].split("/")[2], body.get("location") or "westeurope"
    ranges, unread = service_tags(cloud, subscription, location)
    parsed = {tag: tuple(_networks(listed)) for tag, listed in ranges.items()}
    return Tags(tags=ServiceTags(parsed), unread=unread)


def _named(landscape: Landscape) -> Iterator[str]:
    for tables in landscape.groups.values():
        for rule in tables.rules:
            yield from rule.sources.tags
            yield from rule.destinations.tags


def _networks(listed: Iterable[str]) -> Iterator[Network]:
    for text in listed:
        if (network := network_of(text)) is not None:
            yield network
