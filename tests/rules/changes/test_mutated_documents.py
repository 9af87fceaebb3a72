"""Documents with values taken out or exchanged at random, always in the same way."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from rules.changes.admin_rules import changed_admin_rules
from rules.changes.apply import changed, unapplied
from rules.changes.model import ChangeError, Edit
from rules.changes.read import read_change
from tests.rules.changes import test_admin_rules as admin
from tests.rules.changes import test_same_attachments as attachments
from tests.rules.changes import test_same_rules as same
from tests.rules.changes.documents import GROUP, SUBSCRIPTION, UNKNOWN, bodies

DOCUMENTS = [
    *(tool(same.INLINE["a rule added"]) for tool in (same.native_group, same.arm_group)),
    *(tool(same.INLINE["a source by members"]) for tool in (same.terraform_group,)),
    *attachments.members().values(),
    *(tool() for tool in attachments.NEW),
    attachments.terraform_subnet("web", GROUP, GROUP),
    admin.native("update", "ssh"),
    admin.terraform("update", "ssh"),
]
PUT: list[Any] = [None, 7, "x", "", [], {}, [1], [None], True, {"id": 3}, UNKNOWN, "[secret]", [[]]]


def mutated(value: Any, random: Random) -> Any:
    """A tree with a few values exchanged, and a few members left out."""
    if random.random() < 0.02:
        return random.choice(PUT)
    if isinstance(value, dict):
        kept = (name for name in value if random.random() > 0.01)
        return {name: mutated(value[name], random) for name in kept}
    return [mutated(item, random) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_mutated_document_is_read_or_refused_in_one_line(document: str) -> None:
    read = 0
    for seed in range(100):
        text = json.dumps(mutated(json.loads(document), Random(seed)))
        try:
            found = read_change(text, subscription=SUBSCRIPTION)
        except ChangeError as refused:
            assert "\n" not in str(refused)
            continue
        read += 1
        assert not any("\n" in each.what for each in found.unclear)
        after = changed(bodies(), found.edits)
        changed(after, [Edit(id=GROUP, properties=None, origin="x")])
        unapplied(bodies(), found.edits)
        changed_admin_rules(admin.rules(), found.edits)
    assert read > 20, "most are still documents of their tool"
