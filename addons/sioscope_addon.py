"""Makes Socket.IO readable in mitmproxy, and records it: ``mitmdump -s addons/sioscope_addon.py``."""

from analyzer.live.addon import make

update = requestheaders = request = responseheaders = response = websocket_message = None
"""No hooks of the module's own, but their names: mitmproxy asks for them all the time, and one that is missing costs it
an error.
"""

addons = make()
