"""Reads the small files that options name."""

from analyzer.issues import ReplayError
from analyzer.store.files import explained


def text_of(path: str) -> str:
    """The text of a file. StoreError where it cannot be read, ReplayError where it is no UTF-8."""
    with explained(path, "read"), open(path, "rb") as file:
        data = file.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReplayError(f"{path}: is no text in UTF-8") from error
