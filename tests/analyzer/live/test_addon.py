"""The addon in mitmproxy's own test bench."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from analyzer.records import Row
from tests.analyzer.live.addon_bench import PATH, lines, opened, run, said, until, websocket


def test_rows_are_in_the_file_while_it_runs(tmp_path: Path) -> None:
    """Without any more happening, and the summary at the end."""
    path = tmp_path / "log.jsonl"

    async def steps(addon: Any, bench: Any) -> None:
        flow = opened(addon)
        rows = await until(path, 3)
        assert [(row["session"], row["type"]) for row in rows] == [("S", "open"), ("S", "open"), ("S", "CONNECT")]
        said(addon, flow, b'42["a",1]')
        addon.websocket_end(flow)
        addon.client_disconnected(flow.client_conn)
        addon.done()

    run(steps, sioscope_out=str(path), sioscope_name="edge")
    rows = lines(path)
    assert [row["type"] for row in rows] == ["open", "open", "CONNECT", "EVENT", "close", "summary"]
    assert {row["source"] for row in rows} == {"edge"}


def test_a_websocket_that_was_open_before(tmp_path: Path) -> None:
    """As when the script is loaded again: it is told of, and from then on recorded; one that is no Engine.IO is not."""

    async def steps(addon: Any, bench: Any) -> None:
        other, flow = websocket(), websocket()
        other.request.path, flow.request.path = "/other", PATH + "&sid=S"
        other.id = "other"
        for each in (other, flow, other, flow):
            said(addon, each, b'42["a",1]')
        addon.websocket_end(flow)
        addon.websocket_end(other)
        addon.done()
        assert not addon._intake._foreign

    rows = run(steps, sioscope_out=str(tmp_path / "log.jsonl"))
    assert [(row.session, row.type) for row in rows[:-1]] == [
        ("S", kind) for kind in ("open", "EVENT", "EVENT", "close")
    ]


def test_what_a_later_addon_did_is_recorded(tmp_path: Path) -> None:
    """A message dropped behind us was dropped."""
    path = tmp_path / "log.jsonl"

    async def steps(addon: Any, bench: Any) -> None:
        said(addon, opened(addon), b'42["a"]', client=True).drop()
        addon.done()

    run(steps, sioscope_out=str(path))
    assert [row["issue"] for row in lines(path) if row["event"] == "a"] == ["mitm_dropped"]


def test_only_so_many_messages_are_kept(tmp_path: Path) -> None:
    """In the flow; all are recorded."""
    path = tmp_path / "log.jsonl"

    async def steps(addon: Any, bench: Any) -> None:
        flow = opened(addon)
        for i in range(50):
            said(addon, flow, b'42["n",%d]' % i)
        await until(path, 53)
        assert [message.content for message in flow.websocket.messages] == [b'42["n",47]', b'42["n",48]', b'42["n",49]']

    run(steps, sioscope_out=str(path), sioscope_keep=3)


def test_a_bug_is_told_once_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In mitmproxy's event log and by a row; everything else is recorded."""
    path = tmp_path / "log.jsonl"
    logged: list[str] = []

    async def steps(addon: Any, bench: Any) -> None:
        from analyzer.live import addon as module

        monkeypatch.setattr(module.logger, "error", lambda text, *args, **more: logged.append(text % args))
        addon.request("no flow")
        flow = opened(addon)
        flow.websocket.messages.clear()
        addon.websocket_message(flow)
        said(addon, flow, b'42["a"]')
        addon.done()

    run(steps, sioscope_out=str(path))
    found = [row for row in lines(path) if row["issue"]]
    assert [row["type"] for row in lines(path) if not row["issue"]] == ["open", "open", "CONNECT", "EVENT", "summary"]
    assert [row["issue"] for row in found] == ["capture_unwritten"]
    assert found[0]["detail"].startswith("2 things could not be recorded so far: AttributeError: 'str'")
    assert len(logged) == 1
    assert "traffic goes on" in logged[0]


def test_options_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    """By mitmproxy's own means."""

    async def steps(addon: Any, bench: Any) -> None:
        from mitmproxy import exceptions

        for name, value in (("sioscope_out", "a.csv"), ("sioscope_rotate", "x"), ("sioscope_keep", -1)):
            with pytest.raises(exceptions.OptionsError):
                bench.configure(addon, **{name: value})

    run(steps)


