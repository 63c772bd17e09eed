"""Ctrl-C that is not lost. Python drops an exception in the callback of a weak reference and in a finalizer, of which
importing runs many: a KeyboardInterrupt that falls into one is gone, and the command goes on.
"""

import _thread
import signal
import threading
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
    signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is _interrupt:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if not _deaf(frame):
        raise KeyboardInterrupt
    again = threading.Timer(AGAIN, _send)
    again.daemon = True
    again.start()


def _send() -> None:
    """A signal to the main thread: one that ends its waiting, too, where the system has that."""
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
