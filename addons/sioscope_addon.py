"""Makes Socket.IO readable in mitmproxy, and records it: ``mitmdump -s addons/sioscope_addon.py``."""

from analyzer.live.addon import make

addons = make()
