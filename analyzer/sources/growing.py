"""Key logs that are being written while they are read."""

import os
from collections.abc import Sequence
from typing import Final

from analyzer.sources.streams import unreadable
from analyzer.text import printable
from analyzer.wire.keylog import KeyLog, KeyLogTail

_PIECE: Final = 1 << 20


class GrowingKeys:
    """The secrets in some key logs, those included that are still to come."""

    def __init__(self, paths: Sequence[str]) -> None:
        """Raises CaptureError where one is no file that may be read; it need not be there yet."""
        self.keys = KeyLog(growing=bool(paths))
        self._files = [_Growing(path, self.keys) for path in paths]
        self.poll()

    @property
    def missing(self) -> list[str]:
        """Those of the files that are not there yet."""
        return [file.path for file in self._files if file.missing]

    def poll(self) -> None:
        """Take what was written since the last look. Raises CaptureError where a file can no longer be read."""
        for file in self._files:
            file.look()

    def close(self) -> None:
        """Nothing more will be written: last lines count without their line ends."""
        self.poll()
        for file in self._files:
            file.tail.end()


class _Growing:
    """One file, from its beginning; from there again where it was replaced or cut."""

    def __init__(self, path: str, keys: KeyLog) -> None:
        self.path = path
        self.tail = KeyLogTail(keys)
        self._keys = keys
        self._begun: tuple[int, int] | None = None
        self._taken = 0

    @property
    def missing(self) -> bool:
        return self._begun is None

    def look(self) -> None:
        try:
            self._look()
        except FileNotFoundError:
            return  # not there yet, or being replaced
        except (OSError, ValueError) as error:
            known = error if isinstance(error, OSError) else OSError(0, "it is no path")
            raise unreadable(printable(self.path), known) from error

    def _look(self) -> None:
        about = os.stat(self.path)
        if (about.st_dev, about.st_ino) != self._begun or about.st_size < self._taken:
            self.tail = KeyLogTail(self._keys)
            self._taken, self._begun = 0, (about.st_dev, about.st_ino)
        if about.st_size == self._taken:
            return
        with open(self.path, "rb") as file:
            file.seek(self._taken)
            while piece := file.read(_PIECE):
                self._taken += len(piece)
                self.tail.add(piece)
