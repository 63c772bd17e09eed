"""``sioscope records``: the log in every form, from files and pipes, with its limits."""

import gzip
import json
import threading
from pathlib import Path
from queue import Queue
from typing import Any

import pyarrow.parquet as pq
import pytest

from analyzer.records import COLUMNS
from analyzer.sources.streams import STDIN
from tests.analyzer.cli.inputs import CAPTURE, OTHER, capture, page, pcap_header, record, session, websocket
from tests.analyzer.cli.running import end, run, start
from tests.builders import START
from tests.recorded import CAPTURES

FORMS = ("jsonl", "parquet", "csv")
DEFLATED = CAPTURES / "v4-deflate" / "capture.pcap"


def rows(*arguments: str | Path, stdin: bytes = b"") -> list[dict[str, Any]]:
    """Rows of the JSON Lines that a call prints without a word on stderr."""
    done = run("records", *arguments, stdin=stdin)
    assert (done.status, done.err) == (0, "")
    return [json.loads(line) for line in done.out.splitlines()]


def issues(found: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Layers by issue code."""
    told: dict[str, set[str]] = {}
    for row in found:
        if row["issue"] is not None:
            told.setdefault(row["issue"], set()).add(row["layer"])
    return told


def test_json_lines_on_standard_output() -> None:
    """Every line has all columns, with the schema first; the last row is the capture's own."""
    found = rows(CAPTURE)
    assert all(list(row) == ["schema", *COLUMNS] for row in found)
    assert {row["schema"] for row in found} == {1}
    assert (found[-1]["layer"], found[-1]["type"]) == ("capture", "summary")
    assert [row["time"] for row in found] == sorted(row["time"] for row in found)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_what_its_name_says(form: str, tmp_path: Path) -> None:
    """And the same as --format prints; nothing goes to standard output."""
    path = tmp_path / f"log.{form}"
    done = run("records", CAPTURE, "-o", path)
    assert (done.status, done.out, done.err) == (0, b"", "")
    other = tmp_path / "other"
    assert run("records", CAPTURE, "--output", other, "--format", form).status == 0
    assert other.read_bytes() == path.read_bytes() == run("records", CAPTURE, "--format", form).out


def test_the_form_of_each() -> None:
    """JSON objects, a table with a header line, Parquet."""
    assert run("records", CAPTURE, "--format", "jsonl").out.startswith(b'{"schema":1,"time":"20')
    assert run("records", CAPTURE, "--format", "csv").out.startswith(b"schema,time,source,")
    assert run("records", CAPTURE, "--format", "parquet").out[-4:] == b"PAR1"


def test_format_outweighs_the_name(tmp_path: Path) -> None:
    """Where both are given, it is what was asked for."""
    run("records", CAPTURE, "-o", tmp_path / "log.csv", "--format", "parquet")
    assert pq.read_metadata(tmp_path / "log.csv").num_rows == len(rows(CAPTURE))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_log_reads_back_to_the_same_log(form: str, packed: bool, tmp_path: Path) -> None:
    """From every form, compressed or not, to the bytes that the capture gives."""
    path = tmp_path / f"log.{form}"
    run("records", CAPTURE, "-o", path)
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))
    for wanted in FORMS:
        assert run("records", path, "--format", wanted).out == run("records", CAPTURE, "--format", wanted).out


def test_a_log_may_replace_itself(tmp_path: Path) -> None:
    """It is read to its end before the new one takes its name."""
    path = tmp_path / "log.jsonl"
    run("records", CAPTURE, "-o", path)
    before = path.read_bytes()
    assert run("records", path, "-o", path, "--force").status == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input(packed: bool, tmp_path: Path) -> None:
    """A capture or a log, compressed or not; a capture's rows name it ``-``."""
    pack = gzip.compress if packed else bytes
    plain = rows(CAPTURE)
    from_pipe = rows(STDIN, stdin=pack(CAPTURE.read_bytes()))
    assert from_pipe == [row | {"source": "-"} for row in plain]
    for form in FORMS:
        assert rows(STDIN, stdin=pack(run("records", CAPTURE, "--format", form).out)) == plain


