"""Sessions as lifelines."""

from analyzer.report.charts import Marks, lifelines

SECOND = 10**9
UPGRADED = {"session": "A", "opened": 10 * SECOND, "closed": 20 * SECOND, "transports": "polling>websocket",
            "closed_by": "client", "close_cause": "client_close"}  # fmt: skip
POLLING = {"session": "B", "opened": 5 * SECOND, "transports": "polling"}
SWITCH = {"session": "A", "outcome": "completed", "started": 11 * SECOND, "upgrade_sent": 12 * SECOND}


def bands(ax):
    """Transport to the (start, end) of its bands, by row."""
    found = {}
    for bars in ax.collections:
        if bars.get_label() in ("polling", "websocket", "webtransport"):
            boxes = [path.get_extents() for path in bars.get_paths()]
            found[bars.get_label()] = {round(box.y0 + box.height / 2): (box.x0, box.x1) for box in boxes}
    return found


def test_bands(table_of, ax, words):
    """Rows in order of opening, a band for each transport, the change where the upgrade was."""
    lifelines(table_of("sessions", [UPGRADED, POLLING]), ax, Marks(upgrades=table_of("upgrades", [SWITCH])))
    assert bands(ax) == {"polling": {0: (0.0, 15.0), 1: (5.0, 7.0)}, "websocket": {1: (7.0, 15.0)}}
    assert {"A", "B", "2 sessions", "still open", "closed by the client"} <= set(words(ax))


def test_without_the_upgrade(table_of, ax):
    """Where the moment of the upgrade is not known the last transport stands for the whole."""
    lifelines(table_of("sessions", [UPGRADED]), ax)
    assert bands(ax)["websocket"] == {0: (0.0, 10.0)}


def test_open_before_the_capture(table_of, ax):
    """A session whose beginning was not captured begins at the left edge."""
    lifelines(table_of("sessions", [UPGRADED, POLLING | {"opened": None, "closed": 15 * SECOND}]), ax)
    assert bands(ax)["polling"][0] == (0.0, 5.0)


def test_a_second_tap_is_left_out(table_of, ax, words):
    """A session seen in two places has one line."""
    lifelines(table_of("sessions", [UPGRADED, UPGRADED]), ax)
    assert "1 session" in words(ax)


def test_a_crowd(crowd, ax, words):
    """Five hundred sessions have thin lines without names, and all that is drawn is within the axes."""
    lifelines(crowd.sessions, ax, Marks(crowd.upgrades, crowd.heartbeats, crowd.log))
    assert {"500 sessions", "sessions, in order of opening"} <= set(words(ax))
    assert sum(map(len, (bands(ax)["polling"],))) > 400
    low, high = ax.get_xlim()
    assert all(low <= start <= end <= high for rows in bands(ax).values() for start, end in rows.values())


def test_more_than_are_drawn(table_of, ax, words):
    """Of very many sessions an even part is drawn, and it says so."""
    rows = [POLLING | {"session": str(number), "opened": number * SECOND} for number in range(2500)]
    lifelines(table_of("sessions", rows), ax)
    assert "1,000 sessions of 2,500" in words(ax)


def test_nothing(empty, ax, words):
    """No sessions are said in words."""
    lifelines(empty.sessions, ax, Marks(empty.upgrades, empty.heartbeats, empty.log))
    assert "no sessions" in words(ax)
