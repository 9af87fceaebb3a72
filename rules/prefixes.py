"""Many prefixes, asked quickly which of them hold an address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from rules.addresses import Address
from rules.model import Network

Value = TypeVar("Value")


class Prefixes(Generic[Value]):
    """Values by prefix. A look-up takes one step for each length of prefix that there is."""

    def __init__(self, pairs: Iterable[tuple[Network, Value]]) -> None:
        """Takes prefixes with their values, in any order; a prefix may have several."""
        self._values: dict[tuple[int, int], dict[int, list[Value]]] = {}
        for network, value in pairs:
            of_length = self._values.setdefault((network.version, network.prefixlen), {})
            start = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
            of_length.setdefault(start, []).append(value)

    def holding(self, address: Address) -> Iterator[Value]:
        """Values of the prefixes that hold an address."""
        number, longest = int(address), address.max_prefixlen
        for (version, length), values in self._values.items():
            if version == address.version:
                yield from values.get(number >> (longest - length), ())

    def hold(self, address: Address) -> bool:
        """True if any prefix holds an address."""
        return any(True for _ in self.holding(address))
