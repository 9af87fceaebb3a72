"""Preflight and doctor, with each address that they ask answered by each thing that is no answer.

Whatever comes, they end with an exit code and lines; what could not be read is named and never
passes for fine; no other host hears of a token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from commands import doctor, preflight
from estate import http_client, waits
from tests.broken import BROKEN, BROKEN_PAGES, BROKEN_ROWS
from tests.front import Front, fronting
from tools.projects import REPOSITORY

pytestmark = pytest.mark.faults

NEGLECTED = "00000000-0000-4000-8000-000000000009"
FAULTY = REPOSITORY / "localazure" / "estates" / "faulty.json"
COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "preflight": preflight.main,
    "doctor": doctor.main,
}
CHANGES = [
    *("a page with 200", "a page with 404", "an object of nothing", "null", "a list", "cut"),
    *("members that are numbers", "members that are lists of null", "gzip that is none"),
    *("a redirect to another host", "rows with ids that are none", "a next page on another host"),
]
"""Those that differ in what a reader must withstand; tests/estate has them all for one address."""

Told = tuple[int, str]


@pytest.fixture(scope="module")
def servers(local_azure: Callable[..., Any]) -> Iterator[tuple[Front, list[str | None]]]:
    """The neglected subscription behind a gateway, and what another host has heard."""
    with fronting(local_azure(FAULTY).url) as both:
        yield both


@pytest.fixture
def front(
    servers: tuple[Front, list[str | None]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Front]:
    """The gateway; nobody waits long."""
    gateway, heard = servers
    monkeypatch.setattr(waits, "PAUSES", (0.0,))
    monkeypatch.setattr(http_client, "BIGGEST", 1_000_000)
    monkeypatch.setenv("ARM_METADATA_HOSTNAME", gateway.url)
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", NEGLECTED)
    monkeypatch.setenv("ARM_OIDC_TOKEN", "secret")
    gateway.strikes.clear()
    yield gateway
    assert heard == []


def _asked(front: Front, run: Callable[[], Told]) -> tuple[Told, list[tuple[str, str]]]:
    """What a run says when all is well, and a first address of each kind that it asks."""
    front.asked.clear()
    told = run()
    kinds: dict[tuple[str, ...], tuple[str, str]] = {}
    for method, path in front.asked:
        kinds.setdefault((method, *path.strip("/").split("/")[0::2]), (method, path))
    return told, list(kinds.values())


@pytest.mark.parametrize("command", COMMANDS)
def test_whatever_comes_is_told_and_ends(
    front: Front, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def run() -> Told:
        code = COMMANDS[command](["--subscription", NEGLECTED])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    well, asked = _asked(front, run)
    assert len(asked) > 10
    for method, path in asked:
        for name in CHANGES:
            strike = front.strike(method, path, (BROKEN | BROKEN_ROWS | BROKEN_PAGES)[name])
            code, text = run()
            where = (command, method, path, name, text)
            assert strike.struck, where
            assert code in (0, 1, 2, 3), where
            assert "Traceback" not in text and "secret" not in text and "##vso" not in text, where
            if code == 3:
                assert text.count("\n") == 1, where
            # Not every reader looks at ids or at a next page.
            assert name in BROKEN_ROWS | BROKEN_PAGES or text != well[1], where
