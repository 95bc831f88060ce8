"""A board of messages, live by WebSocket and by server-sent events.

The messages are in a stream of Redis. So the clients of all containers and of both colors get them, and a client
that connects again goes on after the last one that it has seen.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Header, WebSocket
from fastapi.responses import HTMLResponse, PlainTextResponse, StreamingResponse
from redis.asyncio import Redis

STREAM = "messages"
COLOR = os.environ.get("DEPLOYMENT_COLOR", "none")
PAGE = Path(__file__).with_name("page.html").read_text()
# The balancer ends an answer that is silent for 75 seconds.
HEARTBEAT_MS = 15_000

redis = Redis.from_url(
    os.environ.get("REDIS_URL", "redis://localhost:6379/0"),
    decode_responses=True,
    protocol=2,
    socket_timeout=None,
)
app = FastAPI()


async def messages(after: str) -> AsyncIterator[tuple[str, str] | None]:
    """The id and text of each message after this one, as they come; None after a silence."""
    if not after:
        newest = await redis.xrevrange(STREAM, count=1)
        after = newest[0][0] if newest else "0"
    while True:
        found = await redis.xread({STREAM: after}, count=100, block=HEARTBEAT_MS)
        if not found:
            yield None
            continue
        for after, fields in found[0][1]:
            yield after, json.dumps({"id": after, "text": fields["text"], "color": COLOR})


async def add(text: str) -> None:
    await redis.xadd(STREAM, {"text": text}, maxlen=10_000, approximate=True)


@app.get("/health", response_class=PlainTextResponse)
async def health() -> str:
    return "ok"


@app.get("/", response_class=HTMLResponse)
async def index() -> str:
    return PAGE


@app.websocket("/ws")
async def live(socket: WebSocket, after: str = "") -> None:
    await socket.accept()

    async def send() -> None:
        async for message in messages(after):
            if message:
                await socket.send_text(message[1])

    sending = asyncio.create_task(send())
    try:
        async for text in socket.iter_text():
            await add(text)
    finally:
        sending.cancel()


@app.get("/events")
async def events(last_event_id: Annotated[str, Header()] = "") -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        # So that the client knows that it is connected.
        yield ": hello\n\n"
        async for message in messages(last_event_id):
            yield f"id: {message[0]}\ndata: {message[1]}\n\n" if message else ": still here\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")
