"""mitmproxy by one command."""

import socket
from pathlib import Path

import pytest

from analyzer.issues import ProxyError, StoreError
from analyzer.live.serving import Serving, arguments, greeting, prepare


def test_arguments() -> None:
    """Those of mitmproxy, ours among its settings."""
    given = arguments(Serving("[::1]:0", "https://h:8443/path", out="a.jsonl", settings=(("anticache", "true"),)))
    assert given[:6] == ["--mode", "reverse:https://h:8443", "--listen-host", "::1", "--listen-port", "0"]
    assert set(given[7::2]) == {"flow_detail=0", "termlog_verbosity=alert", "sioscope_out=a.jsonl", "anticache=true"}
    assert arguments(Serving(mode="transparent"))[:2] == ["--mode", "transparent"]
    assert not [part for part in arguments(Serving(web=True)) if "flow_detail" in part]


@pytest.mark.parametrize("listen", ["8080", "localhost", "h:x", ":80", "h:65536", ""])
def test_places_that_are_none(listen: str) -> None:
    """One line says what is wanted."""
    with pytest.raises(ProxyError, match="give HOST:PORT"):
        arguments(Serving(listen))


@pytest.mark.parametrize("target", ["localhost:3000", "ftp://h", "http://", "", "ws://h"])
def test_targets_that_are_none(target: str) -> None:
    """One line says what is wanted."""
    with pytest.raises(ProxyError, match="give a URL"):
        arguments(Serving(target=target))


def test_a_target_and_another_mode() -> None:
    """Contradict each other."""
    with pytest.raises(ProxyError, match="leave out one of the two"):
        arguments(Serving(target="http://h", mode="transparent"))


def test_a_port_that_is_taken() -> None:
    """Is told before mitmproxy is started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ProxyError, match=r"cannot listen on 127.0.0.1:\d+: Address already in use"):
            prepare(Serving(f"127.0.0.1:{taken.getsockname()[1]}"))


def test_mitmwebs_port_that_is_taken() -> None:
    """Likewise; without mitmweb it does not matter."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = (("web_port", str(taken.getsockname()[1])),)
        with pytest.raises(ProxyError, match=r"mitmweb's own.*: Address already in use"):
            prepare(Serving("127.0.0.1:0", web=True, settings=settings))
        prepare(Serving("127.0.0.1:0", settings=settings))


def test_a_log_that_is_there(tmp_path: Path) -> None:
    """Stays, unless it may be replaced; an empty one is none."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n")
    with pytest.raises(ProxyError, match="exists already"):
        prepare(Serving("127.0.0.1:0", out=str(path)))
    assert path.read_bytes() == b"{}\n"
    prepare(Serving("127.0.0.1:0", out=str(path), force=True))
    assert path.read_bytes() == b""
    prepare(Serving("127.0.0.1:0", out=str(path)))
    for name, why in [("", "which is a folder"), ("a.csv", "JSON Lines"), ("a", "cannot tell the form")]:
        with pytest.raises(StoreError, match=why):
            prepare(Serving("127.0.0.1:0", out=str(tmp_path / name)))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.jsonl"]
    with pytest.raises(StoreError, match="create the folder first"):
        prepare(Serving("127.0.0.1:0", out=str(tmp_path / "no" / "a.jsonl")))


def test_the_greeting() -> None:
    """Where to go, what to trust, where the log is."""
    said = greeting(Serving(target="http://h:1", out="a.jsonl"), ["http://127.0.0.1:8080"], Path("conf"))
    assert said[0] == "point clients at http://127.0.0.1:8080 (or https://...): it stands in front of http://h:1"
    assert said[1].endswith(str(Path("conf") / "mitmproxy-ca-cert.pem"))
    assert said[2] == "recording to a.jsonl"
    assert greeting(Serving(), ["http://127.0.0.1:8080"], Path("conf"))[0].endswith(
        "proxy of your clients (regular mode)"
    )
