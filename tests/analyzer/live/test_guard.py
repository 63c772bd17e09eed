"""Hooks that cannot fail."""

from analyzer.live.guard import harmless


class Addon:
    """Fails on demand."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []

    def failed(self, error: Exception) -> None:
        """Something could not be done."""
        self.errors.append(error)

    @harmless
    def request(self, flow: str) -> None:
        """A hook."""
        raise ValueError(flow)


def test_exceptions_go_no_further() -> None:
    """But are told of."""
    addon = Addon()
    addon.request("x")
    assert [str(error) for error in addon.errors] == ["x"]


def test_a_hook_keeps_its_name() -> None:
    """mitmproxy finds it by that."""
    assert (Addon.request.__name__, Addon.request.__doc__) == ("request", "A hook.")
