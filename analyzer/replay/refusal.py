"""What it means when a server does not go along: a status, a broken connection, a close."""

import json

from analyzer.replay import outcome
from analyzer.replay.actions import Failed, HungUp
from analyzer.text import elide

_VERSION = 5
"""Engine.IO's code for a revision that the server does not speak."""
_ABNORMAL, _PROTOCOL_ERROR = 1006, 1002


def of(status: int, body: bytes, opening: bool) -> tuple[str, str]:
    """Outcome and sentence of a request answered with ``status``."""
    if 300 <= status < 400:
        return (
            outcome.REDIRECTED,
            f"redirected ({status}), which is not followed: name the place it leads to as --target",
        )
    code, said = _said(body)
    if code == _VERSION or "unsupported version" in said.lower():
        return outcome.WRONG_REVISION, f"the server does not speak the Engine.IO revision of the capture: {said}"
    if opening:
        hint = ": is the path right?" if status == 404 else ""
        return outcome.REFUSED, f"the handshake was refused with status {status} ({said}){hint}"
    return outcome.CLOSED_BY_SERVER, f"a request was refused with status {status} ({said})"


def of_failure(event: Failed | HungUp, opening: bool) -> tuple[str, str]:
    """Outcome and sentence of a request without an answer, or of a WebSocket's end."""
    if isinstance(event, Failed):
        if event.status:
            return of(event.status, event.body or event.reason.encode(), opening)
        return outcome.UNREACHABLE, event.reason
    if event.code == _PROTOCOL_ERROR and opening:
        detail = "what followed the 101 is no WebSocket: servers of another Engine.IO revision refuse so"
        return outcome.WRONG_REVISION, detail
    if event.reason:
        return outcome.GARBAGE, event.reason
    if event.code == _ABNORMAL and opening:
        return outcome.UNREACHABLE, "the connection ended before the session was open"
    if event.code == _ABNORMAL:
        return outcome.CLOSED_BY_SERVER, "the connection broke"
    return outcome.CLOSED_BY_SERVER, f"the server closed the WebSocket with code {event.code}"


def _said(body: bytes) -> tuple[int | None, str]:
    """Code and message of Engine.IO's error object; else the body itself."""
    text = elide(body, 80) or "no text"
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None, text
    if isinstance(found, dict) and isinstance(found.get("code"), int):
        return found["code"], elide(str(found.get("message", "")), 80)
    return None, text
