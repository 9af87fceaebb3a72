"""Reads what a report is made from: the document of a plan, or stack outputs, as JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from commands.report import from_document, from_outputs
from commands.report.facts import Facts, SourceError
from outputs import OutputsError

WANTED = (
    "give the output of 'pulumi stack output --json', or the file that a run left where "
    "FLOW_LOGS_PLAN_FILE says"
)


def read(text: str, source: str) -> Facts:
    """Facts from JSON text; ``source`` names it in errors. Raises SourceError."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise SourceError(f"{source} is not JSON ({error}); {WANTED}") from error
    except RecursionError as error:
        raise SourceError(f"{source} is nested too deeply; {WANTED}") from error
    if not isinstance(found, Mapping) or not found.keys() & {"version", "contractVersion"}:
        raise SourceError(f"{source} is neither a plan nor stack outputs of flow-logs; {WANTED}")
    return _facts(found, source)


def _facts(found: Mapping[str, Any], source: str) -> Facts:
    kind = from_outputs if "contractVersion" in found else from_document
    try:
        return _checked(kind.facts(found))
    except (OutputsError, SourceError) as error:
        raise SourceError(f"{source}: {error}") from error
    except KeyError as error:
        raise SourceError(f"{source} is not whole (it has no {error}); {WANTED}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise SourceError(f"{source} is not as a run leaves it ({error}); {WANTED}") from error


def _checked(facts: Facts) -> Facts:
    """The same facts. Raises SourceError where a target has no flow log."""
    for place in (*facts.groups, *facts.networks):
        if absent := set(place.targets) - facts.flow_logs.keys():
            raise SourceError(f"{place.id} names a target that has no flow log: {min(absent)}")
    return facts
