"""The rules of fault injection: a TOML file, checked as a whole, each mistake told with its line and key."""

import tomllib
from dataclasses import dataclass, field
from typing import Any

from analyzer.issues import RulesError
from analyzer.live.packet_filter import Filter
from analyzer.live.rule_keys import BOTH, UPGRADE
from analyzer.live.rule_table import Table, line_of


@dataclass(frozen=True, slots=True)
class Rule:
    """``do`` to what ``match`` means: the first ``after`` pass, then ``count`` (None: all) are met, each by chance, and
    only from ``after_seconds`` of a session on and until ``until_seconds``.
    """

    name: str
    do: str
    match: Filter
    after: int = 0
    count: int | None = None
    after_seconds: float = 0.0
    until_seconds: float | None = None
    probability: float = 1.0
    per_session: bool = True
    seconds: float | None = None
    """How long a delay takes, or a packet that is to change places waits for the next one."""
    jitter: float = 0.0
    keep_order: bool = False
    """Whether a delay holds up all that follows in the same direction."""
    by: int = 1
    """Packets that overtake one that changes places."""
    set: dict[str, Any] = field(default_factory=dict)
    data: Any = None
    """Arguments of an ack: an array, or the only one."""
    forward: bool = False
    """Whether an event that the proxy answers goes on all the same."""
    code: int | None = None
    """Close code of a cut; None: the connection is reset."""
    reason: str = ""
    to: str = BOTH
    bytes: int = 0
    bytes_per_second: float = 0.0
    error: str = "bad-request"
    withhold: str = UPGRADE


def read(path: str) -> list[Rule]:
    """The rules of a file. Raises RulesError, also where it cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise RulesError(f"cannot read the rules {path}: {why}") from error
    return load(text, path)


def load(text: str, where: str) -> list[Rule]:
    """The rules of a file. Raises RulesError, one line: file, line, key, what is wrong."""
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RulesError(f"{where}: {error}") from error
    tables = found.pop("rule", [])
    if found or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        key = next(iter(found), "rule")
        raise RulesError(
            f"{where}, line {line_of(text, 0, key)}: {key}: rules are tables called [[rule]], nothing else"
        )
    rules = []
    for i, table in enumerate(tables):
        values, match = Table(text, where, i, table).checked()
        rules.append(Rule(**values, match=match))
    return rules
