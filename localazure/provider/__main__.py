"""The stand-in as the engine starts it: `python -m localazure.provider ENGINE_ADDRESS`.

Prints the port it serves on 127.0.0.1 and nothing else. Ends when asked to (SIGINT, SIGTERM), and
soon after the engine's process has ended, however that came about.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from localazure.provider.engine_log import EngineLog
from localazure.provider.service import AzureNative

_WATCH_INTERVAL = 0.3
"""Seconds between two looks at whether the engine still lives."""
_MESSAGE_LIMIT = 400 * 1024 * 1024
"""Bytes; the engine's own limit."""
_THREADS = 64
"""More than the engine runs in parallel by default; the rest waits."""


def main(arguments: list[str]) -> int:
    # Before anybody can know of this process: the parent of one whose engine is gone is another.
    parent = os.getppid()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    engine = EngineLog(arguments[0] if arguments else "")
    _, port = listening(AzureNative(engine, os.environ))
    print(port, flush=True)
    _wait(ended, parent)
    os._exit(0)


def listening(service: provider_pb2_grpc.ResourceProviderServicer) -> tuple[grpc.Server, int]:
    """A started server of a service, and its port on 127.0.0.1."""
    server = grpc.server(
        ThreadPoolExecutor(max_workers=_THREADS),
        options=[
            ("grpc.max_receive_message_length", _MESSAGE_LIMIT),
            ("grpc.max_send_message_length", _MESSAGE_LIMIT),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def _wait(ended: threading.Event, parent: int) -> None:
    """Returns when asked to end or when the parent, which is the engine, is gone."""
    while not ended.wait(_WATCH_INTERVAL):
        if os.getppid() != parent:
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
