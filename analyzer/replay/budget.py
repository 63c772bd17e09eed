"""How much a run may still receive."""

from collections.abc import Callable


class Budget:
    """Bytes of all sessions together; ``over`` once they are used up."""

    def __init__(self, most: int = 1 << 30) -> None:
        self.most = most
        self.spent = 0
        self.tell: Callable[[], object] | None = None
        """Called once when they are used up."""

    def spend(self, size: int) -> None:
        """Bytes were received."""
        self.spent += size
        if self.spent > self.most and self.tell is not None:
            tell, self.tell = self.tell, None
            tell()

    @property
    def over(self) -> bool:
        """Whether no more may come."""
        return self.spent > self.most
