"""Records that are lost with bytes missing from the capture: what is said of them, and how reading goes on."""

from analyzer.issues import Issue
from analyzer.wire.tls_epochs import Stage
from analyzer.wire.tls_progress import Progress
from analyzer.wire.tls_records import HEADER, Kind, looks_like_header
from analyzer.wire.tls_search import Found, Search
from analyzer.wire.tls_session import Moment


def within(state: Progress, data: bytes, size: int, moment: Moment) -> int | None:
    """Bytes left of the record that ``data`` begins behind a hole of ``size`` bytes in it; None where the hole does not
    lie within a record that can be stepped over.
    """
    if len(data) < HEADER or not looks_like_header(data, 0):
        return None
    length = data[3] << 8 | data[4]
    left = HEADER + length - len(data) - size
    if left < 0 or (state.epoch is None and data[0] != Kind.HANDSHAKE) or state.seeking or not state.quick:
        return None
    if state.epoch is None:
        state.overheard(data[HEADER:], moment)
        return left
    detail = f"record {state.seq} is lost with {size} bytes that are missing"
    state.session.odd(state.side, Issue.TLS_GAP, detail, moment)
    state.seq += 1
    state.messages.lose()
    state.out.gap(_plain_size(state, data[0], length), moment)
    return left


def regain(state: Progress, search: Search, record: Found, moment: Moment) -> None:
    """Behind a hole or a bad record, one was found that authenticates: go on with it."""
    if search.hole:
        same = record.epoch is state.epoch
        lost = f"{record.seq - search.seq} records are" if same else "records are"
        detail = f"{lost} lost with {search.hole} bytes that are missing"
        state.session.odd(state.side, Issue.TLS_GAP, detail, moment)
    state.settle(record.epoch, record.seq, moment)
    state.content(*record.opened, moment)


def _plain_size(state: Progress, kind: int, length: int) -> int:
    """Bytes of application data in a record of TLS 1.2; -1 where padding hides it."""
    epoch = state.epoch
    if epoch is not None and epoch.stage is Stage.SESSION and kind != Kind.DATA:
        return 0
    exact = epoch is not None and epoch.protection.exact
    return max(0, length - epoch.protection.overhead) if epoch is not None and exact else -1
