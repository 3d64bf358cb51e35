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
# What a request may carry: the largest file of an import, and the form around it.
MAX_BODY = 101 * 1024 * 1024
# So much more of a refused body is read away, so that a browser gets as far as reading the answer.
SWALLOWED = 10 * MAX_BODY
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
        elif scope["type"] == "http" and _announced(scope) > MAX_BODY:
            await _too_large(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(STREAMS):
            await self._stream(scope, receive, send)
        elif scope["type"] == "http":
            await self._pages(scope, receive, send)  # type: ignore[arg-type]


def _announced(scope: dict[str, Any]) -> int:
    """Bytes that the body will have. Without a length no body reaches the pages (WSGI reads as much as was announced)."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def _too_large(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Refused before anything of it is kept; the page of forms could only say so after storing it all."""
    if _announced(scope) <= SWALLOWED and not any(name == b"expect" for name, _value in scope["headers"]):
        message = await receive()
        while message["type"] == "http.request" and message.get("more_body"):
            message = await receive()
    limit = MAX_BODY // 1024**2
    if scope["path"].startswith("/api/"):
        kind, text = "application/json", f'{{"detail": "The body is larger than {limit} MB."}}'
    elif scope["path"].startswith("/en/"):
        kind = "text/plain; charset=utf-8"
        text = f"That is too large: at most {limit} MB at once. Nothing was saved. Split the file and hand in its parts.\n"
    else:
        kind = "text/plain; charset=utf-8"
        text = f"Terlalu besar: paling banyak {limit} MB sekali kirim. Tidak ada yang disimpan. Pecah berkasnya lalu kirim bagian demi bagian.\n"
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(text.encode())).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


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
