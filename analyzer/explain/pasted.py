"""What somebody pasted: text, or bytes written as hex, with the record separator in any of its spellings."""

import re

_HEX = re.compile(r"(?:0x|hex:|\\x)((?:[0-9a-fA-F]{2}(?:\s|,|\\x|0x)*)+)")
_PAIRS = re.compile(r"<?((?:[0-9a-fA-F]{2}\s+){2,}[0-9a-fA-F]{2})>?")
_ANGLES = re.compile(r"<((?:[0-9a-fA-F]{2}\s*)+)>")
_SEPARATOR = re.compile(r"␞|\\x1e|\\u001e|\\036|\^\^", re.IGNORECASE)


def understand(text: str) -> str | bytes:
    """The frame that ``text`` stands for: bytes for ``0x0401``, ``<04 01>``, ``04 01 02``; text else.

    The record separator 0x1e may be written as ``␞``, ``\\x1e``, ``\\u001e`` or as itself.
    """
    shown = text.strip(" \t\r\n")
    for form in (_HEX, _ANGLES, _PAIRS):
        found = form.fullmatch(shown)
        if found is not None:
            return bytes.fromhex(re.sub(r"\\x|0x|[\s,]", "", found[1]))
    return _SEPARATOR.sub("\x1e", text.rstrip("\r\n"))
