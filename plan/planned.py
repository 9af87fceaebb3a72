"""What every resource of a plan has, whatever its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from estate.model import resource_group_of, subscription_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One resource; ``name`` is the Azure name, ``logical_name`` the name in Pulumi's state.

    ``import_id`` is set exactly when the resource exists in Azure and is not in this stack's state.
    """

    id: str
    name: str
    logical_name: str
    location: str
    tags: Mapping[str, str] = field(default_factory=dict)
    import_id: str | None = None
    protect: bool = False

    @property
    def subscription_id(self) -> str:
        """GUID, lower case."""
        return subscription_of(self.id)

    @property
    def resource_group(self) -> str:
        """Name of the resource group, in the letter case of the id."""
        return resource_group_of(self.id)
