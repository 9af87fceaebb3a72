"""`python -m localazure serve`: local Azure on 127.0.0.1 until it is stopped."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from localazure.authorization.rights import Rights, read_role
from localazure.policy.assigned import read_assignments
from localazure.policy.remediation import AzurePolicy
from localazure.server.application import Gateway, build_application
from localazure.server.faults import Faults, read_faults
from localazure.server.files import FileProblem
from localazure.server.log import RequestLog
from localazure.server.options import count, port, quota, seconds
from localazure.server.quotas import Quotas
from localazure.server.saving import Saver
from localazure.state.azure import CALLER, Azure
from localazure.state.estate_file import read_estate, read_state
from localazure.state.flakiness import Flakiness
from localazure.state.history import Past
from localazure.state.long_running_operations import Operations
from localazure.state.store import Store
from localazure.state.unlisted import Unlisted
from tools.command import WRONG_USE, Parser, complain

HOST = "127.0.0.1"
ON = "on"


def main(arguments: Sequence[str]) -> int:
    """Serves until SIGINT or SIGTERM. Prints the URL as the first line of stdout.

    Returns 0, or 2 after one line on stderr if a file cannot be used or the port is taken, or if at
    the end the state cannot be saved.
    """
    try:
        prepared = _prepare(_parser().parse_args(arguments))
    except (FileProblem, _PortError) as problem:
        return _refuse(str(problem))
    server = _Server(prepared.gateway)
    # Before the URL is out: whoever reads it may send a signal at once.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, server.handle_exit)
    print(f"http://{HOST}:{prepared.port}", flush=True)
    try:
        with prepared:
            server.run(sockets=[prepared.listener])
    except FileProblem as problem:
        return _refuse(str(problem))
    return 0


@contextlib.contextmanager
def serving_here(arguments: Sequence[str]) -> Iterator[int]:
    """Serves from a thread of this process until the block ends; gives the port.

    Raises FileProblem where a file cannot be used, or at the end the state cannot be saved.
    """
    with _prepare(_parser().parse_args(arguments)) as prepared:
        server = _Server(prepared.gateway)
        thread = threading.Thread(target=server.run, args=([prepared.listener],), daemon=True)
        thread.start()
        try:
            yield prepared.port
        finally:
            server.should_exit = True
            thread.join()


@dataclass(frozen=True)
class _Prepared:
    """What is served, and where; leaving it saves the state."""

    gateway: Gateway
    listener: socket.socket
    log: RequestLog
    saver: Saver

    @property
    def port(self) -> int:
        found: int = self.listener.getsockname()[1]
        return found

    def __enter__(self) -> _Prepared:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.closing(self.log), contextlib.closing(self.listener):
            self.saver.save()


def _prepare(options: argparse.Namespace) -> _Prepared:
    """Raises FileProblem for a file that cannot be used, _PortError for a port that is taken."""
    azure = Azure(
        _store(options),
        Operations(options.latency),
        _rights(options.role),
        Flakiness(options.flaky),
        Unlisted(options.unlisted),
        options.caller,
    )
    azure.store.orphans = options.orphans
    azure.store.past = Past(options.graph_lag)
    policy = _policy(azure, options.azure_policy)
    saver = Saver(options.state, azure)
    faults = Faults([]) if options.faults is None else read_faults(options.faults)
    log = RequestLog(options.log)
    listener = _listen(options.port)
    gateway = Gateway(azure, policy, Quotas(*options.quota), faults, log, saver)
    return _Prepared(gateway, listener, log, saver)


KEEP_ALIVE = 600
"""Seconds that an idle connection is kept: a client that asks again meets no closed one."""


class _Server(uvicorn.Server):
    """Uvicorn for one gateway."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(
            uvicorn.Config(
                build_application(gateway),
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_keep_alive=KEEP_ALIVE,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Uvicorn would raise the signal that stopped it again: the state is still to save."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Once what is under way is answered; uvicorn waits a while for idle connections, too."""
        for listening in self.servers:
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.tasks:
            await asyncio.sleep(0.01)


def _store(options: argparse.Namespace) -> Store:
    """The saved state if there is any, else the estate."""
    if options.state is not None and options.state.exists():
        return read_state(options.state)
    return read_estate(options.estate)


def _policy(azure: Azure, option: str | None) -> AzurePolicy:
    """None: it does not act; `on`: it does; a file: it does, and its assignments come about now."""
    assignments = [] if option in (None, ON) else read_assignments(Path(str(option)))
    for assignment in assignments:
        azure.store.put(assignment)
    ids = [each["id"] for each in assignments]
    return AzurePolicy(azure, acts=option is not None, remediated=ids)


def _rights(role: Path | None) -> Rights:
    return Rights() if role is None else read_role(role)


class _PortError(Exception):
    """A port that cannot be had, as one line."""


def _listen(port: int) -> socket.socket:
    """Bound and listening, so that whoever reads the URL can connect at once."""
    # Only of a socket that names TCP does asyncio turn Nagle's algorithm off, which would hold each
    # answer on a kept connection back for 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise _PortError(f"port {port} of {HOST}: {error.strerror}") from error
    return listener


def _refuse(problem: str) -> int:
    complain("localazure", problem)
    return WRONG_USE


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m localazure serve",
        description="Serves a stand-in for Azure Resource Manager on 127.0.0.1.",
    )
    add = parser.add_argument
    add("--estate", type=Path, required=True, metavar="FILE", help="JSON array of ARM resources")
    add("--port", type=port, required=True, metavar="N", help="0 picks a free one")
    add("--state", type=Path, metavar="FILE", help="keeps the state between runs")
    add("--role", type=Path, metavar="FILE", help="role definition that the caller has")
    add(
        "--faults",
        type=Path,
        metavar="FILE",
        help="faults to inject (see localazure/server/faults.py)",
    )
    add("--log", type=Path, metavar="FILE", help="appends one JSON line per request")
    add("--latency", type=seconds, default=0.0, metavar="S", help="seconds of each operation")
    add("--azure-policy", metavar="FILE|on", help="Azure Policy acts; FILE: its assignments")
    add("--flaky", type=count, default=0, metavar="N", help="every Nth parallel creation fails")
    add("--quota", type=quota, default=(), metavar="N/S", help="N requests of a kind in S seconds")
    add("--graph-lag", type=seconds, default=0.0, metavar="S", help="seconds of Resource Graph")
    add("--unlisted", type=Path, metavar="FILE", help="globs on ids that no list shows")
    add("--caller", default=CALLER, metavar="NAME", help="whom the activity log names")
    add("--orphans", action="store_true", help="a deleted subnet leaves its flow log")
    return parser
