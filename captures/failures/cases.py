"""All failures, by name."""

from __future__ import annotations

from cases_between import BETWEEN
from cases_connection import CONNECTION
from cases_heartbeat import HEARTBEAT
from cases_messages import MESSAGES
from failure import Failure

CASES: dict[str, Failure] = {each.name: each for each in (*CONNECTION, *BETWEEN, *HEARTBEAT, *MESSAGES)}
