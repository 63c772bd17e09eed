"""How much a run may still receive."""


class Budget:
    """Bytes of all sessions together; ``over`` once they are used up."""

    def __init__(self, most: int = 1 << 30) -> None:
        self.most = most
        self.spent = 0

    def spend(self, size: int) -> None:
        """Bytes were received."""
        self.spent += size

    @property
    def over(self) -> bool:
        """Whether no more may come."""
        return self.spent > self.most
