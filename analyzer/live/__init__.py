"""Socket.IO as it passes through a running mitmproxy: the trunk that reads captures, and a log that grows."""
