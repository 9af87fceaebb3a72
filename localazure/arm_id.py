"""ARM ids and request paths: split, joined, compared.

Ids compare without letter case: ARM and its providers return the same id in several spellings
(`resourcegroups` and `resourceGroups`, `FlowLogs` and `flowLogs`, groups in capitals).
"""

from __future__ import annotations

from dataclasses import dataclass

GROUP_TYPE = "Microsoft.Resources/resourceGroups"
SUBSCRIPTION_TYPE = "Microsoft.Resources/subscriptions"
TENANT = ""


@dataclass(frozen=True, slots=True)
class ArmId:
    """An id or a request path below a subscription, in the letter case it was given in.

    A collection (`…/networkWatchers`) or an action (`…/nw1/topology`) has one type more than names.
    """

    subscription: str
    group: str | None = None
    namespace: str | None = None
    types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """Full type, such as `Microsoft.Network/networkWatchers/flowLogs`."""
        if self.namespace is not None:
            return "/".join((self.namespace, *self.types))
        return GROUP_TYPE if self.group is not None else SUBSCRIPTION_TYPE

    @property
    def name(self) -> str:
        """Last name of the id."""
        if self.names:
            return self.names[-1]
        return self.group if self.group is not None else self.subscription

    @property
    def unnamed(self) -> bool:
        """Whether the last type has no name: a collection, or an action of the resource before."""
        return len(self.types) > len(self.names)

    @property
    def parent(self) -> ArmId | None:
        """The resource that this one sits in; none for one that sits right in its group."""
        if len(self.types) < 2:
            return None
        types = self.types[:-1]
        return ArmId(self.subscription, self.group, self.namespace, types, self.names[: len(types)])

    @property
    def group_id(self) -> str:
        """Id of the resource group, or of the subscription where there is no group."""
        start = f"/subscriptions/{self.subscription}"
        return start if self.group is None else f"{start}/resourceGroups/{self.group}"

    def scopes(self) -> tuple[str, ...]:
        """Keys of all that this is inside of: tenant (empty), subscription, group, parents."""
        inside = [TENANT]
        if self.group is not None or self.namespace is not None:
            inside.append(f"/subscriptions/{self.subscription}")
        if self.group is not None and self.namespace is not None:
            inside.append(self.group_id)
        parent = self.parent
        while parent is not None:
            inside.append(str(parent))
            parent = parent.parent
        return tuple(key(scope) for scope in inside)

    def __str__(self) -> str:
        parts = [self.group_id]
        if self.namespace is not None:
            parts += ["providers", self.namespace]
            for position, type_ in enumerate(self.types):
                parts.append(type_)
                parts += self.names[position : position + 1]
        return "/".join(parts)


def key(text: str) -> str:
    """What ids and types are compared by."""
    return text.rstrip("/").casefold()


def parse(text: str) -> ArmId:
    """Splits an id or a path.

    Raises ValueError where it does not start with `/subscriptions/<id>`, or where segments are
    missing or empty.
    """
    segments = text.strip("/").split("/")
    if len(segments) < 2 or segments[0].casefold() != "subscriptions" or "" in segments:
        raise ValueError(f"'{text}' is no ARM id")
    subscription, rest = segments[1], segments[2:]
    group = None
    if len(rest) >= 2 and rest[0].casefold() == "resourcegroups":
        group, rest = rest[1], rest[2:]
    if not rest:
        return ArmId(subscription, group)
    if rest[0].casefold() != "providers" or len(rest) < 2:
        raise ValueError(f"'{text}' is no ARM id")
    return ArmId(subscription, group, rest[1], tuple(rest[2::2]), tuple(rest[3::2]))


def parse_resource(text: str) -> ArmId:
    """As `parse`, of one resource: raises ValueError for a collection too."""
    parsed = parse(text)
    if parsed.unnamed:
        raise ValueError(f"'{text}' names a type and no resource")
    return parsed


def same(first: str, second: str) -> bool:
    """Whether two ids name the same resource."""
    return key(first) == key(second)


def region(location: str) -> str:
    """A location as ARM stores it: `West Europe` becomes `westeurope`."""
    return location.replace(" ", "").casefold()
