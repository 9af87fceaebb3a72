"""One line that is read, and that no log, console or page takes for more."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from flowlog_guard.printable import printable as of_the_pack
from hypothesis import example, given
from hypothesis import strategies as st

from printable import UNPRINTABLE, printable, printable_json

HOSTILE = (
    "##vso[task.setvariable variable=TOKEN]x",
    "###vso[task.complete result=Succeeded;]",
    "##[error]broken",
    "::set-output name=token::x",
    "  ::add-mask::x",
    "vnet\n::error::broken",
    "vnet\r\n##vso[task.debug]x",
    "\u200b::stop-commands::x",
    "\x1b[2J\x1b]0;title\x07vnet",
    "vnet\u202egol-wolf",
    "vnet\u2028::error::x",
    "\x85::error::x",
    "vnet\ud800",
    "##<{%reset%}>vso[task.debug]x",
    "<{%fg 99%}>vnet%}>",
)
COMMAND = re.compile(r"##\w*\[|^[\s\u200b]*::", re.MULTILINE | re.IGNORECASE)
COLOUR = re.compile(r"<\{%|%\}>")  # of the engine


def acts(text: str) -> bool:
    """Whether the engine, the log of a pipeline or a terminal does anything but show a text."""
    invisible = [each for each in text if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")]
    turning = any(unicodedata.bidirectional(each)[:2] in ("LR", "RL", "PD", "FS") for each in text)
    return bool(invisible or turning or COMMAND.search(text) or COLOUR.search(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_shown_and_does_nothing(text: str) -> None:
    assert acts(text)
    assert not acts(printable(text))
    assert not acts(f"note: {printable(text)}")
    assert not acts(f"flow log {of_the_pack(text)}")


def any_text() -> st.SearchStrategy[str]:
    """Texts, many of them of the signs that matter."""
    signs = st.sampled_from([*"#:[vso <{%}>", "\n", "\x1b", "\u200b", "\u202e"])
    return st.text(st.one_of(signs, st.characters()), max_size=20)


@given(any_text())
@example("#####[")
@example(":::")
@example("<{%}>")
def test_whatever_it_is_given_it_does_nothing_and_stays_so(text: str) -> None:
    line = printable(text)
    assert not acts(line)
    assert printable(line) == line
    line.encode()


@pytest.mark.parametrize(
    "text",
    [
        "rg-größe/vnet_1.x",
        "10.0.0.0/8 and ::/0",
        "C# [x]",
        "# of rows: 3",
        "نص",
        "👩\u200d💻",
        "a: :b",
    ],
)
def test_names_of_every_script_stay_as_they_are(text: str) -> None:
    assert printable(text) == text


def test_what_cannot_be_seen_leaves_a_mark() -> None:
    assert printable("a\x1bb\tc") == f"a{UNPRINTABLE}b c"


@given(st.recursive(any_text(), lambda inner: st.dictionaries(any_text(), inner, max_size=3)))
def test_json_means_the_same_and_holds_no_command(value: object) -> None:
    document = printable_json(json.dumps(value, indent=2))
    assert json.loads(document) == value
    assert not COMMAND.search(document)
