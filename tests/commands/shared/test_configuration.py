"""Stack files are read as the engine reads them, with it and without."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from commands.shared import stack_file
from commands.shared.configuration import UnreadError, configuration
from commands.shared.engine import Engine
from stack.settings.mistakes import SettingsError
from tools.engine.locate import cli

pytestmark = pytest.mark.slow

PLAIN = """\
config:
  location: westeurope
  flow-logs:config:storageSku: Standard_ZRS
  flow-logs:a01: no
  flow-logs:a02: 22:30
  flow-logs:a03: 2024-01-02
  flow-logs:a04: 2024-1-2 3:4:5
  flow-logs:a05: 1e3
  flow-logs:a06: 0o17
  flow-logs:a07: 017
  flow-logs:a08: 0x1F
  flow-logs:a09: 1_000
  flow-logs:a10: 90.0
  flow-logs:a11: True
  flow-logs:a12: yes
  flow-logs:a13: "90"
  flow-logs:a14: 100000000000000000000
  flow-logs:a15: -0b101
  flow-logs:a16: 08
  flow-logs:a17: .5
  flow-logs:a18: 5.
  flow-logs:a19: +5
  flow-logs:a20: '~'
  flow-logs:a21: =
  flow-logs:a22: !!str 12
  flow-logs:a23: !other value
  flow-logs:a24: !!int "5"
  flow-logs:a25: 2024-13-01
  flow-logs:a26: -x
  flow-logs:a27: 1.2.3
  flow-logs:a28: y
  flow-logs:a29: |
    two
    lines
  flow-logs:a30: 12345678901234567890
  flow-logs:a31: 0.1
  flow-logs:a32: .inf.
  flow-logs:a33: 1e21
  flow-logs:alerts.emails[0]: soc@contoso.test
  flow-logs:b1: &all {a: no, b: 22:30, c: 017, e: ~, f: [on, 1.50, 0b11, True], g: "5"}
  flow-logs:b2: {<<: *all, a: yes}
  flow-logs:b3: {2024: x, true: x, no: x, 1.5: x, 22:30: x, 0x10: x}
  flow-logs:b4: {d: 2024-01-02, e: 2024-01-02T10:00:00Z}
  flow-logs:b5: [[], {}, ""]
  azure:b6: 1
---
config: {location: northeurope}
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The engine in a project of its own, with the stack ``x``."""
    folder = tmp_path_factory.mktemp("configuration")
    (folder / "state").mkdir()
    (folder / "Pulumi.yaml").write_text("name: flow-logs\nruntime: python\n")
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")},
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "passphrase",
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    found = Engine(cli(), folder, variables)
    made = found.run("stack", "init", "x")
    assert made.code == 0, made.stderr
    return found


def written(engine: Engine, text: str | bytes) -> Path:
    path = engine.project / "Pulumi.x.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(engine: Engine, **changes: str) -> Mapping[str, str]:
    """The configuration; ``changes`` are to the environment."""
    return configuration(engine.project, "x", {**engine.environment, **changes})


NOWHERE = {"PULUMI_BACKEND_URL": "file:///nowhere/at/all"}


def values(config: Mapping[str, str]) -> Mapping[str, object]:
    """Texts, and what the objects and lists among them hold."""
    return {
        name: json.loads(text) if text[:1] in ("{", "[") else text for name, text in config.items()
    }


def test_without_the_engine_values_are_what_they_are_with_it(engine: Engine) -> None:
    written(engine, PLAIN)
    with_it, without = read(engine), read(engine, **NOWHERE)
    assert values(without) == values(with_it)
    assert len(with_it) == 42
    assert with_it["flow-logs:a01"] == "no"
    assert with_it["flow-logs:location"] == "westeurope"


def test_secrets_are_read_by_the_engine_alone(engine: Engine) -> None:
    written(engine, "config: {location: westeurope}\n")
    for name, value in (("azure-native:clientSecret", "hush"), ("flow-logs:storageSku", "x")):
        assert engine.run("config", "set", "--secret", name, value, "--stack", "x").code == 0
    assert read(engine)["azure-native:clientSecret"] == "hush"
    assert read(engine)["flow-logs:storageSku"] == "x"
    with pytest.raises(UnreadError, match=r"which the engine alone decrypts, and it did not \(inc"):
        read(engine, PULUMI_CONFIG_PASSPHRASE="wrong")


def test_a_secret_inside_a_value_is_never_left_as_it_stands(engine: Engine) -> None:
    written(engine, "config: {'flow-logs:tags': {a: [{secure: v1:abc}]}}\n")
    with pytest.raises(UnreadError, match="pulumi config set flow-logs:tags VALUE --plaintext"):
        read(engine, **NOWHERE)


@pytest.mark.parametrize("text", ["", "config:\n", "# none\n", "\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_no_configuration(engine: Engine, text: str | bytes) -> None:
    path = written(engine, text)
    assert (stack_file.read(path).get("config") or {}) == {}
    assert read(engine) == {}


def test_a_byte_order_mark_is_no_part_of_a_key(engine: Engine) -> None:
    written(engine, b"\xef\xbb\xbfconfig: {location: westeurope}\n")
    assert read(engine) == read(engine, **NOWHERE) == {"flow-logs:location": "westeurope"}


BROKEN: list[tuple[str | bytes, str]] = [
    ("config: [", "is no YAML: line 1, "),
    ("config:\n  a: 1\n  a: 2\n", "is no YAML: line 3, the key 'a' is there twice"),
    (b"config: {a: \xff}\n", "is no YAML: 'utf-8' codec"),
    (b"config: {a: \x00}\n", "is no YAML: "),
    ("- location\n", "is no stack file: it must hold keys and values"),
    ("config: [location]\n", "is no stack file: config must hold keys and values"),
    ("config: {a:b:c: 1}\n", "'a:b:c' is no key of a configuration"),
    ("config: {a: .nan}\n", "holds a number that is none"),
    ("config: {a: " + "[" * 20_000 + "}\n", "nested too deeply"),
    ("config: {a: '" + "x" * 1_000_000 + "'}\n", "it has more than 1,000,000 bytes"),
    (
        "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
        "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
        "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
        "config: {a: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]}\n",
        "its aliases stand for too much",
    ),
]


@pytest.mark.parametrize(("text", "said"), BROKEN)
def test_a_broken_file_is_one_line(engine: Engine, text: str | bytes, said: str) -> None:
    written(engine, text)
    with pytest.raises(SettingsError) as raised:
        read(engine)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 500


def test_a_folder_or_nothing_in_place_of_a_file_is_one_line(engine: Engine) -> None:
    (engine.project / "Pulumi.folder.yaml").mkdir()
    for stack, said in (("folder", "cannot be read: Is a directory"), ("none", "No such file")):
        with pytest.raises(SettingsError, match=said):
            configuration(engine.project, stack, engine.environment)


def test_environments_of_pulumi_esc_are_not_passed_over(engine: Engine) -> None:
    written(engine, "environment: [azure-log-in]\nconfig: {location: westeurope}\n")
    with pytest.raises(UnreadError, match=r"takes settings from Pulumi ESC \(environment\)"):
        read(engine)
