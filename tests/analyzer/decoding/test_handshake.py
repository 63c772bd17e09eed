"""The sid of an open packet, and what is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.decoding.handshake import sid_of, sid_of_json
from tests.analyzer.decoding.drive import OPEN4


def test_an_open_packet() -> None:
    """As text or as the bytes of a message."""
    assert sid_of(OPEN4) == sid_of(OPEN4.encode()) == "S"
    assert sid_of_json(OPEN4[1:]) == "S"


@given(st.text(min_size=1))
def test_any_sid(sid: str) -> None:
    """A sid is opaque: whatever the server chose."""
    assert sid_of("0" + json.dumps({"sid": sid})) == sid


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "0",
        "0{",
        '0{"sid":1}',
        '0{"sid":null}',
        '0{"sid":""}',
        "0[]",
        '0"sid"',
        '4{"sid":"x"}',
        "x",
        b"\xff",
        b"0\xff",
        "0" + "[" * 99_999,
    ],
    ids=lambda payload: repr(payload[:12]),
)
def test_no_session_is_named(payload: str | bytes) -> None:
    """Nothing that a server sends makes it raise."""
    assert sid_of(payload) is None


@given(st.text() | st.binary())
def test_never_an_exception(payload: str | bytes) -> None:
    """Text and bytes of any kind."""
    for found in (sid_of(payload), sid_of_json(payload)):
        assert found is None or found
