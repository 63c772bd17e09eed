"""What keeps a bug of ours out of the traffic: hooks that cannot fail."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol

P = ParamSpec("P")


class Fallible(Protocol):
    """What hears of failures."""

    def failed(self, error: Exception) -> None:
        """Something could not be done."""


def harmless(hook: Callable[Concatenate[Any, P], None]) -> Any:
    """A hook whose exceptions go to ``self.failed`` and no further; mitmproxy itself goes on in any case."""

    @wraps(hook)
    def guarded(self: Fallible, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            hook(self, *args, **kwargs)
        except Exception as error:  # whatever it is: traffic goes on
            self.failed(error)

    return guarded
