"""Text made safe to show: captures are hostile, and a terminal obeys control characters."""

ELLIPSIS = "…"


def printable(text: str) -> str:
    """``text`` with every character that is not printable (controls, bidi marks, lone surrogates) as a backslash
    escape.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def elide(value: str | bytes, width: int = 60) -> str:
    """One printable line of at most about ``width`` characters that begins like ``value``; bytes are read as UTF-8
    where they are.
    """
    head = value[: 4 * width]
    text = head.decode("utf-8", "backslashreplace") if isinstance(head, bytes) else head
    shown = printable(text)
    if len(shown) > width or len(head) < len(value):
        return shown[:width] + ELLIPSIS
    return shown
