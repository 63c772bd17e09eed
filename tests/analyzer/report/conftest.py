"""Made-up traffic for reports: a few sessions, a crowd, none, hostile ones, and tables with any value anywhere."""

import numpy as np
import pytest

from analyzer.records import COLUMNS
from analyzer.report.analysis import Analysis
from analyzer.tables.frame import DTYPES
from analyzer.tables.schema import TABLES
from tests.analyzer.report.traffic import START, make, table

EVIL = (
    "\x1b[31mred\x1b[0m",
    "[bold]markup[/bold] :smile: [link=file:///etc/passwd]x[/link]",
    "$\\frac{1}{0}$ cost $5 and $6",
    "=cmd|' /C calc'!A0",
    "line\nbreak\ttab\r\x07",
    "\u202egnirts \u2066desrever",
    "事件名称😀",
    "a\u0300\u0301" * 40,
    "",
    "x" * 5000,
)


WORDS = {
    "state": ("answered", "late", "missed", "unanswered", "odd"),
    "outcome": ("completed", "refused", "failed", "abandoned", "odd"),
    "transport": ("polling", "websocket", "odd"),
    "transports": ("polling", "polling>websocket", "websocket", "x>y>z", ""),
    "closed_by": ("client", "server", "network", "odd"),
    "close_cause": ("ping_timeout", "client_close", "odd"),
    "layer": ("capture", "socket.io", "odd"),
}
NUMBERS = {
    "Float64": (0.0, 1.0, -1.0, 9e12, -9e12, 1e-300, 400.0, 25_000.0),
    "Int64": (0, 1, -1, 400, 25_000, 2**63 - 1, -(2**63)),
    "Int16": (0, 101, 400, -5),
    "Int8": (3, 4),
    "datetime64[ns, UTC]": (0, 1, START, START + 10**9, START + 10**12, 2 - 2**63, 2**63 - 2),
}
"""What a damaged or forged log may hold, by column or dtype."""


def scramble(seed, rows):
    """Tables with any value anywhere, a fifth of them missing."""
    random = np.random.default_rng(seed)

    def values(name):
        dtypes = {column: DTYPES[kind] for column, kind in COLUMNS.items()} if name == "log" else TABLES[name]
        choices = {column: WORDS.get(column) or NUMBERS.get(dtype) or EVIL for column, dtype in dtypes.items()}
        choices.pop("attachments", None)
        return table(name, [{column: _any(random, values) for column, values in choices.items()} for _ in range(rows)])

    return Analysis(**{name: values(name) for name in ("log", *TABLES)})


def _any(random, values):
    return None if random.random() < 0.2 else values[random.integers(len(values))]


@pytest.fixture(scope="session")
def few():
    """Three sessions: two upgraded, one refused."""
    return make(3)


@pytest.fixture(scope="session")
def crowd():
    """Five hundred sessions of every fate."""
    return make(500, seconds=60.0, interval=5000, timeout=4000, messages=20)


@pytest.fixture(scope="session")
def empty():
    """No recognised traffic at all."""
    return make(0)


@pytest.fixture(scope="session")
def hostile():
    """Names and ids that try to harm whatever shows them."""
    return make(len(EVIL), names=EVIL, event_names=EVIL)


@pytest.fixture(scope="session")
def traffic():
    """Makes traffic to order; see `make`."""
    return make


@pytest.fixture(scope="session")
def table_of():
    """Makes a table from its name and rows; see `table`."""
    return table


@pytest.fixture(scope="session")
def scrambled():
    """Makes tables with any value anywhere; see `scramble`."""
    return scramble
