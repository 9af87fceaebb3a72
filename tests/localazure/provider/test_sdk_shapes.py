"""The types the stand-in knows are the SDK's."""

from __future__ import annotations

import importlib
from typing import get_overloads

import pytest

from localazure.provider import derive, naming
from localazure.provider.resource_types import ALL, ResourceType, UnknownTypeError, find
from localazure.provider.sdk_shapes import FILE

TYPES = pytest.mark.parametrize("entry", ALL.values(), ids=lambda entry: entry.name)


def test_the_shapes_are_those_of_the_installed_sdk() -> None:
    told = "sdk_shapes.json is old: run python -m localazure.provider.derive"
    assert FILE.read_text(encoding="utf-8") == derive.render(), told


@TYPES
def test_the_api_version_is_the_one_the_sdk_documents(entry: ResourceType) -> None:
    module = importlib.import_module(f"pulumi_azure_native.{entry.module}")
    described = get_overloads(getattr(module, entry.name).__init__)[0].__doc__ or ""
    assert f"Uses Azure REST API version {entry.api_version}." in described


@TYPES
def test_every_path_parameter_is_an_input_of_the_sdk(entry: ResourceType) -> None:
    assert set(entry.path_inputs) <= set(derive.inputs_of(entry))


@TYPES
def test_exceptions_in_the_table_speak_of_what_exists(entry: ResourceType) -> None:
    shapes = derive.derive()[entry.token]
    for key in entry.body_paths:
        shape, _, member = key.rpartition(".")
        found = shapes[shape or "resource"]
        assert member in {*found["inputs"], *found["outputs"]}, key
    assert entry.wrapped_shapes <= set(shapes)
    top = shapes["resource"]["inputs"]
    assert {*entry.replaced_on, *entry.required, *entry.kept_when_unset} <= set(top)


def test_names_follow_the_real_providers_rule() -> None:
    styles = {entry.name: naming.style(entry).value for entry in ALL.values()}
    assert {name for name, style in styles.items() if style == "copy"} == {
        "BlobServiceProperties",
        "FlowLog",
        "ManagementPolicy",
        "SavedSearch",
    }
    assert {name for name, style in styles.items() if style == "uuid"} == {"RoleAssignment"}


def test_an_unknown_type_is_named_on_one_line() -> None:
    with pytest.raises(UnknownTypeError) as caught:
        find("azure-native:compute:VirtualMachine")
    message = str(caught.value)
    assert "azure-native:compute:VirtualMachine is not modelled" in message
    assert "\n" not in message
