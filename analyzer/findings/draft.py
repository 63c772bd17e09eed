"""What a rule says of one case, before those alike become one finding."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.tables.view import NONE


@dataclass(frozen=True)
class Draft:
    """One case of a code."""

    code: str
    time: int
    """When it happened, ns."""
    rows: Sequence[int]
    """Positions of the log's rows that prove it, the most telling first; `NONE` among them is passed over."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What fills in the code's texts, safe to show."""
    key: int = NONE
    """Its session, as `View.key` numbers them."""
    cause: Hashable = None
    """Cases of one code and cause become one finding."""
    weight: float = 0.0
    """The heaviest of those is told; of equal ones the first."""
