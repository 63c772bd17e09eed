"""A pasted frame: one packet or a polling payload, text or bytes, read as each revision of Engine.IO reads it."""

import re

from analyzer.engineio.payload import Entry, guess_form, split
from analyzer.explain import engine, socket
from analyzer.explain.official import fate
from analyzer.explain.pasted import understand
from analyzer.explain.reading import Reading
from analyzer.issues import Issue, PacketError
from analyzer.socketio.packet import decode
from analyzer.text import elide
from analyzer.units import plural

LONGEST = 1_000_000
"""Characters of a frame that are read."""
PACKETS = 50
"""Packets of a payload that are told."""
_LENGTH = re.compile(r"\s*[0-9]+:")
_JSONP = re.compile(r"___eio\[|d=")


def explain(pasted: str) -> list[Reading]:
    """The ways in which ``pasted`` can be read, the likelier first; one where both revisions read it alike."""
    frame = understand(pasted[:LONGEST])
    if isinstance(frame, bytes):
        return _binary(frame)
    if "\x1e" in frame or _JSONP.match(frame):
        return [_payload(frame.encode("utf-8", "surrogatepass"), None)]
    readings = [_packet(frame, revision) for revision in (4, 3)]
    if _LENGTH.match(frame):
        return [_payload(frame.encode("utf-8", "surrogatepass"), 3), readings[0]]
    if readings[0].steps == readings[1].steps:
        readings = readings[:1]
        readings[0].title = "Engine.IO 3 and 4 read it alike"
    return readings + _without_engine(frame)


def _packet(text: str, revision: int) -> Reading:
    reading = Reading(f"Engine.IO {revision} (socket.io {'3 and 4' if revision >= 4 else '1 and 2'})")
    engine.explain_text(reading, text, revision)
    return reading


def _without_engine(text: str) -> list[Reading]:
    """The Socket.IO packet that it is when the Engine.IO digit is left out, as debug output does; where that fits."""
    if text[:1] == "4" or len(text) < 2 or text[1:] == "probe" or text[:2] == "0{":
        return []
    reading = Reading("As a Socket.IO packet alone, as debug output shows it (on the wire there is a 4 before it)")
    try:
        decode(text)
    except PacketError:
        return []
    socket.explain_text(reading, text, 4)
    return [reading]


def _binary(data: bytes) -> list[Reading]:
    form = guess_form(data)
    if form.packed:
        return [_payload(data, 3)]
    if 0x1E in data and data[:1].isdigit():
        return [_payload(data, 4)]
    readings = []
    for revision in (4, 3):
        reading = Reading(f"Engine.IO {revision}, a binary WebSocket message")
        engine.explain_binary(reading, data, revision)
        readings.append(reading)
    return sorted(readings, key=lambda reading: not reading.sound)


def _payload(body: bytes, revision: int | None) -> Reading:
    form = guess_form(body, revision)
    text = "lengths before packets" if form.revision < 4 else "0x1e between packets"
    how = "packed in binary" if form.packed else f"JSONP, {text}" if form.jsonp else text
    reading = Reading(f"A polling payload of Engine.IO {form.revision} ({how})")
    pending, lost = 0, False
    for number, entry in enumerate(split(body, form), 1):
        if number > PACKETS:
            reading.say("...", "more packets, not told")
            break
        pending, lost = _entry(reading, (number, entry), form.revision, (pending, lost))
    if pending:
        reading.say("", f"{plural(pending, 'attachment')} still to come, in the next payload or over the WebSocket")
    return reading


def _entry(reading: Reading, numbered: tuple[int, Entry], revision: int, state: tuple[int, bool]) -> tuple[int, bool]:
    """Says one packet of a payload; ``state`` is how many attachments are due, and whether parsers gave up before."""
    (number, entry), (pending, lost) = numbered, state
    content = entry.text if entry.text is not None else entry.binary
    shown = content if isinstance(content, str) else (content or b"").hex(" ")
    reading.say("", f"packet {number}: {elide(shown, 50)}{' (thrown away, for what came before it)' if lost else ''}")
    if entry.error is not None or content is None:
        reading.wrong(shown, f"{entry.error or 'no packet'}{fate(Issue.EIO_BAD_PAYLOAD)}")
        return pending, True
    sound = reading.sound
    if isinstance(content, str):
        binary = content.startswith("b")
        due = engine.explain_text(reading, content, revision)
    else:
        binary, due = True, 0
        engine.explain_binary(reading, content, revision)
    broken = reading.steps[-1][1].startswith("WRONG: no Engine.IO")
    return (max(pending - 1, 0) if binary else due or pending), lost or (broken and not sound) or broken
