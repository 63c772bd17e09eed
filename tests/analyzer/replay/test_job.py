"""A replay as the command asks for it: real servers, and changed ones."""

import json
from pathlib import Path
from typing import Any

import pytest

import analyzer
from analyzer.issues import ReplayError
from analyzer.log import Log
from analyzer.replay.job import Job, Options
from analyzer.replay.report import Report
from tests.analyzer.replay import servers
from tests.analyzer.replay.talks import sent, shop


def replayed(change: dict[str, Any] | None = None, rows: list | None = None, **options: Any) -> Report:
    """The shop's session against a shop, changed or not."""
    with servers.app(servers.shop_app(**(change or {}))) as port:
        job = Job(rows or shop(), Options(f"http://127.0.0.1:{port}", timeout=options.pop("timeout", 1.0), **options))
        return job.run(lambda each: None)


@pytest.mark.parametrize("transport", ["captured", "polling", "upgrade"])
@pytest.mark.parametrize("pace", ["gated", "timed", "fast"])
def test_the_same(transport: str, pace: str) -> None:
    """An unchanged server: no difference, though every id is another one."""
    report = replayed(transport=transport, pace=pace)
    assert report.differences == []
    assert report.status == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"paid": "payed"}, [("event_missing", "paid", None), ("event_unexpected", "payed", None)]),
        ({"total": False}, [("member_missing", "order", "ack[0].total")]),
        ({"ack": False}, [("ack_missing", "pay", None)]),
        ({"nested": True}, [("type", "order", "ack[0].order")]),
        ({"slow": 0.3}, []),
    ],
)
def test_changed(change: dict[str, Any], told: list[tuple]) -> None:
    """Exactly the difference."""
    report = replayed(change)
    assert [(d.kind, d.event, d.path) for d in report.differences][: len(told)] == told
    rest = report.differences[len(told) :]
    assert all(d.event == "paid" and "nested" in change for d in rest), rest
    if "slow" in change:
        (order, *_) = [row for row in report.totals()["ack_latency"] if row["event"] == "order"]
        assert order["observed_ms"]["p50"] > 250 > order["captured_ms"]["p50"]


def test_levels_and_noise(tmp_path: Path) -> None:
    """What is not looked at is not told."""
    assert replayed({"total": False}, level="count").status == 0
    noise = tmp_path / "noise.toml"
    noise.write_text('[[noise]]\nevent = "order"\npath = "ack[0].total"\n')
    assert replayed({"total": False}, noise=str(noise)).status == 0


def test_learning_noise(tmp_path: Path) -> None:
    """Two replays on one build: the order's number differs, so it is noise; what is learned can be read."""
    path = tmp_path / "noise.toml"
    replayed(learn_noise=str(path))
    text = path.read_text()
    assert 'path = "ack[0].order"' in text
    assert 'path = "args[0].id"' in text
    assert "total" not in text
    assert replayed(noise=str(path), rules=str(empty_rules(tmp_path))).status == 0


def empty_rules(folder: Path) -> Path:
    """A rules file without rules."""
    path = folder / "rules.toml"
    path.write_text("")
    return path


def test_without_rules_the_order_is_another_one(tmp_path: Path) -> None:
    """The captured number is paid, which the live shop does not know."""
    report = replayed(rules=str(empty_rules(tmp_path)))
    assert ("value", "order", "ack[0].order") in [(d.kind, d.event, d.path) for d in report.differences]


def test_rules_are_written_and_read(tmp_path: Path) -> None:
    """By --dry-run where the file is not there, and used from then on."""
    path = tmp_path / "rules.toml"
    shown = "\n".join(Job(shop(), Options(dry_run=True, rules=str(path))).describe())
    assert "puts [0].order of ack of 'order'" in shown
    path.write_text(path.read_text() + '\n[[set]]\nto = { event = "order", path = "[0].item" }\nvalue = "${WHAT}"\n')
    heard: list[Any] = []
    users = tmp_path / "users.csv"
    users.write_text("WHAT\ncoffee\nmilk\n")
    with servers.app(servers.shop_app(heard)) as port:
        job = Job(shop(), Options(f"http://127.0.0.1:{port}", rules=str(path), users=str(users), repeat=3))
        assert job.run(lambda each: None).status == 0
    assert sorted(what["item"] for name, what in heard if name == "order") == ["coffee", "coffee", "milk"]


def test_the_observed_log(tmp_path: Path) -> None:
    """A log like any other: its tables can be made, and it can be replayed."""
    path = tmp_path / "observed.jsonl"
    assert replayed(output=str(path)).status == 0
    log = analyzer.read(str(path))
    assert len(analyzer.sessions(log)) == 1
    assert set(analyzer.acks(log)["event"]) == {"order", "pay", "ask"}
    rows = [row for block in Log([str(path)]) for row in block]
    assert replayed(rows=rows).status == 0


def test_notes() -> None:
    """Credentials that are not sent, and a target that is where the capture was taken."""
    options = Options("http://127.0.0.1:3000", dry_run=True)
    rows = [r._replace(server="127.0.0.1:3000") for r in shop()]
    notes = "\n".join(Job(rows, options).notes)
    assert "not sent: auth token" in notes
    assert "where the capture was taken" in notes
    for target, there in [("localhost:3000", True), ("127.0.0.1:3001", False)]:
        told = Job(rows, Options(f"http://{target}", dry_run=True)).notes
        assert any("where the capture was taken" in note for note in told) == there
    assert Job(shop(), Options(dry_run=True, credentials=True)).notes == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "--target: is missing"),
        ({"target": "x:y"}, "is no URL"),
        ({"dry_run": True, "speed": 2.0, "pace": "fast"}, "--speed: has no meaning"),
        ({"dry_run": True, "pace": "scaled"}, "needs --speed"),
        ({"dry_run": True, "session": ("zz",)}, "no such session"),
        ({"target": "http://127.0.0.1:1", "rules": "no-such-file"}, "cannot read"),
    ],
)
def test_what_makes_no_sense(options: dict[str, Any], said: str) -> None:
    """One line that names the option."""
    with pytest.raises(analyzer.SioscopeError, match=said):
        Job(shop(), Options(**options))


@pytest.mark.parametrize("rows", [[], [sent(3, "EVENT", session="?1")]])
def test_nothing_to_replay(rows: list) -> None:
    """Sources without a client, or from their middle."""
    with pytest.raises(ReplayError, match="no session to replay"):
        Job(rows, Options(dry_run=True))


def test_chosen_sessions() -> None:
    """By the beginning of their id; the document names the one that was replayed."""
    other = [r._replace(session="other", stream=9) for r in shop()]
    report = replayed(rows=sorted([*shop(), *other], key=lambda r: r.time), session=("oth",))
    assert [s["session"] for s in json.loads(json.dumps(report.document()))["sessions"]] == ["other"]
    assert report.status == 0


def test_chosen_events(tmp_path: Path) -> None:
    """An id that the server gives is no difference where what sends it back is left out; patterns may fit nothing."""
    assert replayed(only=("order",)).status == 0
    assert Job(shop(), Options(dry_run=True, only=("order", "/:ordr"))).notes[-1] == "no event fits /:ordr"


def test_noise_is_not_learned_over_a_file(tmp_path: Path) -> None:
    """Told before anything is played."""
    path = empty_rules(tmp_path)
    with pytest.raises(ReplayError, match="exists already"):
        Job(shop(), Options(dry_run=True, learn_noise=str(path)))
    Job(shop(), Options(dry_run=True, learn_noise=str(path), force=True))
