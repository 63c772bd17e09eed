"""An addon for mitmdump that replays each WebSocket's session with sioscope's command once it is over, from what was
recorded or (without a log) from the flow alone. TARGET in the environment names the server.
"""

import os

from mitmproxy import ctx, http


class Again:
    """Replays against another server, and tries one that is not allowed."""

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        """The session is over."""
        ctx.master.commands.call("sioscope.replay", [flow], "http://192.0.2.1:9")
        ctx.master.commands.call("sioscope.replay", [flow], os.environ["TARGET"])


addons = [Again()]
