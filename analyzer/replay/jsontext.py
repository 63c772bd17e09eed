"""JSON text by its leaves: where each scalar stands, so that one can be read or replaced and all else stays as sent."""

import json
import re
from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple

Part = str | int
Path = tuple[Part, ...]
"""Keys and indexes from the outermost value inwards; a key `ANY` stands for every index of an array."""

ANY = "*"
DEEPEST = 200
"""Arrays and objects inside of each other that are looked into; what is deeper is one leaf."""

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}:,]|[^\[\]{}:,"\s]++', re.DOTALL)
_PART = re.compile(r'\.([^.\[\]"]+)|\[(?:(\d+)|\*|("(?:[^"\\]|\\.)*+"))\]')
_PLAIN_KEY = re.compile(r"[A-Za-z_$][\w$-]*")
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_CONSTANTS = {"true": True, "false": False, "null": None}


class Leaf(NamedTuple):
    """A scalar, or an array or object with nothing in it (``value`` is ``[]`` or ``{}``), at ``text[start:end]``."""

    path: Path
    start: int
    end: int
    value: Any


def leaves(text: str) -> list[Leaf]:
    """The leaves of a JSON text in order. ValueError where it is no JSON or too deep."""
    found: list[Leaf] = []
    path: list[Part] = []
    kinds: list[str] = []
    keyed = hollow = False
    opened = 0
    try:
        for match in _TOKEN.finditer(text):
            token = match[0]
            if token in "[{":
                kinds.append(token)
                path.append(0 if token == "[" else "")
                keyed, hollow, opened = token == "{", True, match.start()
                if len(path) > DEEPEST:
                    raise ValueError("nested too deep")
            elif token in "]}":
                path.pop()
                if hollow:
                    found.append(Leaf(tuple(path), opened, match.end(), [] if kinds[-1] == "[" else {}))
                kinds.pop()
                keyed = hollow = False
            elif token == ",":
                keyed = kinds[-1] == "{"
                if not keyed:
                    path[-1] = int(path[-1]) + 1
            elif token != ":":
                if keyed:
                    path[-1] = str(json.loads(token))
                else:
                    found.append(Leaf(tuple(path), match.start(), match.end(), _scalar(token)))
                keyed = hollow = False
    except (IndexError, RecursionError) as error:
        raise ValueError("brackets that do not match") from error
    if kinds:
        raise ValueError("a bracket is not closed")
    return found


def _scalar(token: str) -> Any:
    return _CONSTANTS[token] if token in _CONSTANTS else json.loads(token)


def leaves_or_whole(text: str | None) -> list[Leaf]:
    """The leaves, of no text none; what is no JSON is one leaf, the text itself."""
    if text is None:
        return []
    try:
        return leaves(text)
    except ValueError:
        return [Leaf((), 0, len(text), text)]


def scalars(text: str | None) -> Iterator[tuple[Path, Any]]:
    """Path and value of every leaf, as `leaves_or_whole` has them but for where they stand: much quicker. Of members of
    one name the last counts.
    """
    if text is None:
        return
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        yield (), text
        return
    pending: list[tuple[Path, Any]] = [((), value)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict) and value and len(path) < DEEPEST:
            pending += [((*path, key), inner) for key, inner in reversed(value.items())]
        elif isinstance(value, list) and value and len(path) < DEEPEST:
            pending += [((*path, i), value[i]) for i in reversed(range(len(value)))]
        else:
            yield path, value


def spliced(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """``text`` with pieces ``[start:end]`` replaced; they do not overlap."""
    out, at = [], 0
    for start, end, new in sorted(edits):
        out += [text[at:start], new]
        at = end
    return "".join([*out, text[at:]])


def dump(value: Any) -> str:
    """A value as JSON.stringify writes it."""
    return quoted(value) if isinstance(value, str) else _ENCODE(value)


def show(path: Path) -> str:
    """A path as people write it: ``[0].order.id``, ``[1][*]``, ``[0]["a b"]``."""
    out = ""
    for part in path:
        if part == ANY or isinstance(part, int):
            out += f"[{part}]"
        else:
            out += f".{part}" if _PLAIN_KEY.fullmatch(part) else f"[{json.dumps(part)}]"
    return out


def parse(text: str) -> Path:
    """The path of such a text. ValueError where it is none."""
    found: list[Part] = []
    at = 0
    for match in _PART.finditer(text):
        if match.start() != at:
            break
        at = match.end()
        if match[1] is not None:
            found.append(match[1])
        elif match[2] is not None:
            found.append(int(match[2]))
        else:
            found.append(ANY if match[3] is None else str(json.loads(match[3])))
    if at != len(text):
        raise ValueError(f"no path from {text[at : at + 20]!r} on; write it like [0].order.id")
    return tuple(found)


def widened(path: Path, keep: int = 1) -> Path:
    """``path`` with every index behind its first ``keep`` parts made `ANY`: all items of a list are one place."""
    return tuple(ANY if i >= keep and isinstance(part, int) else part for i, part in enumerate(path))


def fits(path: Path, pattern: Path) -> bool:
    """Whether a path is one that ``pattern`` stands for."""
    return len(path) == len(pattern) and all(
        p == want or (want == ANY and isinstance(p, int)) for p, want in zip(path, pattern, strict=True)
    )
