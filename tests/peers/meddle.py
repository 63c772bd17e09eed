"""An addon for mitmdump that meddles with WebSockets: one message of the client is dropped, one to it is made up."""

from mitmproxy import ctx, http

DROPPED = b'42["say",'
INJECTED = b'42["notice","made up by the proxy"]'


class Meddle:
    """Drops the first event of a kind that comes over a WebSocket, and makes one up in the same moment."""

    def __init__(self) -> None:
        self._done = False

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """A message has come: the last of the flow's."""
        assert flow.websocket is not None
        message = flow.websocket.messages[-1]
        if not self._done and message.from_client and message.content.startswith(DROPPED):
            self._done = True
            message.drop()
            ctx.master.commands.call("inject.websocket", flow, True, INJECTED, True)


addons = [Meddle()]
