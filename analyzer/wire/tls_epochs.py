"""The keys one direction goes through, and where they come from (RFC 8446 section 7, RFC 5246 section 6)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from analyzer.wire import keylog
from analyzer.wire.tls_hello import ClientHello, ServerHello
from analyzer.wire.tls_schedule import Keys, next_secret, session_keys, traffic_keys
from analyzer.wire.tls_suites import Suite

if TYPE_CHECKING:
    from analyzer.wire.tls_ciphers import Protection

Secrets = dict[str, bytes]


class Stage(IntEnum):
    """What a key is for."""

    SESSION = 0
    """Everything, in TLS 1.2."""
    EARLY = 1
    HANDSHAKE = 2
    TRAFFIC = 3


class Epoch(NamedTuple):
    """Keys of one direction, and the quick lane for records under them."""

    stage: Stage
    suite: Suite
    secret: bytes
    protection: "Protection"
    lane: Callable[..., tuple[int, int]] | None


@dataclass(slots=True)
class Negotiation:
    """One handshake's two hellos, and the keys that come of them; TLS 1.2 may have several, one after the other."""

    client: ClientHello | None = None
    server: ServerHello | None = None
    suite: Suite | None = None
    retry: bool = False
    """The server asked for another ClientHello."""
    early: bool | None = None
    """Whether 0-RTT data was accepted; null while that is not known."""
    ready: tuple[int, int] = (0, 0)
    """When the last of its hellos was read."""
    told: tuple[int, int] = (0, 0)
    """When ``early`` became known."""
    known: dict[tuple[bool, Stage], Epoch] = field(default_factory=dict)

    def epoch(self, stage: Stage, client: bool, secrets: Secrets | None) -> Epoch | None:
        """The client's or server's keys of a stage, null where their secret is not there."""
        if secrets is None or self.suite is None:
            return None
        found = self.known.get((client, stage))
        if found is None and (secret := self._secret(stage, client, secrets, self.suite)) is not None:
            keys = self._session_keys(secret, client) if stage is Stage.SESSION else traffic_keys(self.suite, secret)
            etm = self.server is not None and self.server.etm
            found = self.known[client, stage] = _epoch(stage, self.suite, secret, keys, etm)
        return found

    def _session_keys(self, master: bytes, client: bool) -> Keys:
        assert self.client is not None
        assert self.server is not None
        assert self.suite is not None
        both = session_keys(self.suite, master, self.client.random, self.server.random)
        return both[0] if client else both[1]

    @staticmethod
    def _secret(stage: Stage, client: bool, secrets: Secrets, suite: Suite) -> bytes | None:
        secret = secrets.get(label(stage, client))
        size = 48 if stage is Stage.SESSION or suite.hash == "sha384" else 32
        return secret if secret is not None and len(secret) == size else None


def label(stage: Stage, client: bool) -> str:
    """What key logs call the secret of a stage."""
    if stage is Stage.SESSION:
        return keylog.CLIENT_RANDOM
    if stage is Stage.EARLY:
        return keylog.CLIENT_EARLY
    if stage is Stage.HANDSHAKE:
        return keylog.CLIENT_HANDSHAKE if client else keylog.SERVER_HANDSHAKE
    return keylog.CLIENT_TRAFFIC if client else keylog.SERVER_TRAFFIC


def updated(epoch: Epoch) -> Epoch:
    """Keys after a KeyUpdate."""
    secret = next_secret(epoch.suite, epoch.secret)
    return _epoch(Stage.TRAFFIC, epoch.suite, secret, traffic_keys(epoch.suite, secret), False)


def _epoch(stage: Stage, suite: Suite, secret: bytes, keys: Keys, etm: bool) -> Epoch:
    from analyzer.wire import tls_ciphers, tls_lane

    opener = tls_ciphers.protection(suite, keys, etm=etm)
    lanes: dict[type, Any] = {tls_ciphers.Aead13: tls_lane.records_13, tls_ciphers.Aead12: tls_lane.records_12}
    lane = None if stage is Stage.HANDSHAKE else lanes.get(type(opener), tls_lane.records)
    return Epoch(stage, suite, secret, opener, lane)
