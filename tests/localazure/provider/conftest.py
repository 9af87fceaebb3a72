"""Fixtures for the azure-native stand-in."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from localazure.environment import environment
from tests.attached import attached, small_run
from tests.engine.project import Project
from tests.localazure.provider.deployment import Deployment
from tests.localazure.provider.estate import estate
from tests.localazure.provider.scripted_arm import ScriptedArm
from tests.localazure.provider.stand_in import SUBSCRIPTION, StandIn, launch
from tests.new_stack import new_stack
from tests.servers import serving


@pytest.fixture
def arm() -> Iterator[ScriptedArm]:
    with ScriptedArm() as scripted:
        yield scripted


@pytest.fixture(scope="session")
def shared_stand_in() -> Iterator[StandIn]:
    """One process for all tests that neither end nor cancel it."""
    started = StandIn(launch("127.0.0.1:1"))
    yield started
    started.end()


@pytest.fixture
def provider(shared_stand_in: StandIn, arm: ScriptedArm) -> StandIn:
    """A stand-in that is configured for the scripted ARM."""
    shared_stand_in.configure(metadataHost=arm.base, subscriptionId=SUBSCRIPTION)
    return shared_stand_in


@pytest.fixture
def own() -> Iterator[StandIn]:
    """A stand-in of the test's own, not configured yet."""
    started = StandIn(launch("127.0.0.1:1"))
    yield started
    started.end()


@pytest.fixture
def deploy(tmp_path: Path, pulumi_cli: Path) -> Iterator[Callable[..., Deployment]]:
    """Starts local Azure and makes a stack that deploys to it.

    Called with faults, if any, and with the seconds that Azure's operations take; ``launched`` has
    the engine start providers as processes of their own.
    """
    folder = tmp_path / "project"
    folder.mkdir()
    estate_file, faults_file = tmp_path / "estate.json", tmp_path / "faults.json"
    estate_file.write_text(json.dumps(estate()))
    with ExitStack() as ending:

        def start(
            *faults: dict[str, Any], latency: float = 0, launched: bool = False
        ) -> Deployment:
            faults_file.write_text(json.dumps(faults))
            options = ("--faults", str(faults_file), "--latency", str(latency))
            azure = ending.enter_context(serving(estate_file, tmp_path / "azure", *options))
            variables = environment(azure.port, tmp_path / "a home")
            small = small_run(tmp_path / "a home")
            ours = {} if launched else ending.enter_context(attached(variables))
            project = Project(pulumi_cli, folder, {**os.environ, **variables, **small, **ours})
            project.configure(f"toolchain: pip, virtualenv: {sys.prefix}")
            new_stack(pulumi_cli, folder, project.environment, "dev")
            return Deployment(project, azure)

        yield start


@pytest.fixture
def deployment(deploy: Callable[..., Deployment]) -> Deployment:
    """A stack on a local Azure where nothing goes wrong."""
    return deploy()
