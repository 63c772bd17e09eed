"""Rules that tell where a value the server gives is sent back by the client; read from and written to TOML."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from analyzer.issues import ReplayError
from analyzer.replay.credentials import HIDDEN, is_secret
from analyzer.replay.jsontext import Path, parse, show
from analyzer.replay.noise import quoted
from analyzer.replay.steps import ACK, CONNECT, DISCONNECT, EVENT, MESSAGE, OPEN, REFUSAL
from analyzer.text import elide

KINDS = {"open": OPEN, "connect": CONNECT, "event": EVENT, "ack": ACK, "message": MESSAGE, "refusal": REFUSAL}
"""How a rule names the kinds of packets."""
_NAMES = {kind: name for name, kind in KINDS.items()} | {DISCONNECT: "disconnect"}

_HEAD = """# Values that the server gives (from) and the client sends back (to): replayed with the live value.
# Remove a rule, or say enabled = false, where a value should be sent as captured. [*] stands for every index.
# A value of your own, ${NAME} from the environment or from --users, is put in by
#   [[set]]
#   to = { packet = "event", namespace = "/", event = "login", path = "[0].user" }
#   value = "${USER}"
"""


class Place(NamedTuple):
    """A place in packets of one kind; ``path`` may hold `jsontext.ANY`."""

    kind: str
    namespace: str
    event: str
    path: Path


@dataclass(frozen=True, slots=True)
class Rule:
    """``score`` from 0 to 1 says how sure the finder is; ``sample`` is a captured value."""

    source: Place
    target: Place
    score: float = 1.0
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules, and places with values of the user's own."""

    rules: Sequence[Rule] = ()
    fixed: Sequence[tuple[Place, str]] = field(default_factory=tuple)


def write(rules: Iterable[Rule]) -> str:
    """The text of a rules file."""
    parts = [_HEAD]
    for rule in rules:
        secret = any(is_secret(str(part)) for place in (rule.source, rule.target) for part in place.path[-1:])
        sample = HIDDEN if secret else elide(rule.sample, 40)
        parts.append(
            f"\n[[rule]]\nfrom = {_table(rule.source)}\nto = {_table(rule.target)}\n"
            f"score = {rule.score:.2f}\nsample = {quoted(sample)}\n"
        )
    return "".join(parts)


def _table(place: Place) -> str:
    members = {"packet": _NAMES[place.kind], "namespace": place.namespace, "event": place.event}
    inner = ", ".join(f"{name} = {quoted(value)}" for name, value in members.items() if value or name == "packet")
    return f"{{ {inner}, path = {quoted(show(place.path))} }}"


def read(text: str, where: str) -> Rules:
    """The rules of such a text. ReplayError where it is none."""
    try:
        found = tomllib.loads(text)
        for name in found.keys() - {"rule", "set"}:
            raise TypeError(f"{name!r} is nothing that it holds")
        entries = [entry for entry in found.get("rule", []) if entry.get("enabled", True) is True]
        rules = [Rule(_place(entry["from"]), _place(entry["to"]), float(entry.get("score", 1.0))) for entry in entries]
        fixed = [(_place(entry["to"]), str(entry["value"])) for entry in found.get("set", [])]
    except (tomllib.TOMLDecodeError, TypeError, AttributeError, KeyError, ValueError) as error:
        raise ReplayError(f"{where}: is no rules file ({error}); write one with --dry-run --rules") from error
    return Rules(tuple(rules), tuple(fixed))


def _place(entry: Any) -> Place:
    if not isinstance(entry, dict) or "path" not in entry:
        raise TypeError("from and to are tables with packet, namespace, event and path")
    kind = KINDS.get(entry.get("packet", "event"))
    if kind is None:
        raise ValueError(f"packet is one of {', '.join(KINDS)}")
    texts = (entry.get("namespace", "/"), entry.get("event", ""), entry["path"])
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("namespace, event and path are text")
    return Place(kind, texts[0], texts[1], parse(texts[2]))
