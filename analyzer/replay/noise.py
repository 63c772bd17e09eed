"""Noise: JSON paths that differ between two replays on one build, so that a difference there says nothing. TOML."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Any

from analyzer.issues import ReplayError

Place = tuple[str, str, str]
"""Namespace, event and path; an empty path stands for all of the event, its number included."""

_HEAD = """# Where two replays on one build differed: differences there are not told.
# Remove what should be compared after all.
# Without a path all of the event is passed over.
"""


@dataclass(frozen=True, slots=True)
class Noise:
    """The places that are not compared."""

    places: frozenset[Place] = field(default_factory=frozenset)

    def hides(self, namespace: str | None, event: str | None, path: str | None) -> bool:
        """Whether a difference at this place is noise."""
        if not self.places:
            return False
        where, name = namespace or "/", event or ""
        if (where, name, "") in self.places:
            return True
        return path is not None and any(
            (where, name) == known[:2] and _under(path, known[2]) for known in self.places if known[2]
        )


def _under(path: str, noise: str) -> bool:
    """Whether a path is the noisy one, or inside of it."""
    return path == noise or (path.startswith(noise) and path[len(noise)] in ".[")


def write(places: Iterable[Place]) -> str:
    """The text of a noise file."""
    parts = [_HEAD]
    for namespace, event, path in sorted(set(places)):
        parts.append(f"\n[[noise]]\nnamespace = {quoted(namespace)}\nevent = {quoted(event)}\n")
        if path:
            parts.append(f"path = {quoted(path)}\n")
    return "".join(parts)


def read(text: str, where: str) -> Noise:
    """The noise of such a file. ReplayError where it is none."""
    try:
        found = tomllib.loads(text)
        for name in found.keys() - {"noise"}:
            raise TypeError(f"{name!r} is nothing that it holds")
        return Noise(frozenset(_place(entry) for entry in found.get("noise", [])))
    except (tomllib.TOMLDecodeError, TypeError, AttributeError, KeyError) as error:
        raise ReplayError(f"{where}: is no noise file ({error}); write one with --learn-noise") from error


def _place(entry: Any) -> Place:
    if not isinstance(entry, dict) or "event" not in entry:
        raise TypeError("each [[noise]] has an event")
    namespace, event, path = entry.get("namespace", "/"), entry["event"], entry.get("path", "")
    if not all(isinstance(part, str) for part in (namespace, event, path)):
        raise TypeError("namespace, event and path are text")
    return namespace, event, path


def quoted(text: str) -> str:
    """A TOML basic string."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return encode_basestring(whole).replace("\x7f", "\\u007f")
