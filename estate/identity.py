"""Identity that asks Azure: arguments of the provider, then variables of the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TRUE = "true"  # what the azure-native provider takes for yes (provider/pkg/provider/auth)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Identity that asks Azure, and its cloud; values as the azure-native provider names them.

    ``arguments`` holds the ``azure-native:`` configuration keys that are set (camelCase, text);
    they win over ``variables``, the environment's. Discovery and every explicit provider use both.
    """

    subscription_id: str
    environment: str = "public"
    arguments: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    secret_arguments: frozenset[str] = frozenset()

    def value(self, argument: str, variable: str) -> str | None:
        """The value of a provider argument: configuration first, then the environment variable."""
        return self.arguments.get(argument) or self.variables.get(variable) or None

    def flag(self, argument: str, variable: str) -> bool:
        """True if an argument is ``true``, in these letters alone as for the provider."""
        return self.value(argument, variable) == TRUE
