"""The page in a real headless Chromium: links, filters, keyboard, hover, themes, hostile content, no errors."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analyzer.log import Log
from analyzer.records import Row
from analyzer.report.analysis import Analysis, of
from analyzer.report.files import write_page
from analyzer.report.page.sample import Sample
from tests.rows import Talk

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "tests" / "peers"))

import needs  # noqa: E402

pytestmark = pytest.mark.peers
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ROWS = "document.querySelectorAll('#frames-table .tabulator-row').length"
DETAIL = "document.getElementById('detail').innerText"
PRINTED = (
    "(() => { const rows = () => document.querySelectorAll('#frames .tabulator-print-table tbody tr').length; "
    "dispatchEvent(new Event('beforeprint')); const on = rows(); dispatchEvent(new Event('afterprint')); "
    "return [on, rows()]; })()"
)
"""How many rows of the log are on paper, and that none stay on the screen."""
MATCHES = "document.getElementById('matches').innerText"


def browse(page: Path, *steps: Sequence[object], **wish: object) -> dict[str, Any]:
    """Open a page and act on it; what it said, asked for and answered."""
    browser = next((name for name in BROWSERS if shutil.which(name)), BROWSERS[0])
    with needs.tools("node", browser):
        told = json.dumps({"page": str(page), "steps": steps, **wish})
        done = subprocess.run(
            ["node", ROOT / "tests/peers/report.js", told],
            env={**os.environ, "CHROMIUM": str(shutil.which(browser))}, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["errors"] == []
    assert found["requests"] == [f"file://{page}"]
    return found


def finding(row: dict[str, object]) -> dict[str, object]:
    """A row of the table of findings."""
    return {"code": "client_unresponsive", "severity": "error", "explanation": "No pong.", "advice": "Look.", **row}


def written(folder: Path, found: Analysis, sample: Sample, findings: Sequence[dict[str, object]] = ()) -> Path:
    """The page of an analysis with these findings."""
    columns = list(found.findings.columns)
    table = pd.DataFrame([{name: row.get(name) for name in columns} for row in findings], columns=columns)
    path = folder / "report.html"
    write_page(replace(found, findings=table), sample, path)
    return path


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Analysis, Sample]:
    """The page of a capture of ours that has an upgrade and a missed heartbeat."""
    sample = Sample()
    found = of(sample.watch(Log([str(ROOT / "captures/v4-ping-timeout/capture.pcap")])))
    (session,) = found.sessions["session"].tolist()
    last = max(row.frame or 0 for _, row in sample.rows if row.type == "ping")
    folder = tmp_path_factory.mktemp("page")
    path = written(folder, found, sample, [finding({"session": session, "frames": [last], "time": pd.NaT})])
    return path, found, sample


def test_it_shows_what_there_is(capture: tuple[Path, Analysis, Sample]) -> None:
    """Findings, sessions, upgrades, frames: all there, and a finding's link leads to its frame."""
    path, _, sample = capture
    done = browse(
        path, ["ask", "document.querySelectorAll('.finding').length"], ["ask", ROWS],
        ["ask", "document.querySelectorAll('#sessions-table .tabulator-row').length"],
        ["ask", "document.getElementById('frames-note').innerText"],
        ["ask", "document.querySelectorAll('.steps li').length"],
        ["click", "#findings [data-frame]"], ["wait", f"{DETAIL}.includes('ping')"], ["ask", DETAIL],
    )  # fmt: skip
    findings, rows, sessions, note, steps, detail = done["answers"]
    assert (findings, sessions, steps) == (1, 1, 6)
    assert 10 < rows < 80
    assert note == f"all {len(sample.rows)} rows of the log"
    assert "server" in detail or "s2c" in detail


def test_it_filters_as_one_types(capture: tuple[Path, Analysis, Sample]) -> None:
    """What is typed narrows the table down, and so do the choosers; clearing shows everything again."""
    path, _, sample = capture
    rows = [row for _, row in sample.rows]
    said = sum("said" in " ".join(str(part) for part in row) for row in rows)
    acks = sum(row.type == "ACK" for row in rows)
    done = browse(
        path, ["type", "#search", "said"], ["wait", f"{MATCHES} !== ''"], ["ask", MATCHES],
        ["click", "#filters button[type=reset]"], ["wait", f"{MATCHES} === ''"],
        ["choose", "#by-type", "ACK"], ["wait", f"{MATCHES} !== ''"], ["ask", MATCHES],
        ["check", "#only-issues"], ["wait", f"{MATCHES}.startsWith('0 ')"], ["ask", ROWS],
    )  # fmt: skip
    assert done["answers"][0] == f"{said} of {len(rows)} rows match"
    assert done["answers"][1] == f"{acks} of {len(rows)} rows match"
    assert done["answers"][2] == 0


