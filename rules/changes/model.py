"""Records of a change: what it would do to single ARM resources, and what it leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from wording import FlowLogsError

Properties = Mapping[str, Any]
Tool = Literal["Pulumi", "Terraform", "ARM"]


class ChangeError(FlowLogsError):
    """A document that is no change this program reads; one line with the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One ARM resource as it would be."""

    id: str
    """Of a resource, or of a sub-resource (``…/securityRules/x``, ``…/subnets/y``)."""
    properties: Properties | None
    """ARM ``properties`` that the change sets, spelled as ARM; None instead: it is deleted.

    What is not mentioned keeps its value, and a value None removes. A list of sub-resources (items
    ``{name, properties}``) says which there are; the properties of an item are an edit of it.
    """
    origin: str
    """Address or URN in the change, for messages."""
    new: bool = False
    """Whether the properties are the whole resource, so that it can be where no body is yet."""
    joins: tuple[str, ...] = ()
    """Ids of application security groups that every IP configuration of an interface joins."""
    leaves: tuple[str, ...] = ()
    """Ids of application security groups that every IP configuration of an interface leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """What a change leaves open, so that nothing is concluded from it."""

    origin: str
    what: str
    id: str = ""
    """Id of the ARM resource that stays as it is for want of a value; empty where not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A document, read. Edits come in an order in which they can be applied."""

    tool: Tool
    edits: tuple[Edit, ...]
    unclear: tuple[Unclear, ...] = ()
    ignored: int = 0
    """Changes to resources of other kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Stands in a tree of values for one that is not known, or not shown, before it is applied."""

    sources: tuple[str, ...] = ()
    """Origins of the resources that it may come from."""
    secret: bool = False
    odd: bool = False
    """Whether there is a value, of a shape that Azure has not."""

    @property
    def reason(self) -> str:
        """Why there is no value, to follow the value's name."""
        if self.secret:
            return "is a secret, which the document does not show"
        return "is not as Azure has it" if self.odd else "is not known before it is applied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a document says of one resource; any value in it may be an ``Unknown``."""

    origin: str
    kind: str
    """ARM type below Microsoft.Network, such as ``networkSecurityGroups/securityRules``."""
    id: Any = ""
    """Empty where it is made up of the fields that follow."""
    subscription: str = ""
    group: Any = ""
    """Resource group's name."""
    parent: Any = None
    """Id of the parent, for those that are declared by it instead of by names."""
    names: tuple[Any, ...] = ()
    """One for each segment of the kind, or the last one alone where ``parent`` is given."""
    properties: Properties | None = None
    """ARM properties; None with ``writes`` is a deletion."""
    before: Properties | None = None
    """ARM properties in the state of the tool."""
    writes: bool = False
    """False for what is only referred to."""
    new: bool = False
    link: bool = False
    """Whether it stands for an attachment of the resource, not the resource."""
    joins: tuple[Any, ...] = ()
    leaves: tuple[Any, ...] = ()
