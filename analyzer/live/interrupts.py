"""Ctrl-C while mitmproxy runs: the first ends it in good order, and in bounded time whatever peers, connections and
other addons do; the second at once.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

PATIENCE: Final = 8.0
"""Seconds that an end in good order may take: the log is given three of them."""
_AGAIN: Final = 0.5
_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP")


class Interrupts:
    """Signals to one run of an event loop; ``shutdown`` asks it to end. Where the system has no such signals, or
    another thread runs the loop, nothing is changed.
    """

    def __init__(self, shutdown: Callable[[], None]) -> None:
        self._shutdown = shutdown
        self._main = threading.get_ident()
        self._pusher = threading.Thread(target=self._push, name="sioscope end", daemon=True)
        self._late, self._over = threading.Event(), threading.Event()
        self._pushed = False
        self._numbers = _numbers()
        self.asked = self.insisted = False
        """Whether someone wants it to end; whether at once."""

    def install(self) -> None:
        """Take signals from now on; to be called in the loop."""
        loop = asyncio.get_running_loop()
        for number in self._numbers:
            try:
                loop.add_signal_handler(number, self.ask)
            except (NotImplementedError, RuntimeError, ValueError):
                return

    def ask(self) -> None:
        """The first signal. From then on another one, which the loop still wakes up for, is an exception."""
        if self.asked:
            return
        self.asked = True
        for number in self._numbers:
            signal.signal(number, self._at_once)
        self._pusher.start()
        self._shutdown()

    def leave(self) -> None:
        """The run is over: signals do what they always do."""
        try:
            for number in self._numbers if self.asked else ():
                signal.signal(number, _nothing)
            self._over.set()
            self._late.set()
            if self._pusher.is_alive():
                self._pusher.join()
        except KeyboardInterrupt:  # one that was on its way
            self.leave()
        if self.asked:
            for number in self._numbers:
                signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)

    def _at_once(self, number: int, frame: FrameType | None) -> None:
        self.insisted = self.insisted or not self._pushed
        self._late.set()
        raise KeyboardInterrupt

    def _push(self) -> None:
        """What does not end by itself is interrupted, as often as it takes."""
        self._late.wait(PATIENCE)
        while not self._over.is_set():
            self._pushed = True
            signal.pthread_kill(self._main, signal.SIGINT)
            self._over.wait(_AGAIN)


def exit_if_stuck(status: int, last_word: str = "") -> None:
    """End the process now where a thread is left that Python would wait for, such as one that resolves a name."""
    if any(
        each.is_alive() and not each.daemon for each in threading.enumerate() if each is not threading.main_thread()
    ):
        sys.stdout.flush()
        sys.stderr.write(last_word)
        sys.stderr.flush()
        os._exit(status)


def _numbers() -> list[int]:
    """Those there are; not the end of a terminal that does not matter (nohup)."""
    found = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    return [number for number in found if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN]


def _nothing(number: int, frame: FrameType | None) -> None:
    pass
