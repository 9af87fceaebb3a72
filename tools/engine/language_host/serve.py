"""Serves until a signal comes or the engine is gone."""

from __future__ import annotations

import argparse
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import grpc
from pulumi.runtime.proto.language_pb2_grpc import add_LanguageRuntimeServicer_to_server

from .children import Children
from .guard import Guard
from .server import Host

# As the SDK's own servers: a stack's configuration can exceed gRPC's 4 MB.
_MESSAGE_LIMIT = 400 * 1024 * 1024
# A program, its packs and components each keep one thread.
_THREADS = 32
# Seconds between two looks whether the engine is alive.
_WATCH_INTERVAL = 0.25
# Seconds for children to end after an interrupt; the engine waits 5 before it kills the host.
_INTERRUPT_GRACE = 3.0


def serve(guard: Guard) -> NoReturn:
    """Prints the port on stdout, then serves; never returns."""
    arguments = _arguments()
    children = Children(guard)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: stop.set())
    threading.Thread(target=_watch_engine, args=(arguments.engine_process,), daemon=True).start()
    server = grpc.server(
        ThreadPoolExecutor(_THREADS),
        options=[
            ("grpc.max_receive_message_length", _MESSAGE_LIMIT),
            ("grpc.max_send_message_length", _MESSAGE_LIMIT),
        ],
    )
    host = Host(arguments.engine, arguments.executor, children)
    add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    stop.wait()
    children.interrupt(_INTERRUPT_GRACE)
    os._exit(0)


def _arguments() -> argparse.Namespace:
    """The launcher gives the first two, the engine the rest; its flags for logs are ignored."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--executor", type=Path, required=True)
    parser.add_argument("--engine-process", type=int, required=True)
    parser.add_argument("--tracing")
    parser.add_argument("engine", nargs="?", default="")
    return parser.parse_known_args()[0]


def _watch_engine(engine: int) -> None:
    """The engine has started the host: once it is gone, another process is the host's parent."""
    while os.getppid() == engine:
        time.sleep(_WATCH_INTERVAL)
    os._exit(1)