def test_the_log_can_be_changed(tmp_path: Path) -> None:
    """While it runs; what was there is complete."""
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]

    async def steps(addon: Any, bench: Any) -> None:
        flow = opened(addon)
        await until(paths[0], 3)
        bench.configure(addon, sioscope_out=str(paths[1]))
        said(addon, flow, b'42["a"]')
        await until(paths[1], 1)
        bench.configure(addon, sioscope_out="")

    run(steps, sioscope_out=str(paths[0]))
    assert [row["event"] for row in lines(paths[1])] == ["a"]
    assert len(lines(paths[0])) == 3


def test_lines_are_printed_where_mitmdump_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """And nowhere else, nor where they are not wanted."""

    async def steps(addon: Any, bench: Any) -> None:
        from mitmproxy.addons import dumper

        opened(addon)
        addon.done()
        bench.master.addons.add(dumper.Dumper())
        packet = Row(0, session="S", layer="socket.io", type="EVENT")
        addon._out([packet._replace(event="shown")])
        bench.configure(addon, sioscope_print=False)
        addon._out([packet._replace(event="hidden")])

    run(steps, takers=[])
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()[1:]] == ["shown"]


def test_what_prints_is_there_before_traffic() -> None:
    """It takes a second to load, for which nothing must wait; where nothing is printed, it is not loaded."""

    async def steps(addon: Any, bench: Any) -> None:
        from mitmproxy.addons import dumper

        addon.running()
        assert addon._takers == []
        bench.master.addons.add(dumper.Dumper())
        bench.configure(addon, sioscope_print=False)
        addon.running()
        assert addon._takers == []
        bench.configure(addon, sioscope_print=True)
        addon.running()
        assert len(addon._takers) == 1

    run(steps, takers=[])


def test_a_taker_that_fails_gets_no_more(caplog: pytest.LogCaptureFixture) -> None:
    """The others do."""
    given: list[Row] = []

    def broken(rows: list[Row]) -> None:
        raise BrokenPipeError("its reader has gone")

    async def steps(addon: Any, bench: Any) -> None:
        addon._out([Row(1)])
        addon._out([Row(2)])

    run(steps, takers=[broken, given.extend])
    assert [row.time for row in given] == [1, 2]
    assert [message for message in caplog.messages if "its reader has gone" in message]


def test_memory_is_flat_over_a_long_run(tmp_path: Path) -> None:
    """Of sessions that are over and messages that are recorded nothing is kept, however many there were."""
    import gc

    path = tmp_path / "log.jsonl"
    counts: list[int] = []

    def tracked() -> int:
        gc.collect()
        return len(gc.get_objects())

    async def steps(addon: Any, bench: Any) -> None:
        flow = opened(addon)
        for i in range(6):
            for n in range(1_000):
                said(addon, flow, b'42["n",%d,"%d"]' % (n, i))
            await until(path, 3 + 1_000 * (i + 1))
            while addon._recorder.waiting:
                await asyncio.sleep(0.01)
            counts.append(tracked())
        assert len(flow.websocket.messages) == 10

    run(steps, takers=[], sioscope_out=str(path), sioscope_keep=10)
    assert max(counts[2:]) - min(counts[2:]) < 300  # of 1,000 messages each


def test_sessions_that_are_over_leave_nothing_behind(tmp_path: Path) -> None:
    """Neither their WebSockets nor their connections."""
    path = tmp_path / "log.jsonl"

    async def steps(addon: Any, bench: Any) -> None:
        for i in range(100):
            flow = opened(addon)
            said(addon, flow, b'42["a",%d]' % i)
            addon.websocket_end(flow)
            addon.client_disconnected(flow.client_conn)
        await until(path, 400)
        intake = addon._intake
        assert (intake.sockets, intake._asked, intake._links) == ({}, {}, {})
        assert (addon._touched, addon._speaking) == ({}, {})

    run(steps, takers=[], sioscope_out=str(path))


def test_secrets_are_masked(tmp_path: Path) -> None:
    """In the log and in what takers get, answers by the events that asked, which a filter may leave out."""
    path = tmp_path / "log.jsonl"

    async def steps(addon: Any, bench: Any) -> None:
        flow = opened(addon)
        said(addon, flow, b'421["login","bob","Zq7hunter"]', client=True)
        said(addon, flow, b'431["Zq7hunter"]')
        said(addon, flow, b'42["plain",{"password":"Zq7hunter","a":"in plain sight"}]')
        addon.done()

    printed = run(steps, sioscope_out=str(path), sioscope_redact=True, sioscope_filter="!~e login")
    rows = lines(path)
    assert [row["type"] for row in rows] == ["open", "open", "CONNECT", "ACK", "EVENT", "summary"]
    assert "Zq7hunter" not in path.read_text("utf-8") + repr(printed)
    assert "in plain sight" in path.read_text("utf-8")
    assert repr(printed).count("*********") == 2
