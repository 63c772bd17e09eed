"""One run of a replay, from plan to report: the door that looks up addresses and owns the event loop."""

import asyncio
import gc
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from analyzer.issues import ReplayError
from analyzer.replay.budget import Budget
from analyzer.replay.client import World
from analyzer.replay.crowd import Crowd, Limits, Round
from analyzer.replay.guard import Leave, Target, check
from analyzer.replay.played import Played
from analyzer.replay.player import Terms
from analyzer.replay.throttle import Throttle

if TYPE_CHECKING:
    from analyzer.store import Writer


@dataclass(slots=True)
class Caps:
    """What a run may do at most."""

    sessions: int = 1_000
    rate: float = 1_000.0
    """Messages a second sent, all sessions together."""
    received: int = 1 << 30
    """Bytes received, all sessions together."""
    seconds: float = 3_600.0


@dataclass(slots=True)
class Ground:
    """Where and how a run takes place. ``origins`` are the captured servers, as `guard.check` wants them."""

    target: Target
    origins: frozenset[str] = frozenset()
    leave: Leave = field(default_factory=Leave)
    caps: Caps = field(default_factory=Caps)
    concurrency: int = 0
    verify: bool = True
    """Whether certificates of https are checked."""
    writer: "Writer | None" = None
    """Where the observed log goes."""
    source: str = "replay"


def resolve(target: Target) -> list[str]:
    """The addresses of a target. ReplayError where there are none."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no name"
        raise ReplayError(f"{target.host}: cannot be resolved ({reason}); check the name") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def run(rounds: Sequence[Round], terms: Terms, ground: Ground, tell: Callable[[Crowd], None]) -> list[Played]:
    """Play rounds of sessions, and give what became of each.

    Raises:
        ReplayError: the target may not be replayed against, or there is more to do than is allowed.
    """
    addresses = resolve(ground.target)
    check(ground.target, addresses, ground.origins, ground.leave)
    count = sum(len(each.sessions) for each in rounds)
    if count > ground.caps.sessions:
        raise ReplayError(f"{count} sessions, the limit is {ground.caps.sessions}: choose some or raise --cap-sessions")
    terms.throttle = Throttle(ground.caps.rate)
    gc.freeze()  # a plan holds no cycles: looking for some in it again and again would make steps late
    try:
        return asyncio.run(_run(rounds, terms, ground, _Pinned(addresses), tell))
    finally:
        gc.unfreeze()


async def _run(
    rounds: Sequence[Round], terms: Terms, ground: Ground, resolver: "_Pinned", tell: Callable[[Crowd], None]
) -> list[Played]:
    connector = aiohttp.TCPConnector(limit=0, resolver=resolver, ssl=ground.verify, force_close=False)
    recorder = None
    if ground.writer is not None:  # what it is made of is imported only where it is needed
        from analyzer.replay.recorder import Recorder

        recorder = Recorder(ground.source, ground.target.where, time.time_ns)
    world = World(
        ground.target.base, connector, terms.pace.timeout, budget=Budget(ground.caps.received), recorder=recorder
    )

    def told(crowd: Crowd) -> None:
        tell(crowd)
        if recorder is not None and ground.writer is not None:
            ground.writer.write(recorder.rows())

    try:
        crowd = Crowd(world, terms, Limits(ground.concurrency, ground.caps.seconds), told)
        played = await crowd.run(rounds)
        if recorder is not None and ground.writer is not None:
            ground.writer.write(recorder.finish())
        return played
    finally:
        with suppress(Exception):
            await connector.close()


class _Pinned(AbstractResolver):
    """Knows the addresses that were checked, and no others: whatever a name leads to later is not asked."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        """The checked addresses."""
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """There is nothing to close."""


def clock() -> float:
    """Seconds since 1970."""
    return time.time()
