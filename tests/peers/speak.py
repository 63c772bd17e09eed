"""An addon for mitmdump that uses sioscope's commands: it says something to either side once a client has spoken."""

import base64

from mitmproxy import ctx, http


class Speak:
    """Emits an event with an attachment to the client, and answers an event of the server's, once a session."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Over WebSocket."""
        assert flow.websocket is not None
        message = flow.websocket.messages[-1]
        if b"say" in message.content and not message.injected:
            self._speak(flow)

    def request(self, flow: http.HTTPFlow) -> None:
        """Over polling."""
        packets = (flow.request.content or b"").split(b"\x1e")
        if flow.request.method == "POST" and any(b"say" in _plain(packet) for packet in packets):
            self._speak(flow)

    def _speak(self, flow: http.HTTPFlow) -> None:
        sid = flow.request.query.get("sid", flow.id)
        if sid in self._said:
            return
        self._said.add(sid)
        data = '[{"file": {"$binary": "AQID"}}, "é"]'
        ctx.master.commands.call("sioscope.emit", flow, "made-up", data, "/", "client")
        ctx.master.commands.call("sioscope.emit", flow, "say", '["from the proxy", 7]', "/", "server")
        ctx.master.commands.call("sioscope.ask", flow, "question", "[70]", "/", "client")


def _plain(packet: bytes) -> bytes:
    """What is in a packet of a polling body, which is base64 where that is binary."""
    return base64.b64decode(packet[1:]) if packet[:1] == b"b" else packet


addons = [Speak()]