def test_several_are_one_run() -> None:
    """Rows of both in the order of their times, a summary of each."""
    found = rows(OTHER, CAPTURE)
    assert [row["time"] for row in found] == sorted(row["time"] for row in found)
    assert [row["type"] for row in found].count("summary") == 2
    assert len({row["session"] for row in found if row["session"]}) == 2


def test_the_same_from_a_process_of_its_own() -> None:
    """Standard output is a pipe there."""
    done = end(start("records", CAPTURE))
    assert (done.status, done.err) == (0, "")
    assert done.out == run("records", CAPTURE).out


# ---- other traffic ---------------------------------------------------------------------------------------------------


def test_other_traffic_is_noted(tmp_path: Path) -> None:
    """No rows but the capture's; a note says how many connections were passed over, and what they carried."""
    path = capture(tmp_path / "web.pcap", page(5000), page(5001))
    done = run("records", path)
    (summary,) = done.out.splitlines()
    assert json.loads(json.loads(summary)["data"])["passed_over"] == 2
    assert done.err == "note: 2 of 2 connections passed over: 2 HTTP without Engine.IO\n"
    assert run("records", path, "--quiet").err == ""
    assert run("records", path, "-q").out == done.out


def test_what_is_recognised_is_not_passed_over(tmp_path: Path) -> None:
    """Among several connections, only the others are counted."""
    path = capture(tmp_path / "mixed.pcap", page(5000), session(4001, "S"))
    done = run("records", path)
    assert done.status == 0
    assert done.err == "note: 1 of 2 connections passed over: 1 HTTP without Engine.IO\n"
    assert b'"session":"S"' in done.out


def test_a_torn_log_is_noted(tmp_path: Path) -> None:
    """The line that is cut is left out, and told; --quiet is quiet."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(run("records", CAPTURE).out[:-20])
    done = run("records", path)
    assert done.status == 0
    assert len(done.out.splitlines()) == len(rows(CAPTURE)) - 1
    assert done.err.startswith(f"note: {path}: ")
    assert len(done.err.splitlines()) == 1
    assert run("records", path, "--quiet").err == ""


# ---- limits ----------------------------------------------------------------------------------------------------------


def test_max_message(tmp_path: Path) -> None:
    """Longer WebSocket messages are rows with a code, cut; the framing stays in step with all others."""
    small, large = '42["a",1]', '42["b","' + "x" * 300 + '"]'
    path = capture(
        tmp_path / "x.pcap", websocket(4001, "S", [(0, "40"), (0, large), (0, small), (1, large), (1, small)])
    )
    assert issues(rows(path)) == {}
    found = rows(path, "--max-message", "200")
    assert [(row["layer"], row["event"], row["size"], row["wire_size"], row["issue"]) for row in found[3:-1]] == [
        ("websocket", None, 200, 310, "ws_message_limit"),
        ("socket.io", "a", 9, 9, None),
        ("websocket", None, 200, 310, "ws_message_limit"),
        ("socket.io", "a", 9, 9, None),
    ]


@pytest.mark.parametrize(
    ("body", "posted"), [("4" + "x" * 300, None), (None, "4" + "x" * 300)], ids=["answer", "request"]
)
def test_max_message_of_a_body(body: str | None, posted: str | None, tmp_path: Path) -> None:
    """A body over the limit marks its exchange, be it the answer's or the request's."""
    path = capture(tmp_path / "x.pcap", session(4001, "S", body=body, posted=posted))
    assert issues(rows(path)) == {}
    assert "http" in issues(rows(path, "--max-message", "250"))["http_body_limit"]


def test_max_inflated() -> None:
    """What a compressed message holds counts, not what it costs."""
    assert "ws_message_limit" not in issues(rows(DEFLATED, "--max-inflated", "100000"))
    assert issues(rows(DEFLATED, "--max-inflated", "100"))["ws_message_limit"] == {"websocket"}


def test_max_connections(tmp_path: Path) -> None:
    """Connections that were open are given up, and the row names the option."""
    parts = [session(4000 + i, f"S{i}", start=START + i) for i in range(3)]
    path = capture(tmp_path / "x.pcap", *parts)
    assert issues(rows(path, "--max-connections", "3")) == {}
    found = [row for row in rows(path, "--max-connections", "1") if row["issue"]]
    assert [(row["layer"], row["issue"]) for row in found] == [("capture", "capture_limit")]
    assert "--max-connections" in found[0]["detail"]


def test_max_sessions(tmp_path: Path) -> None:
    """Sessions idle longest are forgotten."""
    parts = [session(4000 + i, f"S{i}", start=START + i * 10**9) for i in range(3)]
    path = capture(tmp_path / "x.pcap", *parts)
    assert issues(rows(path, "--max-sessions", "3")) == {}
    found = [row for row in rows(path, "--max-sessions", "2") if row["issue"]]
    assert [(row["layer"], row["issue"]) for row in found] == [("capture", "capture_limit")]
    assert found[0]["detail"].startswith("1 sessions were forgotten")


def test_max_attachments() -> None:
    """Attachments beyond it are left out of their packet's row."""
    found = [row for row in rows(CAPTURE, "--max-attachments", "1") if row["issue"]]
    assert {(row["layer"], row["issue"], len(row["attachments"])) for row in found} == {
        ("socket.io", "sio_attachment_limit", 1)
    }


