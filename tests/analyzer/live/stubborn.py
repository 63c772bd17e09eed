"""A script for mitmproxy that would not let it end: a task, another addon's end, and a thread."""

import asyncio
import contextlib
import os
import time


async def stay() -> None:
    """Whatever may come."""
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)


def running() -> None:
    """Begin."""
    loop = asyncio.get_running_loop()
    if os.environ["STUBBORN"] == "task":
        globals()["kept"] = loop.create_task(stay())
    if os.environ["STUBBORN"] == "thread":
        loop.run_in_executor(None, time.sleep, 3600)


async def done() -> None:
    """The end."""
    if os.environ["STUBBORN"] == "hook":
        await stay()
