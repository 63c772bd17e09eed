"""What connections tell."""

from analyzer.wire.events import Exchange
from analyzer.wire.http1 import Head


def head(begun: int) -> Head:
    """A head whose first byte came at ``begun``."""
    return Head(begun + 5, 1, begun, "GET", "/", 0, "", "1.1", [])


def test_an_exchange_began_with_its_request() -> None:
    """Or, where the capture does not show that, with its answer."""
    assert Exchange(head(3), answer=head(9)).begun == 3
    assert Exchange(None, answer=head(9)).begun == 9
    assert Exchange(None).begun == 0
