"""What both directions of a TLS connection share: the hellos, the secrets, what is told of it."""

from analyzer.issues import Issue
from analyzer.text import elide
from analyzer.wire import keylog, tls_suites
from analyzer.wire.keylog import KeyLog
from analyzer.wire.tls_epochs import Epoch, Negotiation, Secrets, Stage
from analyzer.wire.tls_facts import CLOSE_NOTIFY, FATAL, Alert, Facts, TlsOddity, Unread, alert_name, version_name
from analyzer.wire.tls_hello import ClientHello, Encrypted, ServerHello

Moment = tuple[int, int]
TLS12, TLS13 = 0x0303, 0x0304


class Session:
    """Shared state; ``client`` is the side that is believed to speak as the client."""

    def __init__(self, keys: KeyLog, client: int) -> None:
        self.keys = keys
        self.client = client
        self.facts = Facts()
        self.oddities: list[TlsOddity] = []
        self.version: int | None = None
        self.authentic = False
        """Whether any record of either side authenticated."""
        self._blind: set[int] = set()
        self.turns = 0
        """Grows whenever a side that waits for the other one may go on."""
        self._negotiations: dict[int, Negotiation] = {}

    def negotiation(self, number: int) -> Negotiation:
        """The handshake with this number, from 0; TLS 1.2 may renegotiate. Those long over are forgotten."""
        found = self._negotiations.get(number)
        if found is None:
            found = self._negotiations[number] = Negotiation()
            while len(self._negotiations) > 8:
                self._negotiations.pop(next(iter(self._negotiations)))
        return found

    def asked(self, number: int, hello: ClientHello, moment: Moment) -> None:
        """The client's hello was read; in answer to a HelloRetryRequest, a second time."""
        found = self.negotiation(number)
        found.client, found.ready = hello, max(found.ready, moment)
        if number == 0:
            self.facts.offer(hello)
        self.turns += 1

    def answered(self, number: int, hello: ServerHello, moment: Moment, side: int) -> None:
        """The server's hello was read."""
        found = self.negotiation(number)
        found.suite = tls_suites.find(hello.suite)
        self.version = hello.version
        if number == 0:
            self.facts.choose(found.client, hello)
        if hello.retry:
            found.retry = True
            if found.client is not None and found.client.early:
                self.facts.early = False
        else:
            found.server, found.ready = hello, max(found.ready, moment)
        self.turns += 1
        self._check(found, hello, moment, side)

    def extended(self, encrypted: Encrypted | None, moment: Moment) -> None:
        """The server's EncryptedExtensions were read, or (null) never will be."""
        found = self.negotiation(0)
        if encrypted is not None:
            self.facts.tell(found.client, encrypted)
        if found.early is None:
            # Where nothing tells, what the client sends will.
            found.early, found.told = encrypted is None or encrypted.early, moment
            self.turns += 1

    def secrets(self, number: int) -> Secrets | None:
        """Secrets of a handshake, by label."""
        hello = self.negotiation(number).client
        return self.keys.find(hello.random) if hello else None

    def epoch(self, stage: Stage, client: bool, number: int = 0) -> Epoch | None:
        """Keys of one side, null where their secret is not there."""
        found = self.negotiation(number).epoch(stage, client, self.secrets(number))
        if found is not None:
            self.facts.secret = True
        return found

    def alert(self, side: int, content: bytes, moment: Moment) -> bool:
        """Take note of an alert's content; whether it is close_notify."""
        if len(content) != 2:
            return False
        if content[1] == CLOSE_NOTIFY:
            if side not in self.facts.closed:
                self.facts.closed = sorted([*self.facts.closed, side])
            return True
        self.facts.alert(Alert(*moment, side, content[0] == FATAL, alert_name(content[1])))
        return False

    def odd(self, side: int, code: Issue, detail: str, moment: Moment) -> None:
        """Report an oddity."""
        self.oddities.append(TlsOddity(*moment, side, code, detail))

    @property
    def passed_over(self) -> Unread | None:
        """Why nothing of the connection can be read."""
        return self.facts.unread

    def pass_over(self, why: Unread, side: int, detail: str, moment: Moment) -> None:
        """Nothing of the connection can be read; said once."""
        if self.passed_over is None:
            code = Issue.TLS_UNSUPPORTED if why is Unread.UNSUPPORTED else Issue.TLS_NO_SECRET
            self.odd(side, code, f"{detail} (connection to {elide(self.facts.peer)})", moment)
            if not self.facts.secret:
                self.facts.unread, self.facts.secret = why, False

    def blind(self, side: int, moment: Moment) -> None:
        """Nothing of a side will be read any more; where nothing ever was of either, the secrets are of no use."""
        self._blind.add(side)
        self.extended(None, moment)
        if len(self._blind) == 2 and not self.authentic and self.passed_over is None:
            self.facts.unread, self.facts.secret = Unread.WRONG_SECRET, False

    def no_secret(self, side: int, moment: Moment) -> None:
        """The key log knows nothing of the connection."""
        random, why = self.facts.random, Unread.NO_SECRET
        if random is None:
            detail, why = "the connection's ClientHello is not in the capture", Unread.NO_HELLO
        else:
            detail = f"no key log has a secret for client random {random.hex()}"
            if self.facts.ech:
                detail += ", which Encrypted Client Hello may have hidden"
        self.pass_over(why, side, detail, moment)

    def _check(self, found: Negotiation, hello: ServerHello, moment: Moment, side: int) -> None:
        """Whether this kind of connection can be read at all."""
        secrets = self.keys.find(found.client.random) if found.client else None
        if hello.version not in (TLS12, TLS13):
            self.pass_over(Unread.UNSUPPORTED, side, f"{version_name(hello.version)} cannot be read", moment)
        elif found.suite is None or found.suite.tls13 != (hello.version == TLS13):
            self.pass_over(
                Unread.UNSUPPORTED, side, f"cipher suite {tls_suites.name(hello.suite)} cannot be read", moment
            )
        elif hello.compression:
            self.pass_over(Unread.UNSUPPORTED, side, "records are compressed", moment)
        elif secrets and not secrets.keys() - {keylog.ECH_SECRET}:
            self.pass_over(Unread.UNSUPPORTED, side, "Encrypted Client Hello cannot be read", moment)
        elif found.client is not None and secrets is None and not self.keys.growing and not self.facts.secret:
            self.no_secret(side, moment)
