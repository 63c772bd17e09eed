"""The target of a live session's requests: path and query in the order in which official clients write them."""

from urllib.parse import quote, urlencode

from analyzer.replay.steps import Manner

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Address:
    """Makes request targets; ``seed`` begins the cache busters."""

    def __init__(self, manner: Manner, seed: int) -> None:
        self._manner = manner
        self._count = seed
        self.sid: str | None = None

    def of(self, transport: str) -> str:
        """Path and query of the next request of a transport."""
        manner = self._manner
        fields = [*manner.query, ("EIO", str(manner.revision)), ("transport", transport)]
        if transport == "polling":
            self._count += 1
            fields.append(("t", base36(self._count)))
        if manner.base64:
            fields.append(("b64", "1"))
        if manner.jsonp and transport == "polling":
            fields.append(("j", "0"))
        if self.sid is not None:
            fields.append(("sid", self.sid))
        return f"{quote(manner.path, safe='/%:@!$&()*+,;=~-._')}?{urlencode(fields)}"


def base36(number: int) -> str:
    """A number in the digits that cache busters are written in."""
    out = ""
    while number:
        number, digit = divmod(number, 36)
        out = _DIGITS[digit] + out
    return out or "0"
