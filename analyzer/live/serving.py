"""mitmproxy started with the addon in it, by one command."""

import io
import logging
import os
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from analyzer.issues import ProxyError
from analyzer.live.interrupts import Interrupts
from analyzer.live.log_file import LogFile
from analyzer.live.settings import is_special, place

if TYPE_CHECKING:
    from analyzer.live.printing import Taker

_PORTS = 65_535
_WEB = ("127.0.0.1", "8081")
"""Where mitmweb shows itself unless its options say otherwise."""
_SCHEMES = ("http", "https")
_PLAIN = "regular"


@dataclass(frozen=True, slots=True)
class Serving:
    """How to serve: ``target`` is the URL of a server to stand in front of; without one ``mode`` is mitmproxy's."""

    listen: str = "127.0.0.1:8080"
    target: str | None = None
    mode: str = _PLAIN
    out: str | None = None
    force: bool = False
    web: bool = False
    settings: tuple[tuple[str, str], ...] = ()
    """More options of mitmproxy, by name."""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on. Raises ProxyError where there is none."""
        host, _, port = self.listen.rpartition(":")
        if not port.isdecimal() or int(port) > _PORTS or not host:
            raise ProxyError(f"cannot listen on {self.listen!r}: give HOST:PORT, such as 127.0.0.1:8080")
        return host.strip("[]"), int(port)


def arguments(serving: Serving) -> list[str]:
    """The arguments for mitmdump or mitmweb. Raises ProxyError where something makes no sense."""
    host, port = serving.address
    mode = serving.mode
    if serving.target is not None:
        parts = urlsplit(serving.target)
        if parts.scheme not in _SCHEMES or not parts.hostname:
            raise ProxyError(f"cannot stand in front of {serving.target!r}: give a URL such as http://127.0.0.1:3000")
        if mode != _PLAIN:
            raise ProxyError(f"a target means the mode reverse, not {mode!r}: leave out one of the two")
        mode = f"reverse:{parts.scheme}://{parts.netloc}"
    chosen = ["--mode", mode, "--listen-host", host, "--listen-port", str(port)]
    settings = {"flow_detail": "0", "termlog_verbosity": "alert", **dict(serving.settings)}
    if serving.out is not None:
        settings["sioscope_out"] = serving.out
    if serving.web:
        del settings["flow_detail"]
    return chosen + [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]


def prepare(serving: Serving) -> None:
    """What would fail only once traffic comes is tried before. Raises ProxyError or StoreError."""
    _probe(*serving.address, serving.listen)
    if serving.web:
        given = dict(serving.settings)
        host, port = given.get("web_host", _WEB[0]), given.get("web_port", _WEB[1])
        if port.isdecimal() and int(port) <= _PORTS:
            _probe(host, int(port), f"{host}:{port} (mitmweb's own; another is --set web_port=PORT)")
    if serving.out is not None and not is_special(place(serving.out)):
        _claim(serving.out, force=serving.force)


def _probe(host: str, port: int, shown: str) -> None:
    """Listen there for a moment. Raises ProxyError where that cannot be."""
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        raise ProxyError(f"cannot listen on {shown}: {error.strerror or error}: choose another") from error


def serve(serving: Serving, say: Callable[[str], None], takers: "Sequence[Taker]" = ()) -> bool:
    """Run until it is ended; ``takers`` are given the rows. Whether it had to be broken off.

    Raises ProxyError without mitmproxy, or where it cannot start, KeyboardInterrupt where it was to end at once.
    """
    try:
        from mitmproxy.tools import cmdline, dump, main, web
    except ImportError as error:
        raise ProxyError("the proxy needs mitmproxy: pip install 'sioscope[proxy]'") from error
    from analyzer.live.addon import make

    given = arguments(serving)
    prepare(serving)
    base: Any = web.master.WebMaster if serving.web else dump.DumpMaster

    class Master(base):  # type: ignore[misc]
        """With the addon, and a greeting."""

        def __init__(self, options: Any, *args: Any, **kwargs: Any) -> None:
            super().__init__(options, *args, **kwargs)
            self.addons.add(*ours, host)

    ours, said = make(takers), io.StringIO()
    with ExitStack() as starting:  # what it says on stderr until then is why it cannot start
        starting.enter_context(redirect_stderr(said))
        host = _Host(serving, say, starting.close)
        try:
            main.run(Master, cmdline.mitmweb if serving.web else cmdline.mitmdump, given)
        except SystemExit as ended:
            if ended.code:
                raise ProxyError(_why(said.getvalue())) from ended
        except KeyboardInterrupt:
            host.broken = True
            if host.interrupts.insisted or not host.interrupts.asked:
                raise
        finally:
            host.interrupts.leave()
    if not host.over:  # something else would not end: the log does
        for addon in ours:
            getattr(addon, "done", lambda: None)()
    if host.unknown:
        raise ProxyError(f"mitmproxy has no option {host.unknown[0]!r}; mitmdump --options lists all there are")
    return host.broken


def _why(said: str) -> str:
    """What mitmproxy said when it did not start, as one line."""
    text = " ".join(said.split()).removeprefix(f"{sys.argv[0]}: ")
    return f"mitmproxy could not start: {text or 'its own message says why'}"


class _Host:
    """Says where to go once the proxy is there; does not let it run with options that it does not know."""

    def __init__(self, serving: Serving, say: Callable[[str], None], started: Callable[[], None]) -> None:
        self._serving, self._say, self._started = serving, say, started
        self.interrupts = Interrupts(self._shutdown)
        self.unknown: list[str] = []
        """Names of options that nothing has asked for."""
        self.over = self.broken = False
        """Whether all addons before have been told of the end; whether something would not end."""

    def running(self) -> None:
        """All servers listen."""
        from mitmproxy import ctx

        self._started()
        self.interrupts.install()
        self.unknown = sorted(ctx.options.deferred)
        if self.unknown:
            ctx.master.shutdown()
            return
        places = [f"http://{_url(address)}" for address in ctx.master.addons.get("proxyserver").listen_addrs()]
        for line in greeting(self._serving, places, Path(ctx.options.confdir).expanduser()):
            self._say(line)
        if self._serving.web:
            plain = f"http://{ctx.options.web_host}:{ctx.options.web_port}/"
            self._say(f"look at the traffic at {getattr(ctx.master, 'web_url', plain)}")

    def done(self) -> None:
        """It ends: connections that this cuts are no errors (asyncio of Python 3.11 takes them for some)."""
        self.over = True
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)

    @staticmethod
    def _shutdown() -> None:
        from mitmproxy import ctx

        ctx.master.shutdown()


def greeting(serving: Serving, places: list[str], folder: Path) -> list[str]:
    """Where clients go, what stands behind, what to trust, and where the log is."""
    where = " and ".join(places)
    if serving.target is not None:
        lines = [f"point clients at {where} (or https://...): it stands in front of {serving.target}"]
    else:
        lines = [f"set {where} as the proxy of your clients ({serving.mode} mode)"]
    lines.append(f"for TLS, have them trust {folder / 'mitmproxy-ca-cert.pem'}")
    return lines + ([f"recording to {serving.out}"] if serving.out is not None else [])


def _url(address: Any) -> str:
    host, port = str(address[0]), int(address[1])
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _claim(path: str, *, force: bool) -> None:
    """See that a log can be made here. An empty file is left for it: only ``force`` gives up one with content."""
    if os.path.isfile(path) and os.path.getsize(path) and not force:
        raise ProxyError(f"{path} exists already: choose another name, remove it, or force to overwrite it (--force)")
    file = LogFile(path, replace=True)
    file.open()
    file.close()
