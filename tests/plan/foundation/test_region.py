"""A new stack begins in a region that its subscription has."""

from __future__ import annotations

import pytest

from estate.model import ResourceGroup
from plan import naming
from plan.foundation import region
from plan.model.plan import PlanError
from tests import estates_by_hand as hand

REGIONS = frozenset({"westeurope", "northeurope", "westus"})


@pytest.mark.parametrize(
    ("location", "command"),
    [
        ("westeurop", "pulumi config set flow-logs:location westeurope"),
        ("mars", "pulumi config set flow-logs:location VALUE"),
    ],
)
def test_another_is_refused_with_the_nearest(location: str, command: str) -> None:
    with pytest.raises(PlanError) as refused:
        region.check(REGIONS, hand.settings(location=location))
    said = str(refused.value)
    assert said.startswith(
        f"flow-logs:location is '{location}', which is no region of subscription"
    )
    assert said.endswith(command)


def test_where_azure_does_not_say_the_run_goes_on() -> None:
    region.check(frozenset(), hand.settings(location="mars"))
    region.check(REGIONS, hand.settings(location="westus"))


def test_the_group_of_a_stack_says_that_it_has_begun() -> None:
    settings = hand.settings()
    own = naming.home_group_id(hand.HOME, settings.stack)
    group = ResourceGroup(id=own.upper(), name="x", location="westus")
    assert region.is_open((), settings)
    assert not region.is_open((group,), settings)