# ---- a live pipe -----------------------------------------------------------------------------------------------------


def test_rows_appear_while_the_pipe_is_open() -> None:
    """`tcpdump -U -w - | sioscope records -`: each packet's rows are there before the next one is written."""
    process, lines = start("records", "-"), Queue[bytes]()
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None
    assert stdout is not None
    threading.Thread(target=lambda: [lines.put(line) for line in stdout], daemon=True).start()

    def write(data: bytes) -> None:
        stdin.write(data)
        stdin.flush()

    def next_row() -> tuple[object, ...]:
        row = json.loads(lines.get(timeout=20))
        return row["layer"], row["type"], row["source"], row["frame"]

    write(pcap_header())
    packets = session(4001, "S", body="2")
    for packet in packets[:6]:
        write(record(packet))
    assert next_row() == ("http", "GET", "-", 6)
    assert next_row() == ("engine.io", "open", "-", 6)
    for packet in packets[6:]:
        write(record(packet))
    assert next_row() == ("http", "GET", "-", 10)
    assert next_row() == ("engine.io", "ping", "-", 10)
    assert lines.empty()
    stdin.close()
    assert process.wait(timeout=20) == 0
    assert next_row() == ("capture", "summary", "-", None)
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


def test_a_pipe_that_holds_a_header_only() -> None:
    """Nothing was captured: the summary alone."""
    done = end(start("records", "-"), pcap_header())
    assert (done.status, done.err) == (0, "")
    (summary,) = done.out.splitlines()
    assert json.loads(json.loads(summary)["data"])["packets"] == 0


def test_rows_of_a_session_around_a_frame() -> None:
    """As findings refer to them: of that session, some before and after."""
    everything = rows(CAPTURE)
    sid = next(row["session"] for row in everything if row["session"])
    own = [row for row in everything if row["session"] == sid]
    assert rows(CAPTURE, "--session", sid) == own
    at = len(own) // 2
    found = rows(CAPTURE, "--session", sid, "--around", str(own[at]["frame"]), "--context", "2")
    frame = [row for row in own if row["frame"] == own[at]["frame"]]
    assert found == own[own.index(frame[0]) - 2 : own.index(frame[-1]) + 3]
    assert len(rows(CAPTURE, "--session", sid, "--around", str(own[at]["frame"]))) == len(frame) + 10
    assert rows(CAPTURE, "--session", "nobody") == []
