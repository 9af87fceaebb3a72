"""A network with two subnets, a machine in each, and the rules that rows name there."""

from __future__ import annotations

from typing import Any

from rules.landscape import Landscape
from rules.model import Deciding
from tests.rules.scene import SUBSCRIPTION, Body, card, end, landscape, network, subnet

WEB, APP = end("10.0.0.4", "v/web"), end("10.0.1.4", "v/app")


def world(
    *groups: Body, web: str = "", app: str = "", app_card: str = "", **more: Any
) -> Landscape:
    """A network with a machine in each of two subnets, and groups on what is named."""
    subnets = {"web": subnet("10.0.0.0/24", web), "app": subnet("10.0.1.0/24", app)}
    return landscape(
        network("v", ["10.0.0.0/16"], subnets),
        card("n-web", "v/web", "10.0.0.4"),
        card("n-app", "v/app", "10.0.1.4", app_card, more.pop("asgs", ())),
        *groups,
        **more,
    )


def at(place: str, name: str, rule_: str, kind: str = "security group rule") -> Deciding:
    """A rule of a group that a row names."""
    named = f"{SUBSCRIPTION}/rg-net/{name}"
    return Deciding(at=place, group=named, rule=rule_, kind=kind)  # type: ignore[arg-type]
