"""ARM ids and request paths: split, joined, compared.

Ids compare without letter case: ARM and its providers return the same id in several spellings
(`resourcegroups` and `resourceGroups`, `FlowLogs` and `flowLogs`, groups in capitals). A management
group is a resource of the tenant, `/providers/Microsoft.Management/managementGroups/<name>`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

GROUP_TYPE = "Microsoft.Resources/resourceGroups"
SUBSCRIPTION_TYPE = "Microsoft.Resources/subscriptions"
TENANT = ""
_MANAGEMENT_GROUPS = "/providers/microsoft.management/"


@dataclass(frozen=True, slots=True)
class ArmId:
    """An id or a request path, in the letter case it was given in.

    A collection (`…/networkWatchers`) or an action (`…/nw1/topology`) has one type more than names.
    """

    subscription: str
    """Empty (`TENANT`) for what is in no subscription."""
    group: str | None = None
    namespace: str | None = None
    types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    extended: str | None = None
    """Id of the management group or resource that this one is an extension of, such as its lock."""

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
        """True if the last type has no name: a collection, or an action of the resource before."""
        return len(self.types) > len(self.names)

    @property
    def parent(self) -> ArmId | None:
        """The resource that this one sits in; none for one that sits right in its group."""
        if len(self.types) < 2:
            return None
        types = self.types[:-1]
        return replace(self, types=types, names=self.names[: len(types)])

    @property
    def group_id(self) -> str:
        """Id of the resource group, or of the subscription where there is no group.

        Of an extension it is what it extends, of what is in no subscription the tenant: empty.
        """
        if self.extended is not None:
            return self.extended
        if self.subscription == TENANT:
            return TENANT
        start = f"/subscriptions/{self.subscription}"
        return start if self.group is None else f"{start}/resourceGroups/{self.group}"

    def scopes(self) -> tuple[str, ...]:
        """Keys of all that this is inside of: tenant (empty), subscription, group, parents."""
        inside = [TENANT]
        if self.extended is not None:
            inside += [*parse(self.extended).scopes(), self.extended]
        elif self.subscription != TENANT and (self.group or self.namespace) is not None:
            inside.append(f"/subscriptions/{self.subscription}")
            if self.group is not None and self.namespace is not None:
                inside.append(self.group_id)
        parent = self.parent
        while parent is not None:
            inside.append(str(parent))
            parent = parent.parent
        return tuple(dict.fromkeys(key(scope) for scope in inside))

    def __str__(self) -> str:
        parts = [self.group_id]
        if self.namespace is not None:
            parts += ["providers", self.namespace]
            for position, type_ in enumerate(self.types):
                parts.append(type_)
                parts += self.names[position : position + 1]
        return "/".join(parts)


def key(text: str) -> str:
    """The form in which ids and types are compared: letter case does not count."""
    return text.rstrip("/").casefold()


def parse(text: str) -> ArmId:
    """Splits an id or a path.

    Raises ValueError where it starts with neither a subscription nor a provider, or where segments
    are missing or empty.
    """
    segments = text.strip("/").split("/")
    if len(segments) < 2 or "" in segments:
        raise ValueError(f"'{text}' is no ARM id")
    subscription, group, rest = _split_start(segments)
    if not rest and subscription != TENANT:
        return ArmId(subscription, group)
    turn = _extension(rest)
    own = rest[turn:]
    if len(own) < 2 or own[0].casefold() != "providers":
        raise ValueError(f"'{text}' is no ARM id")
    extended = "/" + "/".join(segments[: len(segments) - len(own)]) if turn else None
    return ArmId(subscription, group, own[1], tuple(own[2::2]), tuple(own[3::2]), extended)


def _split_start(segments: list[str]) -> tuple[str, str | None, list[str]]:
    """Subscription and group at the start of the segments, and what follows them."""
    if segments[0].casefold() != "subscriptions":
        return TENANT, None, segments
    subscription, rest = segments[1], segments[2:]
    if len(rest) >= 2 and rest[0].casefold() == "resourcegroups":
        return subscription, rest[1], rest[2:]
    return subscription, None, rest


def _extension(rest: list[str]) -> int:
    """Index at which an extension starts: at a second `providers` in a type's place."""
    places = range(2, len(rest), 2)
    return max((at for at in places if rest[at].casefold() == "providers"), default=0)


def parse_resource(text: str) -> ArmId:
    """As `parse`, of one resource: raises ValueError for a collection too."""
    parsed = parse(text)
    if parsed.unnamed:
        raise ValueError(f"'{text}' names a type and no resource")
    return parsed


def same(first: str, second: str) -> bool:
    """True if two ids name the same resource."""
    return key(first) == key(second)


def inside(id_: str, scope: str) -> bool:
    """True if an id is a scope or in it.

    A management group holds everything: which subscriptions are in it is not modelled.
    """
    if key(scope).startswith(_MANAGEMENT_GROUPS):
        return True
    return f"{key(id_)}/".startswith(f"{key(scope)}/")


def region(location: str) -> str:
    """A location as ARM stores it: `West Europe` becomes `westeurope`."""
    return location.replace(" ", "").casefold()
