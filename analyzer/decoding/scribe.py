"""Writes rows: knows where a packet was seen and by what name the log calls that."""

from analyzer.decoding.outbox import Held, Outbox
from analyzer.decoding.places import NUMBER_BITS, NUMBER_MASK, Arrival, Link
from analyzer.records import C2S, Layer, Row, Transport

_WEBSOCKET = Transport.WEBSOCKET.value


class Scribe:
    """One for a run; ``sources`` are the names that frames' source indices stand for."""

    def __init__(self, outbox: Outbox, sources: list[str]) -> None:
        self.outbox = outbox
        self.sources = sources
        self.add = outbox.add
        self.webtransport = False
        """Whether a server offered WebTransport."""

    def row(self, time: int, frame: int, link: Link, layer: Layer, **columns: object) -> Row:
        """A row of something on a connection; ``columns`` are the others by name."""
        number = frame & NUMBER_MASK
        return Row(
            time,
            self.sources[frame >> NUMBER_BITS],
            number or None,
            link.stream,
            link.client,
            link.server,
            layer=layer.value,
            **columns,  # type: ignore[arg-type]
        )

    def engine(
        self, arrival: Arrival, session: str | None, direction: str, engine: int | None, **columns: object
    ) -> None:
        """Write an Engine.IO packet's row; ``columns`` say type, data and the like."""
        a = arrival
        columns.setdefault("issue", a.issue)
        columns.setdefault("detail", a.detail)
        self.add(
            self.row(
                a.time,
                a.frame,
                a.link,
                Layer.ENGINE,
                session=session,
                transport=a.transport,
                direction=direction,
                engine=engine,
                size=a.size,
                wire_size=a.wire_size,
                **columns,
            )
        )

    def websocket(self, time: int, frame: int, link: Link, **columns: object) -> None:
        """Write a row of the WebSocket layer."""
        self.add(self._websocket(time, frame, link, **columns))

    def opening(self, time: int, frame: int, link: Link, **columns: object) -> Held:
        """Write the row of an opened WebSocket, held until its session is known."""
        return self.outbox.hold(self._websocket(time, frame, link, type="open", direction=C2S, **columns))

    def _websocket(self, time: int, frame: int, link: Link, **columns: object) -> Row:
        columns.setdefault("session", link.tap.sid if link.tap else None)
        columns.setdefault("engine", link.tap.engine if link.tap else link.engine)
        return self.row(time, frame, link, Layer.WEBSOCKET, transport=_WEBSOCKET, **columns)

    def tls(self, time: int, frame: int, link: Link, **columns: object) -> None:
        """Write a row of the TLS layer."""
        self._below(Layer.TLS, time, frame, link, **columns)

    def tcp(self, time: int, frame: int, link: Link, **columns: object) -> None:
        """Write a row of the TCP layer."""
        self._below(Layer.TCP, time, frame, link, **columns)

    def _below(self, layer: Layer, time: int, frame: int, link: Link, **columns: object) -> None:
        tap = link.tap
        session, engine = (tap.sid, tap.engine) if tap else (None, link.engine)
        self.add(self.row(time, frame, link, layer, session=session, engine=engine, **columns))
