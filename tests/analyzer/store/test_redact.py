"""Rows without their secrets: each column, what is remembered between rows, and that nothing planted is left."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.records import Row
from analyzer.store.redact import Redactor
from tests.rows import ANY_ROWS, FULL, Talk


def masked(row: Row) -> Row:
    """One row alone."""
    return Redactor().rows([row])[0]


def packet(kind: str, direction: str = "c2s", **columns: object) -> Row:
    """A Socket.IO packet."""
    row = Row(0, session="s", server="x:1", layer="socket.io", type=kind, direction=direction, namespace="/")
    return row._replace(**columns)


def test_a_clean_row_is_the_same_object() -> None:
    """Nothing is copied that has no secret."""
    row = packet("EVENT", event="say", data='["hello"]')
    assert masked(row) is row


def test_headers() -> None:
    """Cookies, authorisations and keys are masked, all else stays as it was, CORS too."""
    headers = {
        "request": {
            "cookie": "sid=abcdef; theme=dark", "authorization": "Bearer abc", "x-api-key": "k1", "origin": "http://a",
            "referer": "http://a/?token=abc", "sec-websocket-key": "dGhlIHNhbXBsZQ==",
        },
        "response": {"set-cookie": "io=abcdefgh; Path=/", "access-control-allow-credentials": "true"},
    }  # fmt: skip
    found = json.loads(masked(Row(0, headers=json.dumps(headers))).headers or "")
    assert found["request"] == {
        "cookie": "sid=******; theme=****", "authorization": "Bearer ***", "x-api-key": "**", "origin": "http://a",
        "referer": "http://a/?token=***", "sec-websocket-key": "dGhlIHNhbXBsZQ==",
    }  # fmt: skip
    assert found["response"] == {"set-cookie": "io=*******1; Path=/", "access-control-allow-credentials": "true"}


def test_what_connect_carries() -> None:
    """All of it; in revision 3 the token in the namespace's query, in raw as well."""
    assert masked(packet("CONNECT", data='{"user":"bob","n":12}')).data == '{"user":"***","n":""}'
    row = masked(packet("CONNECT", namespace="/a?token=abc&lang=fr", raw="0/a?token=abc&lang=fr"))
    assert (row.namespace, row.raw) == ("/a?token=***&lang=fr", "0/a?token=***&lang=fr")


def test_recovery_stays_readable() -> None:
    """A pid is masked, but the same one looks the same, and another one different; sid and offset are there."""
    redactor = Redactor()
    pids = [f"{name}{'x' * 19}" for name in "aba"]
    rows = redactor.rows([packet("CONNECT", "s2c", data=f'{{"sid":"S","pid":"{pid}"}}') for pid in pids])
    assert [row.data for row in rows] == [f'{{"sid":"S","pid":"{"*" * 19}{n}"}}' for n in (1, 2, 1)]
    (asked,) = redactor.rows([packet("CONNECT", data=f'{{"pid":"{pids[0]}","offset":"o7"}}')])
    assert asked.data == f'{{"pid":"{"*" * 19}1","offset":"o7"}}'


def test_events_that_authenticate() -> None:
    """All of their arguments, attachments and raw; and the answer to them, though it has no name."""
    redactor = Redactor()
    rows = [
        packet("EVENT", event="login", ack_id=7, data='["bob","pw"]', raw='427["login" ,"pw"]', attachments=[b"k"]),
        packet("ACK", "s2c", ack_id=7, data='["T1"]'),
        packet("ACK", "s2c", ack_id=7, data='["plain"]'),
    ]
    first, second, third = redactor.rows(rows)
    assert (first.data, first.raw, first.attachments) == ('["***","**"]', '427["login" ,"**"]', [b"*"])
    assert (second.data, third.data) == ('["**"]', '["plain"]')


def test_attachments() -> None:
    """Those in a secret's place, and text in them that has one; others stay."""
    data = '[{"key":1,"secret":{"_placeholder":true,"num":1}},{"_placeholder":true,"num":0}]'
    row = masked(packet("BINARY_EVENT", event="x", data=data, attachments=[b"\xff\x00", b"abc", b'{"token":"t"}']))
    assert row.attachments == [b"\xff\x00", b"***", b'{"token":"*"}']
    assert row.data == data


