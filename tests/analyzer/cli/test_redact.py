"""--redact: no secret that was planted in a log is in anything that a command writes, and all else still is."""

import base64
import gzip
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from analyzer import store
from tests.analyzer.cli.inputs import CAPTURE
from tests.analyzer.cli.running import run
from tests.rows import Talk

SECRET = "Zq7hunter"
MARK = "in plain sight"
HEADERS = (
    f'{{"request": {{"cookie": "auth={SECRET}", "authorization": "Bearer {SECRET}", '
    f'"proxy-authorization": "Basic {SECRET}", '
    f'"x-api-key": "{SECRET}", "referer": "http://h/?token={SECRET}"}}, '
    f'"response": {{"set-cookie": "s={SECRET}; Path=/"}}}}'
)


def talk() -> Talk:
    """A session that hides a secret wherever one can be, has something to find, and says something harmless."""
    url = f"/socket.io/?EIO=4&transport=websocket&token={SECRET}"
    talk = Talk().ws(0, "open", url=url, status=101, headers=HEADERS).open(1).join(2)
    talk.http(3, url=f"/socket.io/?EIO=4&transport=polling&key={SECRET}", status=401, headers=HEADERS)
    talk.socket(4, "CONNECT", "c2s", f"/admin?token={SECRET}", data=f'{{"user":"{SECRET}"}}')
    talk.socket(5, "CONNECT_ERROR", "s2c", f"/admin?token={SECRET}", data=f'{{"message":"bad token={SECRET}"}}')
    talk.socket(6, "EVENT", "c2s", event="login", ack_id=1, data=f'["bob","{SECRET}"]', raw=f'421["login" ,"{SECRET}"]')
    talk.socket(7, "ACK", "s2c", ack_id=1, data=f'["{SECRET}"]')
    data = f'["{MARK}",{{"a":[{{"apiKey":"{SECRET}","password":{{"_placeholder":true,"num":0}}}}]}}]'
    talk.socket(8, "BINARY_EVENT", "c2s", event="x", attachments=[SECRET.encode()], data=data)
    broken = {"data": f'["x",{{"password":"{SECRET}', "detail": f'not JSON: ["x",{{"password":"{SECRET}…'}
    talk.engine(9, "message", "c2s", issue="sio_bad_json", **broken)
    return talk.close(20)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of it."""
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    with store.open_writer(str(path)) as writer:
        writer.write(talk().rows)
    return path


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_records(log: Path, form: str, tmp_path: Path) -> None:
    """In every form; rows, sizes and what is harmless stay."""
    path = tmp_path / f"out.{form}"
    assert run("records", log, "--redact", "-o", path).status == 0
    with path.open("rb") as file:
        rows = [row for batch in store.read(file) for row in store.to_rows(batch)]
    assert SECRET not in repr(rows)
    assert MARK in repr(rows)
    assert [row.size for row in rows] == [row.size for row in talk().rows]
    assert SECRET.encode() in run("records", log).out


def test_frames(log: Path) -> None:
    """The conversation, whole and wide."""
    plain, masked = (run("frames", log, "--all", "--width", 1000, *more).out.decode() for more in ([], ["--redact"]))
    assert SECRET in plain
    assert MARK in masked
    assert SECRET not in masked
    assert "*" * len(SECRET) in masked


def everything(page: str) -> str:
    """A page with what it holds packed."""
    packed = re.search(r"id='data'>([^<]*)<", page)
    assert packed is not None
    return page + gzip.decompress(base64.b64decode(packed[1])).decode("latin-1")


def test_analyze(log: Path, tmp_path: Path) -> None:
    """Report, JSON and tables."""
    told = ["analyze", log, "--redact", "--tables", tmp_path / "t"]
    text, document = run(*told).out.decode(), run(*told, "--force", "--json").out.decode()
    tables = "".join(pd.read_parquet(path).to_csv() for path in (tmp_path / "t").glob("*.parquet"))
    tables += "".join(path.read_text("utf-8") for path in (tmp_path / "t").glob("*.csv"))
    assert SECRET not in text + document + tables
    assert SECRET in run("analyze", log, "--json").out.decode()
    masked, plain = (json.loads(out)["findings"] for out in (document, run("analyze", log, "--json").out))
    assert [row["code"] for row in masked] == [row["code"] for row in plain]
    assert "namespace_refused" in {row["code"] for row in plain}


def test_the_page_is_masked_unless_told(log: Path, tmp_path: Path) -> None:
    """It says which of both it is."""
    pages = {}
    for more in ([], ["--redact"], ["--no-redact"]):
        path = tmp_path / f"{''.join(more)}.html"
        done = run("analyze", log, "--html", path, *more)
        assert ("secrets and all" in done.err) == (more == ["--no-redact"])
        pages["".join(more)] = everything(path.read_text("utf-8"))
    assert SECRET not in pages[""]
    assert pages[""] == pages["--redact"]
    assert MARK in pages[""]
    assert "<strong>Nothing is masked</strong>" not in pages[""]
    assert SECRET in pages["--no-redact"]
    assert "<strong>Nothing is masked</strong> (written with --no-redact)" in pages["--no-redact"]


def test_live(tmp_path: Path) -> None:
    """Lines, log and report of what comes through a pipe, as records has them."""
    path = tmp_path / "log.jsonl"
    done = run("live", "-", "--all", "--redact", "-o", path, stdin=CAPTURE.read_bytes())
    assert done.status == 0
    assert path.read_bytes() == run("records", "-", "--redact", stdin=CAPTURE.read_bytes()).out
    assert path.read_bytes() != run("records", "-", stdin=CAPTURE.read_bytes()).out
    printed = run("live", "-", "--redact", "-o", "-", "-q", stdin=CAPTURE.read_bytes())
    assert printed.out == path.read_bytes()
