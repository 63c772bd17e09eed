"""The registry of findings: every code with its severity and its texts."""

from analyzer.findings.kind import Kind
from analyzer.findings.kinds_capture import CAPTURE
from analyzer.findings.kinds_connection import CONNECTION
from analyzer.findings.kinds_heartbeat import HEARTBEAT
from analyzer.findings.kinds_messages import MESSAGES

KINDS: dict[str, Kind] = {kind.code: kind for kind in (*CONNECTION, *HEARTBEAT, *MESSAGES, *CAPTURE)}
"""Code to what it is, in the order in which they are documented."""
