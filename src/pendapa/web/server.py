"""``pendapa serve``: pages, API, event stream and worker together, on one port, from one command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import Any, cast

import uvicorn
from a2wsgi import WSGIMiddleware

THREADS = 8
STREAMS = ("/stream/", "/en/stream/")


class Application:
    """ASGI: streams to the event loop, everything else to Django in threads."""

    def __init__(self) -> None:
        from pendapa.web.stream import Stream
        from pendapa.web.wsgi import application

        self._stream = Stream()
        self._pages = WSGIMiddleware(cast(Any, application), workers=THREADS)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(STREAMS):
            await self._stream(scope, receive, send)
        elif scope["type"] == "http":
            await self._pages(scope, receive, send)  # type: ignore[arg-type]


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


class Worker:
    """The job worker as a child process, started again should it die."""

    def __init__(self) -> None:
        self._stopping = False
        self._process = self._start()
        threading.Thread(target=self._watch, daemon=True).start()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "pendapa.web.settings",
            "PENDAPA_PARENT": str(os.getpid()),
        }
        command = [sys.executable, "-m", "pendapa.web.worker"]
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)

    def _watch(self) -> None:
        pause = threading.Event()
        while not self._stopping:
            self._process.wait()
            if not self._stopping and not pause.wait(2):
                self._process = self._start()

    def stop(self) -> None:
        self._stopping = True
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()


def run(host: str, port: int) -> None:
    """Serve until interrupted. Open streams are cut after two seconds at the end."""
    worker = Worker()
    try:
        uvicorn.run(
            Application(),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
            proxy_headers=False,
        )
    finally:
        worker.stop()
