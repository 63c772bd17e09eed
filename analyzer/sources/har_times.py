"""When things happened, by what a HAR entry says: its start, its phases, and the times of its messages."""

from typing import Any, NamedTuple

from analyzer.sources import loose, moments

FIREFOX, MITMPROXY = "firefox", "mitmproxy"


class Times(NamedTuple):
    """Moments of an exchange, in ns since 1970."""

    begun: int
    """The first byte of the request was sent."""
    asked: int
    """The request was complete."""
    answered: int
    """The first byte of the answer came."""
    ended: int
    """The answer was complete."""


def started(entry: Any) -> int | None:
    """When the browser or proxy took up the exchange."""
    found = loose.member(entry, "startedDateTime")
    return moments.of_text(found) if isinstance(found, str) else moments.since_1970(found)


def times(entry: Any, start: int, writer: str) -> Times:
    """Moments of an entry, from its phases as HAR 1.2 defines them.

    Before the request's first byte lie blocked, dns and connect, of which ssl is a part (Firefox gives it beside
    connect; mitmproxy counts from the request's first byte on, whatever it says of its own connection). What came after
    the request is wait and receive or, where they are not given, the rest of the whole.
    """
    phases = loose.member(entry, "timings")
    before = {MITMPROXY: (), FIREFOX: ("blocked", "dns", "connect", "ssl")}
    begun = start + sum(_phase(phases, name) for name in before.get(writer.lower(), ("blocked", "dns", "connect")))
    asked = begun + _phase(phases, "send")
    wait, receive = (moments.span(loose.member(phases, name)) for name in ("wait", "receive"))
    whole = moments.span(loose.member(entry, "time"))
    if wait is None and receive is None:
        ended = max(asked, start + (whole or 0))
        return Times(begun, asked, ended, ended)
    answered = asked + (wait or 0)
    return Times(begun, asked, answered, answered + (receive or 0))


def _phase(phases: Any, name: str) -> int:
    return moments.span(loose.member(phases, name)) or 0
