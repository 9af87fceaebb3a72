"""What the scripts say of themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands import demo, deploy, preview

Command = Callable[[list[str]], int]


@pytest.mark.parametrize(
    ("command", "name"),
    [(preview.main, "preview"), (deploy.main, "deploy"), (demo.main, "demo")],
)
def test_help_names_the_script_and_runs_nothing(
    command: Command, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command(["--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: scripts/{name} ")


def test_the_demo_knows_no_other_argument(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        demo.main(["--fast"])
    assert ended.value.code == 2
    assert "unrecognized arguments: --fast" in capsys.readouterr().err