def test_the_keyboard_is_enough(capture: tuple[Path, Analysis, Sample]) -> None:
    """Arrows walk the rows, Enter shows one; Enter on a session shows it alone."""
    path, _, _ = capture
    done = browse(
        path, ["press", "#frames-table .tabulator-row", "ArrowDown"], ["press", ":focus", "Enter"],
        ["wait", "!document.getElementById('detail').hidden"], ["ask", DETAIL],
        ["press", "#sessions-table .tabulator-row", "Enter"],
        ["wait", "!document.getElementById('all-sessions').hidden"],
        ["ask", "document.getElementById('by-session').value"],
    )  # fmt: skip
    assert done["answers"][0].startswith("Row 2:")
    assert done["answers"][1] == capture[1].sessions["session"][0]


def test_hovering_and_zooming(capture: tuple[Path, Analysis, Sample]) -> None:
    """The time line answers the mouse with a picture that has changed."""
    done = browse(
        capture[0], ["see", "#time-chart"], ["hover", "#time-chart", 0.01, 0.98], ["look", "#time-chart"],
        ["hover", "#time-chart", 0.5, 0.42], ["look", "#time-chart"],
    )  # fmt: skip
    before, after = done["pictures"]
    assert before != after


@pytest.mark.parametrize(("width", "height", "theme"), [(1280, 900, "dark"), (390, 844, "light")])
def test_dark_and_narrow(capture: tuple[Path, Analysis, Sample], width: int, height: int, theme: str) -> None:
    """As the system has it, and nothing is wider than the screen."""
    done = browse(
        capture[0], ["ask", "document.documentElement.dataset.theme"],
        ["ask", "document.documentElement.scrollWidth <= innerWidth"],
        ["choose", "#theme", "dark"], ["ask", "getComputedStyle(document.body).backgroundColor"],
        width=width, height=height, theme=theme,
    )  # fmt: skip
    assert done["answers"] == [theme, True, "rgb(20, 23, 26)"]


EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u202e'\"\x1b[31m{{7*7}}"


def test_hostile_content_is_inert(tmp_path: Path) -> None:
    """Whatever a capture says, in whichever column, is shown as text, and five megabytes of it do no harm."""
    talk = Talk(EVIL, source=EVIL).open(0)
    talk.socket(1, "EVENT", "s2c", EVIL, event=EVIL, data=f'["{EVIL}"]', ack_id=1, detail=EVIL, issue="sio_bad_json")
    talk.socket(2, "EVENT", "c2s", event="big", data='["' + "<b>" * 1_700_000 + '"]')
    talk.http(3, url=EVIL, headers=f'{{"request": {{"x": "{"y" * 10000}"}}}}', data=EVIL, status=500)
    sample = Sample()
    found = of(sample.watch([talk.rows]))
    path = written(tmp_path, found, sample, [finding({"session": EVIL, "explanation": EVIL, "frames": [3]})])
    shown = "document.body.innerText"
    done = browse(
        path, ["click", "#findings [data-frame]"], ["wait", f"{DETAIL}.length > 0"], ["ask", DETAIL],
        ["ask", "document.querySelectorAll('main img, main script, main b').length"],
        ["ask", f"/[\\u202e\\u001b]/.test({shown})"], ["type", "#search", "big"],
        ["wait", f"{MATCHES}.startsWith('1 of')"],
        ["click", "#frames-table .tabulator-row"], ["wait", f"{DETAIL}.includes('Only the first')"],
    )  # fmt: skip
    assert "<img src=x onerror=alert(2)>\\u202e" in done["answers"][0]
    assert done["answers"][1:] == [0, False]


def test_many_rows(tmp_path: Path) -> None:
    """A hundred thousand rows open, filter and stay under 25 MB."""
    same: dict[str, Any] = {"layer": "socket.io", "type": "EVENT", "transport": "websocket", "direction": "s2c"}
    rows = [
        Row(i * 1_000_000, frame=i + 1, session=f"session-{i % 500}", event=f"event {i % 20}", **same)._replace(
            data=f'[{{"n":{i},"text":"{i * 7919 % 99991:060d}"}}]'
        )
        for i in range(100_000)
    ]
    sample = Sample()
    path = written(tmp_path, of(sample.watch([rows])), sample)
    assert path.stat().st_size < 25_000_000
    done = browse(
        path, ["ask", "document.getElementById('frames-note').innerText"], ["ask", PRINTED],
        ["type", "#search", '"n":4242,'], ["wait", f"{MATCHES}.startsWith('1 of')"], ["ask", MATCHES], ["ask", PRINTED],
    )  # fmt: skip
    assert done["answers"] == ["all 100,000 rows of the log", [500, 0], "1 of 100,000 rows match", [1, 0]]


def test_rooms(tmp_path: Path) -> None:
    """Where they were asked for: a row each, and a click leads to the first broadcast."""
    from analyzer.tables.payloads import Payloads

    sample, payloads = Sample(), Payloads()
    log = Log([str(ROOT / "captures/rooms/talk.pcap")])
    path = written(tmp_path, of(sample.watch(payloads.watch(log)), payloads), sample)
    done = browse(
        path, ["ask", "document.querySelectorAll('#rooms-table .tabulator-row').length"],
        ["ask", "document.getElementById('rooms-note').innerText"],
        ["click", "#rooms-table .tabulator-row"], ["wait", f"{DETAIL}.includes('said')"],
    )  # fmt: skip
    assert done["answers"] == [5, "5 from 52 broadcasts, 6 of them too little to tell a room"]
