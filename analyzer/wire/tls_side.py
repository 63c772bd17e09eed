"""One direction of a TLS connection: bytes and holes in, plaintext and holes out.

Records are read where they are complete, in order. What needs the other direction's hello, or a secret that may still
come, is held, up to `HOLD` bytes. A hole inside a record whose header was seen ends where the record does; after any
other the next record is searched for. Nothing is handed on that does not authenticate.
"""

from analyzer.issues import Issue
from analyzer.wire.marks import Marks
from analyzer.wire.pieces import Closed, Data, Gap, Piece
from analyzer.wire.tls_facts import Unread
from analyzer.wire.tls_holes import regain, within
from analyzer.wire.tls_intake import Intake
from analyzer.wire.tls_output import Output
from analyzer.wire.tls_progress import Progress, Verdict, lacking
from analyzer.wire.tls_records import HEADER, looks_like_header
from analyzer.wire.tls_search import Credit, Search
from analyzer.wire.tls_session import Moment, Session

HOLD = 1 << 18
"""Bytes held at most while a hello or a secret is waited for."""
_SOUGHT = 4096  # records passed over at most before the first that authenticates


class Side:
    """``index`` is the side of the connection; see `Session` for what it shares with the other one."""

    def __init__(self, session: Session, index: int) -> None:
        self._session = session
        self._index = index
        self._out = Output()
        self._progress = Progress(session, index, self._out)
        self._intake = Intake()
        self._blocked: Verdict | None = None
        self._seen = 0
        self._skip = 0  # bytes left of a record that has a hole
        self._search: Search | None = None
        self._credit = Credit()
        self._sought = 0
        self._blind = False
        self._floor: Moment = (0, 0)  # when it was found out that what came until then has to be searched

    @property
    def waiting(self) -> bool:
        """Whether it waits for a secret."""
        return self._blocked is Verdict.MISSING

    @property
    def held(self) -> int:
        """Bytes that have not been read."""
        return self._intake.size

    @property
    def blocked(self) -> bool:
        """Whether it waits for anything."""
        return self._blocked is not None

    @property
    def settled(self) -> bool:
        """Whether its handshake is over, as far as the other side is concerned."""
        return self._blind or self._progress.settled

    def add(self, pieces: list[Piece]) -> None:
        """Take what became readable; `run` reads it."""
        self._credit.earn(self._intake.add(pieces))

    def run(self, floor: Moment) -> bool:
        """Read as far as possible; whether anything was. What a late secret made readable counts from ``floor``."""
        moved = self._blocked is not None and self._unblock(floor)
        while self._blocked is None and (piece := self._intake.next()) is not None:
            moved = True
            self._piece(piece)
        return moved

    def give_up(self) -> None:
        """Nothing will come that it could wait for."""
        self._progress.patient = False
        if self._blocked is not None:
            self._resume()
        if self._search is not None and self._search.hopeless:
            self._despair(self._search, self._floor)

    def take(self) -> list[Piece]:
        """Plaintext, holes and the end, since the last call."""
        return self._out.take()

    def _unblock(self, floor: Moment) -> bool:
        """Whether what it waited for may have come; then what was held is looked at again."""
        if self._seen != self._awaited() and self.waiting:
            self._intake.delay(floor[0])
        elif self._seen != self._awaited():
            self._intake.postpone(self._progress.since)
        elif self._intake.full(HOLD):
            self._progress.patient = False
        else:
            return False
        self._resume()
        return True

    def _awaited(self) -> int:
        """What changes when what it waits for may have come."""
        return self._session.keys.secrets if self.waiting else self._session.turns

    def _resume(self) -> None:
        self._blocked = None
        self._read_on(*self._intake.held.take())

    def _piece(self, piece: Piece) -> None:
        if isinstance(piece, Data):
            whole = self._intake.joined(piece)
            if whole is not None:
                self._read_on(*whole)
        elif isinstance(piece, Gap):
            self._hole(piece.size, (piece.time, piece.frame))
        else:
            self._close(piece)

    def _read_on(self, data: bytes, marks: Marks) -> None:
        """Read all whole records of these bytes, which follow those read before; hold the rest."""
        pos = min(self._skip, len(data))
        self._skip -= pos
        self._intake.need = 0
        while pos < len(data) and not self._intake.need and self._blocked is None and not self._blind:
            if self._session.passed_over is not None:
                self._shut((0, 0))
            elif self._search is None:
                pos = self._next(data, marks, pos)
            else:
                pos = self._seek(data, marks, pos, self._search)
        if pos < len(data) and not self._blind:
            self._intake.held.append(data, marks, pos)

    def _next(self, data: bytes, marks: Marks, pos: int) -> int:
        """Read what begins at ``pos``; the position behind it."""
        epoch, state = self._progress.epoch, self._progress
        if epoch is not None and epoch.lane is not None and state.quick and marks.at(pos + 1) >= self._floor:
            at, state.seq = epoch.lane(epoch.protection, state.seq, data, marks, pos, self._out)
            if at > pos:
                state.authentic = state.session.authentic = True
                return at
        if not looks_like_header(data, pos):
            return self._lose(pos, marks.at(pos + 1), "bytes where a record should begin that are none")
        if len(data) - pos < HEADER:
            self._intake.need = HEADER
            return pos
        end = pos + HEADER + (data[pos + 3] << 8 | data[pos + 4])
        if end > len(data):
            self._intake.need = end - pos
            return pos
        return self._record(data, marks, pos, end)

    def _record(self, data: bytes, marks: Marks, pos: int, end: int) -> int:
        moment = max(marks.at(end), self._floor)
        verdict = self._progress.read(data[pos : pos + HEADER], data[pos + HEADER : end], moment)
        if verdict is Verdict.TAKEN:
            if self._progress.seeking:
                self._pass_by(moment)
            return end
        if verdict is Verdict.BAD:
            return self._lose(pos, moment, self._bad(data[pos]))
        if verdict is not Verdict.AGAIN:
            self._stop(verdict, moment)
        return pos

    def _bad(self, kind: int) -> str:
        if self._progress.epoch is None:
            return f"a record of type {kind} has no business before the keys are agreed on"
        return f"record {self._progress.seq} does not authenticate"

    def _pass_by(self, moment: Moment) -> None:
        self._sought += 1
        if self._sought > _SOUGHT:
            self._session.odd(self._index, Issue.TLS_BAD_RECORD, "no record authenticates", moment)
            self._shut(moment)

    def _stop(self, verdict: Verdict, moment: Moment) -> None:
        """A record cannot be read yet: wait, or if that is no use say so."""
        state, session = self._progress, self._session
        hopeless = verdict is Verdict.WAIT and not state.greeted
        if state.patient and not hopeless and (verdict is Verdict.WAIT or session.keys.growing):
            self._blocked = verdict
            self._seen = self._awaited()
            return
        if verdict is Verdict.WAIT:
            missing = "ClientHello" if session.negotiation(0).client is None else "ServerHello"
            session.pass_over(Unread.NO_HELLO, self._index, f"the {missing} is not in the capture", moment)
        elif session.facts.random is None or session.keys.find(session.facts.random) is None:
            session.no_secret(self._index, moment)
        else:
            detail = f"the key log holds no {lacking(state)} that fits"
            session.odd(self._index, Issue.TLS_NO_SECRET, detail, moment)
        self._shut(moment)

    def _shut(self, moment: Moment) -> None:
        """Nothing of this direction will be read any more."""
        self._blind, self._search = True, None
        self._intake.held.take()
        if self._session.passed_over is None:
            self._out.gap(-1, moment)
            self._session.blind(self._index, moment)

    def _lose(self, pos: int, moment: Moment, why: str) -> int:
        """Something is wrong at ``pos``: look for the next record behind it."""
        self._floor = moment = max(moment, self._floor)
        self._session.odd(self._index, Issue.TLS_BAD_RECORD, why, moment)
        self._out.gap(-1, moment)
        self._search = Search(1, 0, self._progress.seq)
        return pos + 1

    def _hole(self, size: int, moment: Moment) -> None:
        """``size`` bytes are missing."""
        if self._blind:
            return
        if self._skip >= size:
            self._skip -= size
            return
        beyond = size - self._skip
        inside, self._skip = self._skip > 0, 0
        data, _ = self._intake.held.take()
        left = None if inside or self._search is not None else within(self._progress, data, size, moment)
        if self._search is not None:
            self._search.lost += size + len(data)
            self._search.hole += size
            self._search.need = HEADER
        elif left is not None:
            self._skip = left
        else:
            self._search = Search(beyond + len(data), size, self._progress.seq)
        if self._search is not None:
            self._out.gap(-1, moment)

    def _seek(self, data: bytes, marks: Marks, pos: int, search: Search) -> int:
        """Look for the next record that authenticates."""
        if not search.candidates:
            found = self._progress.candidates()
            if isinstance(found, Verdict):
                self._stop(found, marks.at(pos + 1))
                return pos
            search.candidates, search.fresh = found, not self._progress.authentic
        at, record = search.find(data, pos, self._credit)
        if search.reached:
            self._floor = max(self._floor, marks.at(search.reached))
        if record is not None:
            self._search = None
            regain(self._progress, search, record, max(marks.at(record.end), self._floor))
            return record.end
        self._intake.need = search.need
        if search.strange or self._credit.spent:
            self._despair(search, max(marks.at(at), self._floor))
        return at

    def _despair(self, search: Search, moment: Moment) -> None:
        """No record is found any more."""
        known = "no record that authenticates is found any more"
        why = "no record authenticates: the secret may be another connection's" if search.fresh else known
        self._session.odd(self._index, Issue.TLS_BAD_RECORD, why, moment)
        self._shut(moment)

    def _close(self, piece: Closed) -> None:
        moment, left, search = (piece.time, piece.frame), len(self._intake.held), self._search
        if search is not None and search.hopeless:
            self._despair(search, moment)
        elif search is not None and search.hole:
            detail = f"nothing could be read after {search.hole} bytes that are missing"
            self._session.odd(self._index, Issue.TLS_GAP, detail, moment)
        elif search is None and left:
            detail = f"the connection ends {left} bytes into a record"
            self._session.odd(self._index, Issue.TLS_BAD_RECORD, detail, moment)
        self._intake.held.take()
        self._search = None
        self._out.closed(piece)
