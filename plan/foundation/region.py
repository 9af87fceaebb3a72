"""The region that a new stack asks for, held against those that its subscription has."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from estate.arm_id import key
from estate.model import ResourceGroup
from plan import naming
from plan.model.plan import PlanError
from stack.settings.model import Settings
from wording import advised, setting, to_set


def is_open(groups: Iterable[ResourceGroup], settings: Settings) -> bool:
    """Whether the stack has no resource group yet, so that its region is still to be chosen."""
    home = key(naming.home_group_id(settings.identity.subscription_id, settings.stack))
    return home not in {key(group.id) for group in groups}


def check(regions: frozenset[str], settings: Settings) -> None:
    """Raises PlanError for a region that is not among them; none of them is 'not known'.

    Azure refuses the resource group there (400 LocationNotAvailableForResourceGroup), and with it
    everything.
    """
    wanted = settings.location
    if wanted in regions or not regions:
        return
    near = get_close_matches(wanted, sorted(regions), 1)
    text = (
        f"{setting('location')} is {wanted!r}, which is no region of "
        f"subscription {settings.identity.subscription_id}"
    )
    raise PlanError(advised(text, "Set it with", to_set("location", *near)))
