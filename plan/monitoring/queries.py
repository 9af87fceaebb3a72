"""The queries as a workspace gets them: names, aliases, category.

In a workspace of our own the functions bear their plain names. A given workspace may hold the
functions of other stacks too, so there each stack's bear its name at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from estate.arm_id import key
from plan import naming
from plan.foundation.existing import Placing
from plan.model.monitoring import PlannedQuery
from plan.model.plan import PlanError
from plan.monitoring.query_values import values
from plan.resource_types import QUERY_TYPE
from queries import Query, library, saved, with_values

CATEGORY = "Flow logs"


class Queries:
    """Plans the saved searches of one stack in one workspace."""

    def __init__(self, placing: Placing, workspace_id: str) -> None:
        """``workspace_id`` is the workspace that flow logs feed, made or given."""
        self._placing = placing
        self._workspace_id = workspace_id
        self._aliases = _aliases(placing)

    def planned(self) -> tuple[PlannedQuery, ...]:
        """Every query but those in whose place somebody else has a saved search.

        Raises PlanError where a function of somebody else has the alias of one of ours.
        """
        self._check_aliases()
        return tuple(self._each())

    def text(self, name: str, others: Mapping[str, str] | None = None) -> str:
        """A query's text for this workspace; ``others`` wins over what the settings say."""
        return self.called(self.configured(name, others))

    def configured(self, name: str, others: Mapping[str, str] | None = None) -> str:
        """As ``text``, with our functions under their plain names."""
        found = {**values(name, self._placing.settings), **(others or {})}
        return with_values(library()[name].text, found)

    def called(self, text: str) -> str:
        """A text with our functions under the aliases that they have in this workspace."""
        return _called(text, tuple(self._aliases.items()))

    def _each(self) -> Iterator[PlannedQuery]:
        for query in library().values():
            common = self._placing.common(QUERY_TYPE, self._id(query))
            if common is not None:
                text, parameters = saved(query, self.text(query.name))
                yield PlannedQuery(
                    **common,
                    location=self._placing.settings.location,
                    query=query.name,
                    title=query.title,
                    category=CATEGORY,
                    text=text,
                    alias=self._aliases.get(query.function or ""),
                    parameters=parameters,
                )

    def _id(self, query: Query) -> str:
        own = naming.answer_name(self._placing.settings.stack, query.name)
        return f"{self._workspace_id}/savedSearches/{own}"

    def _check_aliases(self) -> None:
        own = frozenset(key(self._id(query)) for query in library().values())
        for alias in self._aliases.values():
            if found := self._placing.alias_of_others(alias, own):
                raise PlanError(
                    f"the workspace has a function {alias} already, of the saved search "
                    f"{found.id}, which is not ours; rename that function or delete it"
                )


def _aliases(placing: Placing) -> Mapping[str, str]:
    """Names of our functions to the aliases under which this workspace has them."""
    given = placing.settings.workspace_id
    ending = "_" + re.sub(r"\W", "_", placing.settings.stack) if given else ""
    return {
        query.function: f"{query.function}{ending}"
        for query in library().values()
        if query.function
    }


@lru_cache(512)
def _called(text: str, aliases: tuple[tuple[str, str], ...]) -> str:
    """Kept, since a plan is made again and again while more of the estate becomes known."""
    alias_of = dict(aliases)
    return re.sub(rf"\b({'|'.join(alias_of)})\b", lambda match: alias_of[match[1]], text)
