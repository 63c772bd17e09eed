"""Where one direction is in its handshake, and what a record means there (RFC 8446 section 2, RFC 5246 section 7)."""

from enum import Enum

from analyzer.issues import Issue
from analyzer.wire.tls_epochs import Epoch, Negotiation, Stage, label, updated
from analyzer.wire.tls_hello import client_hello, encrypted_extensions, server_hello
from analyzer.wire.tls_messages import Handshake, Messages, Step
from analyzer.wire.tls_output import Output
from analyzer.wire.tls_records import Kind
from analyzer.wire.tls_session import TLS13, Moment, Session


class Verdict(Enum):
    """What became of a record."""

    TAKEN = 0
    AGAIN = 1
    """There are keys now: read it again, with them."""
    WAIT = 2
    """It cannot be read before the other side's hello is."""
    MISSING = 3
    """A secret is needed that no key log holds (yet)."""
    BAD = 4
    """It does not authenticate, or has no business here."""


class Progress:
    """One direction's keys, record number and handshake. ``side`` is its index in the connection."""

    def __init__(self, session: Session, side: int, out: Output) -> None:
        self.session = session
        self.side = side
        self.out = out
        self.messages = Messages()
        self.epoch: Epoch | None = None
        """Keys of the next record; null while records come in the clear."""
        self.seq = 0
        """Number of the next record under these keys."""
        self.patient = True
        """Whether waiting may still help."""
        self.seeking = False
        """Records under other keys come first: pass over what does not authenticate, up to the first that does."""
        self.authentic = False
        """Whether any record authenticated."""
        self.missing: Stage | None = None
        """Stage whose secret is not there, of a `Verdict.MISSING`."""
        self.closing = False
        """close_notify came: nothing after it counts (RFC 8446 section 6.1)."""
        self._due: Stage | None = None
        self._number = -1  # of the handshake this side said hello in, last
        self._entered = -1  # of the one whose keys are in use

    @property
    def client(self) -> bool:
        """Whether this is the client's direction."""
        return self.session.client == self.side

    @property
    def greeted(self) -> bool:
        """Whether this side's hello was read."""
        return self._number >= 0

    @property
    def since(self) -> Moment:
        """When what it waited for came from the other side."""
        found = self._negotiation
        return max(found.ready, found.told) if self.epoch is None and self.session.version == TLS13 else found.ready

    @property
    def settled(self) -> bool:
        """Whether its handshake is over: the first one, of TLS 1.2."""
        final = self.epoch is not None and self.epoch.stage in (Stage.SESSION, Stage.TRAFFIC)
        return final or self._due is Stage.TRAFFIC

    @property
    def quick(self) -> bool:
        """Whether the quick lane may be taken."""
        return not (self.seeking or self.closing or self._due is not None)

    def read(self, head: bytes, body: bytes, moment: Moment) -> Verdict:
        """Take a whole record."""
        return self._plain(head[0], body, moment) if self.epoch is None else self._protected(head, body, moment)

    def overheard(self, body: bytes, moment: Moment) -> None:
        """The beginning of a handshake record in the clear whose end is lost."""
        self._handshake(body, moment)
        self.messages.lose()

    def candidates(self) -> list[tuple[Epoch, int]] | Verdict:
        """Keys a record may be under after some were lost, with the number it has at least; or why there are none."""
        if self.epoch is None:
            ready = self._ready()
            if ready is not None:
                return ready
        epochs = [(epoch, self.seq if epoch is self.epoch else 0) for epoch in self._following() if epoch is not None]
        return epochs or Verdict.MISSING

    def settle(self, epoch: Epoch, seq: int, moment: Moment) -> None:
        """After some were lost, a record authenticated as number ``seq`` under these keys."""
        if epoch is not self.epoch:
            self._enter(epoch)
            if epoch.stage is Stage.TRAFFIC and not self.client:
                self.session.extended(None, moment)
        self.seq, self.seeking, self._due = seq + 1, False, None
        self.messages.lose()

    def content(self, kind: int, plain: bytes, moment: Moment) -> Verdict:
        """Take the content of a record that is authentic."""
        assert self.epoch is not None
        self.authentic = self.session.authentic = True
        self.seeking = False
        if kind == Kind.DATA and self.epoch.stage is not Stage.HANDSHAKE:
            if not self.closing:
                self.out.data(plain, moment)
        elif kind == Kind.HANDSHAKE:
            self._handshake(plain, moment)
        elif kind == Kind.ALERT:
            self.closing |= self.session.alert(self.side, plain, moment)
        elif kind != Kind.SWITCH:
            self.session.odd(self.side, Issue.TLS_BAD_RECORD, f"a record of type {kind} has no business here", moment)
        return Verdict.TAKEN

    def _plain(self, kind: int, body: bytes, moment: Moment) -> Verdict:
        if kind == Kind.HANDSHAKE:
            self._handshake(body, moment)
            return Verdict.TAKEN
        if kind == Kind.ALERT and len(body) == 2:
            self.session.alert(self.side, body, moment)
            return Verdict.TAKEN
        if self.session.version == TLS13:
            rejected = self._negotiation.retry and self.client and self._negotiation.server is None
            if kind == Kind.SWITCH or rejected:
                return Verdict.TAKEN  # for middleboxes (RFC 8446 section D.4); 0-RTT data before the second ClientHello
        ready = self._ready()
        if ready is not None:
            return ready
        if self.session.version == TLS13:
            return self._begin()
        return self._switch() if kind == Kind.SWITCH else Verdict.BAD

    def _protected(self, head: bytes, body: bytes, moment: Moment) -> Verdict:
        verdict = self._due_keys()
        if verdict is not None:
            return verdict
        assert self.epoch is not None
        kind = head[0]
        if self.epoch.stage is not Stage.SESSION and kind != Kind.DATA:
            return self._unprotected(kind, body, moment)
        if kind == Kind.SWITCH and (ready := self._ready()) is not None:
            return ready
        opened = self.epoch.protection.open(self.seq, head, body)
        if opened is None:
            return Verdict.TAKEN if self.seeking else Verdict.BAD
        self.seq += 1
        verdict = self.content(*opened, moment)
        return self._switch() if kind == Kind.SWITCH else verdict

    def _unprotected(self, kind: int, body: bytes, moment: Moment) -> Verdict:
        """What TLS 1.3 leaves in the clear behind the hellos."""
        if kind == Kind.ALERT and len(body) == 2:
            self.session.alert(self.side, body, moment)
            return Verdict.TAKEN
        return Verdict.TAKEN if kind == Kind.SWITCH and body == b"\x01" else Verdict.BAD

    @property
    def _negotiation(self) -> Negotiation:
        return self.session.negotiation(max(0, self._number))

    def _ready(self) -> Verdict | None:
        """Null once both hellos of the handshake are known."""
        found = self._negotiation
        complete = found.client is not None and found.server is not None
        return None if complete and self.greeted else Verdict.WAIT

    def _keys(self, stage: Stage) -> Epoch | None:
        epoch = self.session.epoch(stage, self.client, max(0, self._number))
        if epoch is None:
            self.missing = stage
        return epoch

    def _enter(self, epoch: Epoch) -> None:
        self.epoch, self.seq = epoch, 0
        self._entered = self._number
        self.messages.restart()

    def _switch(self) -> Verdict:
        """TLS 1.2: the next record is under the keys of the handshake going on."""
        epoch = self._keys(Stage.SESSION)
        if epoch is None:
            return Verdict.MISSING
        self._enter(epoch)
        return Verdict.TAKEN

    def _begin(self) -> Verdict:
        """TLS 1.3: the first protected record."""
        assert self._negotiation.client is not None
        if self.client and self._negotiation.client.early and not self._negotiation.retry:
            if self._negotiation.early is None and self.patient:
                return Verdict.WAIT
            if self._negotiation.early is not False and (epoch := self._keys(Stage.EARLY)) is not None:
                self._enter(epoch)
                return Verdict.AGAIN
            self.seeking = True  # the server passes over what it did not ask for (RFC 8446 section 4.2.10)
        epoch = self._keys(Stage.HANDSHAKE)
        if epoch is None and not (self.patient and self.session.keys.growing):
            epoch, self.seeking = self._keys(Stage.TRAFFIC), True
        if epoch is None:
            return Verdict.MISSING
        self._enter(epoch)
        return Verdict.AGAIN

    def _due_keys(self) -> Verdict | None:
        """TLS 1.3: the keys that follow the message before."""
        if self._due is None:
            return None
        epoch = self._keys(self._due)
        if epoch is None:
            return Verdict.MISSING
        self._enter(epoch)
        self._due = None
        return None

    def _following(self) -> list[Epoch | None]:
        if self.session.version != TLS13:
            return [self.epoch] if self._number == self._entered else [self.epoch, self._keys(Stage.SESSION)]
        if self.epoch is None:
            return [self._keys(stage) for stage in (Stage.EARLY, Stage.HANDSHAKE, Stage.TRAFFIC)]
        if self.epoch.stage is Stage.TRAFFIC:
            return [self.epoch, updated(self.epoch)]
        later = [self._keys(stage) for stage in (Stage.HANDSHAKE, Stage.TRAFFIC) if stage > self.epoch.stage]
        return [self.epoch, *later]

    def _handshake(self, data: bytes, moment: Moment) -> None:
        for message in self.messages.add(data):
            if message.step in (Step.CLIENT_HELLO, Step.SERVER_HELLO):
                self._hello(message, moment)
            elif self.epoch is not None and self.session.version == TLS13:
                self._later(message, self.epoch, moment)

    def _hello(self, message: Handshake, moment: Moment) -> None:
        """A hello, the first or (TLS 1.2: under the keys of the handshake before) another."""
        asks = message.step == Step.CLIENT_HELLO
        if asks != self.client:
            if self.epoch is not None or self.session.turns:
                return
            self.session.client = self.side if asks else 1 - self.side
        if asks:
            question = client_hello(message.body)
            if question is not None:
                self._number = self._entered + 1
                self.session.asked(self._number, question, moment)
        else:
            answer = server_hello(message.body)
            if answer is not None:
                self._number = self._entered + 1
                self.session.answered(self._number, answer, moment, self.side)

    def _later(self, message: Handshake, epoch: Epoch, moment: Moment) -> None:
        """TLS 1.3: messages that change the keys, or tell something."""
        if message.step == Step.FINISHED and epoch.stage is Stage.HANDSHAKE:
            self._due = Stage.TRAFFIC
            if not self.client:
                self.session.extended(None, moment)
        elif message.step == Step.END_OF_EARLY_DATA and epoch.stage is Stage.EARLY:
            self._due = Stage.HANDSHAKE
        elif message.step == Step.KEY_UPDATE and epoch.stage is Stage.TRAFFIC:
            self._enter(updated(epoch))
        elif message.step == Step.ENCRYPTED_EXTENSIONS and epoch.stage is Stage.HANDSHAKE and not self.client:
            self.session.extended(encrypted_extensions(message.body), moment)


def lacking(progress: Progress) -> str:
    """What key logs call the secret that is missing."""
    return label(progress.missing or Stage.SESSION, progress.client)
