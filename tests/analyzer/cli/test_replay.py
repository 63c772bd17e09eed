"""``sioscope replay`` as it is called."""

import json
from pathlib import Path

from click.testing import CliRunner

from analyzer.cli import main
from tests.analyzer.replay import servers
from tests.analyzer.replay.talks import shop


def call(*args: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr."""
    result = CliRunner().invoke(main, ["replay", *args])
    return result.exit_code, result.stdout, result.stderr


def test_report_and_status(tmp_path: Path) -> None:
    """0 the same, 1 different; as text and as JSON."""
    log = servers.log_of(shop(), tmp_path)
    with servers.app(servers.shop_app()) as port:
        status, shown, notes = call(log, "--target", f"http://127.0.0.1:{port}")
        assert (status, shown.splitlines()[-1]) == (0, "No differences")
        assert "note: credentials of the capture are not sent: auth token" in notes
        status, shown, notes = call(log, "--target", f"http://127.0.0.1:{port}", "--json", "--quiet")
        assert (status, notes) == (0, "")
        assert json.loads(shown)["totals"]["completed"] == 1
    with servers.app(servers.shop_app(paid="payed")) as port:
        status, shown, _ = call(log, "--target", f"http://127.0.0.1:{port}", "--timeout", "0.5")
    assert status == 1
    assert "event missing: 'paid'" in shown


def test_could_not_run(tmp_path: Path) -> None:
    """2: nobody there, somewhere that is not allowed, no target, nothing to replay."""
    log = servers.log_of(shop(), tmp_path)
    with servers.app(servers.shop_app()) as port:
        pass
    status, shown, _ = call(log, "--target", f"http://127.0.0.1:{port}")
    assert status == 2
    assert "unreachable" in shown
    for target in (["--target", "http://192.0.2.1"], []):
        status, shown, notes = call(log, *target)
        assert (status, shown) == (2, "")
        assert notes.splitlines()[-1].startswith("sioscope: ")
    empty = servers.log_of(shop()[3:], tmp_path, "late.jsonl")
    assert call(empty, "--dry-run")[0] == 2


def test_learning_noise(tmp_path: Path) -> None:
    """The file is named on stderr, and used."""
    log, noise = servers.log_of(shop(), tmp_path), str(tmp_path / "noise.toml")
    with servers.app(servers.shop_app()) as port:
        status, _, notes = call(log, "--target", f"http://127.0.0.1:{port}", "--learn-noise", noise)
        assert status == 0
        assert f"noisy places written to {noise}" in notes
        assert call(log, "--target", f"http://127.0.0.1:{port}", "--noise", noise)[0] == 0


def test_dry_run(tmp_path: Path) -> None:
    """The plan, and no target is needed."""
    status, shown, _ = call(servers.log_of(shop(), tmp_path), "--dry-run")
    assert status == 0
    assert "waits for ack of 'order' (ack)" in shown


def test_output_is_a_log(tmp_path: Path) -> None:
    """Written whole, or not at all; never over a file that is there."""
    log, path = servers.log_of(shop(), tmp_path), tmp_path / "observed.parquet"
    with servers.app(servers.shop_app()) as port:
        assert call(log, "--target", f"http://127.0.0.1:{port}", "-o", str(path))[0] == 0
        assert path.stat().st_size > 1000
        assert call(log, "--target", f"http://127.0.0.1:{port}", "-o", str(path))[0] == 2
