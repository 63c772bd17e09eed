"""``sioscope explain``: codes and frames."""

import pytest

from tests.analyzer.cli.running import refused, run


def test_a_code() -> None:
    """What it means, how it looks, what to do."""
    done = run("explain", "upgrade_refused")
    assert (done.status, done.err) == (0, "")
    for word in ("Warning", "On the wire", "What to do"):
        assert word in done.out.decode()


@pytest.mark.parametrize("frame", ['451-["x",{"_placeholder":true,"num":0}]', "hello", "-1", "2:40", ""])
def test_a_frame(frame: str) -> None:
    """Taken apart, also one that is none, or that looks like an option."""
    done = run("explain", frame)
    assert (done.status, done.err) == (0, "")
    assert b"Engine.IO" in done.out


def test_the_list() -> None:
    """Alone it names every code."""
    lines = run("explain").out.decode().splitlines()
    assert any(line.split()[:2] == ["no_sticky_sessions", "error"] for line in lines)
    assert any(line.split()[:2] == ["tcp_gap", "issue"] for line in lines)


def test_no_such_code() -> None:
    """One line that offers something near."""
    line = refused(run("explain", "upgrade_refusd"))
    assert "no code upgrade_refusd" in line
    assert "upgrade_refused" in line
