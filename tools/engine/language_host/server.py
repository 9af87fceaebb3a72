"""The gRPC service that the engine calls."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2 as messages
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeServicer
from pulumi.runtime.proto.plugin_pb2 import PluginInfo

from . import generate, install, packages, plugin, program
from .children import Child, Children
from .errors import HostError
from .python import Python, choose

_STRING = messages.RuntimeOptionPrompt.STRING


class Host(LanguageRuntimeServicer):
    """One host serves one engine. Methods that are not here answer UNIMPLEMENTED.

    engine: gRPC address of the engine, empty until the handshake if the engine attaches.
    """

    def __init__(self, engine: str, executor: Path, children: Children) -> None:
        self._engine = engine
        self._executor = executor
        self._children = children
        self._programs: set[Child] = set()

    def Handshake(
        self, request: messages.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> messages.LanguageHandshakeResponse:
        self._engine = request.engine_address
        return messages.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> PluginInfo:
        return PluginInfo(version=version("pulumi"))

    def GetRequiredPackages(
        self, request: messages.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> messages.GetRequiredPackagesResponse:
        try:
            required = packages.required_plugins(choose(request.info))
        except HostError as error:
            _refuse(context, error)
        return messages.GetRequiredPackagesResponse(packages=required)

    def GetProgramDependencies(
        self, request: messages.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> messages.GetProgramDependenciesResponse:
        try:
            dependencies = packages.dependencies(
                choose(request.info), request.transitiveDependencies
            )
        except HostError as error:
            _refuse(context, error)
        return messages.GetProgramDependenciesResponse(dependencies=dependencies)

    def Run(
        self, request: messages.RunRequest, context: grpc.ServicerContext
    ) -> messages.RunResponse:
        try:
            child = program.start(request, self._engine, self._executor, self._children)
        except HostError as error:
            _refuse(context, error)
        self._programs.add(child)
        try:
            return program.finish(child, context)
        finally:
            self._programs.discard(child)

    def RunPlugin(
        self, request: messages.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[messages.RunPluginResponse]:
        try:
            child = plugin.start(request, self._children)
        except HostError as error:
            _refuse(context, error)
        yield from plugin.stream(child, context)

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """The user has asked to stop: programs end, plugins go on until they are closed."""
        for child in set(self._programs):
            child.interrupt()
        return Empty()

    def InstallDependencies(
        self, request: messages.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[messages.InstallDependenciesResponse]:
        try:
            yield from install.install(request, context, self._children)
        except HostError as error:
            _refuse(context, error)

    def GeneratePackage(
        self, request: messages.GeneratePackageRequest, context: grpc.ServicerContext
    ) -> messages.GeneratePackageResponse:
        try:
            generate.generate(request, self._executor.with_name(generate.CODEGEN))
        except HostError as error:
            _refuse(context, error)
        return messages.GeneratePackageResponse()

    def Link(
        self, request: messages.LinkRequest, context: grpc.ServicerContext
    ) -> messages.LinkResponse:
        return messages.LinkResponse(import_instructions=generate.link(request))

    def About(
        self, request: messages.AboutRequest, context: grpc.ServicerContext
    ) -> messages.AboutResponse:
        try:
            python = choose(request.info)
            executable = python.command()
        except HostError as error:
            _refuse(context, error)
        return messages.AboutResponse(
            executable=executable,
            version=_python_version(python),
            metadata={"toolchain": "Pip", "typechecker": "None"},
        )

    def RuntimeOptionsPrompts(
        self, request: messages.RuntimeOptionsRequest, context: grpc.ServicerContext
    ) -> messages.RuntimeOptionsResponse:
        """Asked by `pulumi new`: the options that a new project still has to choose."""
        options = dict(request.info.options.items())
        if "toolchain" not in options:
            prompt = _prompt("toolchain", "The toolchain to use for installing dependencies", "pip")
        elif "virtualenv" not in options:
            prompt = _prompt("virtualenv", "The virtualenv to use", "venv")
        else:
            return messages.RuntimeOptionsResponse()
        return messages.RuntimeOptionsResponse(prompts=[prompt])

    def Template(
        self, request: messages.TemplateRequest, context: grpc.ServicerContext
    ) -> messages.TemplateResponse:
        """A project made from a template already is as the pip toolchain wants it."""
        return messages.TemplateResponse()


def _refuse(context: grpc.ServicerContext, error: HostError) -> NoReturn:
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))


def _prompt(key: str, description: str, value: str) -> messages.RuntimeOptionPrompt:
    choice = messages.RuntimeOptionPrompt.RuntimeOptionValue(
        promptType=_STRING, stringValue=value, displayName=value
    )
    return messages.RuntimeOptionPrompt(
        key=key, description=description, promptType=_STRING, choices=[choice], default=choice
    )


def _python_version(python: Python) -> str:
    code = "import platform; print(platform.python_version())"
    done = subprocess.run([python.command(), "-c", code], capture_output=True, check=False)
    return done.stdout.decode().strip()
