"""The fields that every resource of a plan has, whatever its type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from estate.model import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned(Resource):
    """One resource; ``name`` is the Azure name, ``logical_name`` the name in Pulumi's state.

    ``exists`` is true where Azure holds it. ``import_id`` is set exactly when the resource exists
    in Azure and is not in this stack's state. ``untouched`` is true where nothing can be written:
    it stays declared, and is never changed. ``noun`` is what messages call it.
    """

    noun: ClassVar[str]
    logical_name: str
    exists: bool = False
    import_id: str | None = None
    protect: bool = False
    untouched: bool = False
