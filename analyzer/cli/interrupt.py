"""Ctrl-C that imports do not swallow. Python drops an exception in the callback of a weak reference and in a
finalizer, of which importing runs many: a KeyboardInterrupt that falls into one is gone, and the command goes on.
"""

import _thread
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

AGAIN: Final = 0.02
"""Seconds after which an interrupt that would be lost now is tried again."""
_IMPORTING: Final = "<frozen importlib"
_WEAK: Final = ("weakref.py", "_weakrefset.py")


@contextmanager
def heeded() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt where it arrives. Nothing changes where it is ignored or somebody else's, nor in
    other threads than the main one, which get no signals.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    handler = _Handler()
    signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        handler.end()
        if signal.getsignal(signal.SIGINT) is handler:
            signal.signal(signal.SIGINT, signal.default_int_handler)


class _Handler:
    """Raises KeyboardInterrupt, as soon as that is not dropped."""

    def __init__(self) -> None:
        self._heard = False  # no Event: its lock, held by what a signal interrupts, would never be given back
        self._over = False
        self._again: threading.Thread | None = None

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._over:
            return
        if not _deaf(frame):
            self._heard = True
            raise KeyboardInterrupt
        self._heard = False
        if self._again is None or not self._again.is_alive():
            self._again = threading.Thread(target=self._try, name="sioscope interrupt", daemon=True)
            self._again.start()

    def end(self) -> None:
        """Nothing more is to be interrupted."""
        self._over = self._heard = True
        if self._again is not None:
            self._again.join()

    def _try(self) -> None:
        """Again and again: a signal just before the main thread waits for something does not end its waiting."""
        while True:
            time.sleep(AGAIN)
            if self._heard:
                return
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            else:
                _thread.interrupt_main()


def _deaf(frame: FrameType | None) -> bool:
    """Whether an exception raised in this frame may be dropped."""
    while frame is not None:
        code = frame.f_code
        if code.co_name == "__del__" or code.co_filename.startswith(_IMPORTING) or code.co_filename.endswith(_WEAK):
            return True
        frame = frame.f_back
    return False
