"""One WebSocket of a replay, on a connection that aiohttp has opened: bytes go straight to the player and from it.

aiohttp's own WebSocket costs a task's turn for every message in either direction.
"""

import asyncio
import os
import random
from collections.abc import Callable
from functools import partial

import aiohttp
from yarl import URL

from analyzer.replay.budget import Budget
from analyzer.replay.websocket import ABNORMAL, Ended, WebSocket, asked, fault, params

_CLOSING = 1.0
"""Seconds that the other side has to answer a close frame."""
_BODY = 1 << 12
"""Bytes of a refusal that are read."""

Hear = Callable[[list[str | bytes], Ended | None], None]
"""What is called with the messages that have come, and the end once it is there."""


class RefusedError(Exception):
    """The server answered the handshake otherwise; ``status`` 101 where that was not what it should be."""

    def __init__(self, answer: aiohttp.ClientResponse, body: bytes, reason: str) -> None:
        super().__init__(reason)
        self.status, self.headers, self.body = answer.status, answer.headers, body


async def dial(http: aiohttp.ClientSession, url: URL, deflate: bool, budget: Budget) -> "Socket":
    """Open a WebSocket; nothing is heard before `Socket.listen`.

    Raises:
        RefusedError: the server does not want to.
        aiohttp.ClientError, OSError, ValueError: there is no connection, or what comes is no HTTP.
    """
    nonce = os.urandom(16)
    answer = await http.get(url, headers=asked(nonce, deflate), allow_redirects=False, read_until_eof=False)
    if answer.status != 101:
        body = await answer.content.read(_BODY)
        answer.close()
        raise RefusedError(answer, body, f"the WebSocket was refused with status {answer.status}")
    why = fault(nonce, deflate, answer.headers)
    if why is not None or answer.connection is None:
        answer.close()
        raise RefusedError(answer, b"", why or "the connection ended")
    return Socket(answer, WebSocket(params(answer.headers), partial(random.getrandbits, 32)), budget)


class Socket:
    """An open WebSocket. ``gone`` is done once it is closed."""

    def __init__(self, answer: aiohttp.ClientResponse, talk: WebSocket, budget: Budget) -> None:
        assert answer.connection is not None
        self.answer = answer
        self._connection, self._talk, self._budget = answer.connection, talk, budget
        self._loop = asyncio.get_running_loop()
        self.gone: asyncio.Future[None] = self._loop.create_future()
        self._hear: Hear | None = None
        self._end: asyncio.TimerHandle | None = None

    def listen(self, hear: Hear) -> None:
        """From now on tell what comes, beginning with what has come already."""
        self._hear = hear
        protocol = self._connection.protocol
        if protocol is None or not protocol.is_connected():
            self.feed_eof()
        else:
            protocol.set_parser(self, None)

    def say(self, message: str | bytes) -> None:
        """A message, to leave with the next `flush`."""
        self._talk.say(message)

    def flush(self) -> None:
        """Write what is to leave, all in one."""
        out, transport = self._talk.out, self._connection.transport
        if out:
            if transport is not None and not transport.is_closing():
                transport.write(out[0] if len(out) == 1 else b"".join(out))
            out.clear()

    def hang_up(self) -> None:
        """Close it, in order if the other side plays along."""
        self._talk.close()
        self.flush()
        if self._end is None and not self.gone.done():
            self._end = self._loop.call_later(_CLOSING, self.feed_eof)

    def drop(self) -> None:
        """Let go of the connection."""
        if self._end is not None:
            self._end.cancel()
        self.answer.close()
        if not self.gone.done():
            self.gone.set_result(None)

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Bytes have come. What aiohttp calls; it has nothing to do with the messages."""
        self._budget.spend(len(data))
        heard = self._talk.feed(data)
        ended = self._talk.ended
        if self._talk.out:
            self.flush()
        if ended is not None:
            self.drop()
        if (heard or ended) and self._hear is not None:
            self._tell(heard, ended)
        return False, b""

    def feed_eof(self) -> None:
        """The connection has ended, or the wait for that. What aiohttp calls."""
        self.drop()
        if self._talk.ended is None:
            self._talk.ended = Ended(ABNORMAL)
        self._tell([], self._talk.ended)

    def _tell(self, heard: list[str | bytes], ended: Ended | None) -> None:
        """Tell it; the end only once."""
        hear = self._hear
        if ended is not None:
            self._hear = None
        if hear is not None:
            hear(heard, ended)
