"""Which keys a handshake leads to, and what follows them."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from analyzer.wire import keylog, tls_suites
from analyzer.wire.tls_epochs import Negotiation, Stage, label, updated
from analyzer.wire.tls_hello import ClientHello, ServerHello
from analyzer.wire.tls_lane import records, records_12, records_13
from analyzer.wire.tls_schedule import expand_label, session_keys

CLIENT = ClientHello(b"c" * 32, 0x0303, b"", (), None, (), False, False)
SERVER = ServerHello(b"s" * 32, 0x0303, b"", 0xC02F, 0, None, False, False)


def negotiation(code: int) -> Negotiation:
    """A handshake that chose this suite."""
    return Negotiation(CLIENT, SERVER._replace(suite=code), tls_suites.find(code))


def test_labels() -> None:
    """Every stage has its label, one for each side where they differ."""
    assert {label(Stage.SESSION, client) for client in (True, False)} == {keylog.CLIENT_RANDOM}
    assert label(Stage.EARLY, True) == keylog.CLIENT_EARLY
    assert [label(Stage.HANDSHAKE, c) for c in (True, False)] == [keylog.CLIENT_HANDSHAKE, keylog.SERVER_HANDSHAKE]
    assert [label(Stage.TRAFFIC, c) for c in (True, False)] == [keylog.CLIENT_TRAFFIC, keylog.SERVER_TRAFFIC]


def test_tls12_sides() -> None:
    """One master secret gives each side keys of its own, which open what is protected with them."""
    found = negotiation(0xC02F)
    secrets = {keylog.CLIENT_RANDOM: b"m" * 48}
    assert found.suite is not None
    both = session_keys(found.suite, b"m" * 48, CLIENT.random, SERVER.random)
    for client, keys in zip((True, False), both, strict=True):
        epoch = found.epoch(Stage.SESSION, client, secrets)
        assert epoch is not None
        assert epoch.lane is records_12
        body = bytes(8) + AESGCM(keys.key).encrypt(keys.iv + bytes(8), b"hello", bytes(8) + b"\x17\x03\x03\0\x05")
        assert epoch.protection.open(0, b"\x17\x03\x03\0\x1d", body) == (23, b"hello")
        other = found.epoch(Stage.SESSION, not client, secrets)
        assert other is not None
        assert other.protection.open(0, b"\x17\x03\x03\0\x1d", body) is None
        assert found.epoch(Stage.SESSION, client, secrets) is epoch


def test_missing_or_misfit_secrets() -> None:
    """Without a suite, without secrets, or with one of the wrong size for the suite's hash there are no keys."""
    traffic = {keylog.CLIENT_TRAFFIC: b"t" * 32}
    assert Negotiation().epoch(Stage.TRAFFIC, True, traffic) is None
    assert negotiation(0x1301).epoch(Stage.TRAFFIC, True, None) is None
    assert negotiation(0x1301).epoch(Stage.TRAFFIC, False, traffic) is None
    assert negotiation(0x1302).epoch(Stage.TRAFFIC, True, traffic) is None
    assert negotiation(0x1301).epoch(Stage.TRAFFIC, True, traffic) is not None
    # A secret that comes later is found then.
    late = negotiation(0x1301)
    assert late.epoch(Stage.TRAFFIC, True, {}) is None
    assert late.epoch(Stage.TRAFFIC, True, traffic) is not None


def test_lanes() -> None:
    """There is a quick lane for application data, the quickest for the commonest AEADs."""
    secrets = {keylog.CLIENT_HANDSHAKE: b"h" * 32, keylog.CLIENT_TRAFFIC: b"t" * 32, keylog.CLIENT_RANDOM: b"m" * 48}
    cases = [(0x1301, Stage.HANDSHAKE, None), (0x1303, Stage.TRAFFIC, records_13)]
    cases += [(code, Stage.SESSION, records) for code in (0x002F, 0xCCA8)]
    for code, stage, lane in cases:
        epoch = negotiation(code).epoch(stage, True, secrets)
        assert epoch is not None
        assert epoch.lane is lane


def test_key_update() -> None:
    """After a KeyUpdate the secret is the next one, and records open under its keys from number 0."""
    first = negotiation(0x1301).epoch(Stage.TRAFFIC, False, {keylog.SERVER_TRAFFIC: b"t" * 32})
    assert first is not None
    then = updated(first)
    secret = expand_label("sha256", b"t" * 32, b"traffic upd", 32)
    assert (then.stage, then.suite, then.secret, then.lane) == (Stage.TRAFFIC, first.suite, secret, records_13)
    key, iv = expand_label("sha256", secret, b"key", 16), expand_label("sha256", secret, b"iv", 12)
    head = b"\x17\x03\x03\0\x16"
    body = AESGCM(key).encrypt(iv, b"hello\x17", head)
    assert then.protection.open(0, head, body) == (23, b"hello")
    assert first.protection.open(0, head, body) is None
