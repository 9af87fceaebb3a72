"""A resource of the stack as the rules on it read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flowlog_guard.observations import Inputs
from flowlog_guard.properties import MISSING, UNKNOWN, Absent, left_out, read, read_each
from flowlog_guard.property_paths import AZURE_NATIVE, Spelling
from flowlog_guard.resource_types import Kind, name_input, spelling_of


@dataclass(frozen=True, slots=True)
class Declared:
    """A resource of the stack."""

    kind: Kind
    type: str
    name: str
    """The name in the program; what messages call it."""
    urn: str
    inputs: Inputs
    outputs: object
    sources: Mapping[str, tuple[str, ...]]
    """URNs of the resources that each property comes from."""
    provider: str
    """URN of the provider."""
    subscription: str
    """Id in lower case, empty if the provider's configuration does not name it."""

    @property
    def spelling(self) -> Spelling:
        """The provider's names of the checked properties."""
        return spelling_of(self.type)

    @property
    def target(self) -> str:
        """The path at which a flow log names its target."""
        target, older = self.spelling.target, self.spelling.older_target
        return older if self.value(target) is MISSING else target

    @property
    def left_out(self) -> bool:
        """True if this run leaves the resource out, so that nothing of it is known."""
        return not self.inputs and left_out(self.outputs)

    def value(self, path: str) -> object:
        """An input or, where inputs were not seen, an output; unset outputs read as unknown."""
        if self.left_out:
            return UNKNOWN
        if path in self.inputs:
            return self.inputs[path]
        value = read(self.outputs, path).value
        return MISSING if value is UNKNOWN and not self.sources_of(path) else value

    def each(self, path: str) -> Iterator[object]:
        """Every value at a path in which `*` stands for each item of a list."""
        if self.left_out:
            yield UNKNOWN
        values = [self.inputs[path]] if path in self.inputs else read_each(self.outputs, path)
        for value in values:
            if value is not MISSING and (value is not UNKNOWN or self.sources_of(path)):
                yield value

    def text(self, path: str) -> str | Absent:
        """The text at a path, MISSING for any other value."""
        value = self.value(path)
        return value if isinstance(value, str | Absent) else MISSING

    def sources_of(self, path: str) -> tuple[str, ...]:
        """URNs of the resources that the property comes from; the engine keeps them per root."""
        return self.sources.get(path.partition(".")[0], ())

    @property
    def azure_name(self) -> str | Absent:
        """The name in Azure, in lower case."""
        value = self.text(name_input(self.kind, self.type))
        if isinstance(value, Absent):
            output = read(self.outputs, "name").value
            value = output if isinstance(output, str) else value
        return value if isinstance(value, Absent) else value.casefold()

    @property
    def group(self) -> str | Absent:
        """The resource group, in lower case."""
        value = self.text("resourceGroupName")
        return value if isinstance(value, Absent) else value.casefold()

    @property
    def exists(self) -> bool:
        """True if Azure has it already.

        In a preview of azure-native the output `name` is unknown for a create alone: an update and
        an import know it. The classic provider takes the name as an input, so there only a known
        `id` proves it.
        """
        proof = "name" if self.spelling is AZURE_NATIVE else "id"
        return read(self.outputs, proof).value not in (UNKNOWN, MISSING)