def test_the_sentence_about_a_row() -> None:
    """Quotes no more than the row shows, where it was cut as well."""
    data = '["x",{"password":"correct horse battery staple"}]x'
    detail = 'is no JSON: ["x",{"note":"","p":"correct horse bat…'
    row = masked(packet("EVENT", data=data, detail=detail, issue="sio_bad_json"))
    assert row.detail == 'is no JSON: ["x",{"note":"","p":"*****************…'


def test_error_bodies_and_other_text() -> None:
    """Of HTTP, and of plain Engine.IO."""
    for layer, kind in (("http", "GET"), ("engine.io", "message"), ("websocket", "close")):
        row = Row(0, layer=layer, type=kind, data='bad token="abc"', url="/?access_token=abc")
        assert (masked(row).data, masked(row).url) == ('bad token="***"', "/?access_token=***")


SECRET = "Zq7"
PLACES = {
    "url": ["/?EIO=4&token={}", "/?a=b&apiKey={}&c=d"],
    "namespace": ["/admin?token={}"],
    "headers": [
        '{{"request": {{"cookie": "a={}; b=c"}}}}', '{{"request": {{"authorization": "Basic {}"}}}}',
        '{{"request": {{"x-api-key": "{}"}}, "response": {{"set-cookie": "s={}; Path=/, t={}"}}}}',
        '{{"request": {{"referer": "https://h/?jwt={}"}}}}',
    ],
    "data": [
        '[{{"password":"{}"}}]', '[[[{{"a":{{"accessToken":["{}",{{"b":"{}"}}]}}}}]]]', '["{{\\"secret\\":\\"{}\\"}}"]',
        '[{{"api_key":"{}', "password={}", "[{{'jwt': '{}'",
    ],
    "raw": ['42["x",{{"token":"{}"}}]', "0/a?token={}", '42["x",{{"token":"{}'],
    "detail": ['not JSON: [{{"password":"{}…', "token={} refused"],
}  # fmt: skip
PLANTED = [(column, form) for column, forms in PLACES.items() for form in forms]


@given(
    st.lists(st.sampled_from(PLANTED), min_size=1, max_size=4),
    st.sampled_from(["EVENT", "ACK", "CONNECT", "CONNECT_ERROR", "message", "GET", None]),
    st.sampled_from(["c2s", "s2c", None]),
    st.text(st.characters(exclude_characters="\\\"'`,;&#%{}[]()<> \t\n\r…", categories=("L", "N", "S")), max_size=9),
)
def test_no_planted_secret_is_left(places, kind, direction, around):
    """Wherever it is, whatever is around it; and every text is as long as it was."""
    secret = SECRET + around + SECRET
    columns = {column: form.replace("{}", secret).format() for column, form in places}
    row = packet(kind, direction)._replace(**columns)
    found = masked(row)
    assert SECRET not in repr(found)
    for column, text in columns.items():
        assert len(getattr(found, column).encode()) == len(text.encode())


@given(ANY_ROWS)
def test_any_rows(rows):
    """Never fails, keeps the number of rows, and masks nothing twice."""
    once = Redactor().rows(rows)
    assert len(once) == len(rows)
    assert all(isinstance(row, Row) for row in once)


@pytest.mark.parametrize("text", ['["login"', "42", "[", '{"token":"', "/a?"])
def test_hostile_rows(text: str) -> None:
    """In every column that is read."""
    text *= 100_000 // len(text)
    names = ("data", "raw", "url", "headers", "namespace", "event", "detail")
    found = masked(FULL._replace(attachments=[text.encode()], **dict.fromkeys(names, text)))
    assert found.data is not None


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of secrets to tell apart, and of questions without an answer."""
    monkeypatch.setattr("analyzer.store.redact._KEPT", 3)
    redactor = Redactor()
    talk = Talk()
    for number in range(9):
        talk.socket(number, "EVENT", "c2s", event="login", ack_id=number, data='["x"]')
        talk.socket(number, "CONNECT", "s2c", data=f'{{"pid":"{number}234567890"}}')
    redactor.rows(talk.rows)
    assert {len(getattr(redactor, name)) for name in ("_numbers", "_asked")} == {3}
    assert redactor.numbered("something else") == "*" * 14
