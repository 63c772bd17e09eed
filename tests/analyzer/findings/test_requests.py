"""HTTP requests: two polls at once, origins, pages that connect twice, lost packets."""

import json

import pytest

from analyzer import findings
from tests.analyzer.findings.failures import codes, found, only
from tests.rows import Talk, log_of

BROWSER = {"user-agent": "Mozilla/5.0 (X11)", "referer": "https://shop.example/", "host": "api.example"}


def headers(request, response=()):
    """Headers as the log has them."""
    return json.dumps({"request": dict(request), "response": dict(response)})


def test_overlapping_polls():
    """A real server refuses the second one."""
    assert codes(found("overlapping-polls"), "error", "warning", "info") == ["overlapping_polls"]
    assert "had two GET requests open at once" in only(found("overlapping-polls"), "overlapping_polls")["explanation"]


def test_one_after_the_other_is_fine():
    """A poll that is refused for something else is no overlap."""
    talk = Talk().open(0, "polling").join(5, on="polling").http(100).http(200, status=400)
    assert "overlapping_polls" not in findings(log_of(talk))["code"].tolist()


def test_origin_python():
    """A real python server says so itself."""
    assert codes(found("origin-python"), "error", "warning", "info") == ["origin_refused"]
    said = only(found("origin-python"), "origin_refused")
    assert "A page of https://shop.example asked" in said["explanation"]
    assert 'origin: "https://shop.example"' in said["advice"]


@pytest.mark.parametrize(
    ("request_", "response", "goes_on", "refused"),
    [
        ({}, {}, False, True),
        ({}, {}, True, False),
        ({}, {"access-control-allow-origin": "https://shop.example"}, False, False),
        ({}, {"access-control-allow-origin": "*"}, False, False),
        ({"cookie": "a=b"}, {"access-control-allow-origin": "*"}, False, True),
        ({}, {"access-control-allow-origin": "https://other.example"}, False, True),
        ({"sec-fetch-site": "same-origin"}, {}, False, False),
    ],
)
def test_what_browsers_refuse(request_, response, goes_on, refused):
    """By the answer's headers, and that nothing followed."""
    given = headers(BROWSER | {"origin": "https://shop.example"} | request_, response)
    talk = Talk().http(0, url="/socket.io/?EIO=4&transport=polling", headers=given)
    talk.engine(0, "open", "s2c", "polling", data='{"pingInterval":1000,"pingTimeout":500}')
    if goes_on:
        talk.http(50, "POST").http(60)
    other = Talk("other").open(100).join(101).close(2_000)
    assert ("origin_refused" in findings(log_of(talk, other))["code"].tolist()) == refused


def page(number, start, given=BROWSER, event="cart"):
    """A session of a page."""
    talk = Talk(f"s{number}").http(start, url="/socket.io/?EIO=4&transport=polling", headers=headers(given))
    data = '{"pingInterval":1000,"pingTimeout":500,"maxPayload":9}'
    talk.engine(start, "open", "s2c", "polling", data=data).join(start + 1, on="polling")
    return talk.socket(start + 9, "EVENT", "s2c", on="polling", event=event).engine(
        start + 900, "close", "c2s", "polling"
    )


def test_duplicate_connections():
    """Sessions of one browser that do the same at the same time."""
    said = only(findings(log_of(page(0, 0), page(1, 20), page(2, 40))), "duplicate_connections")["explanation"]
    assert said.startswith("10.0.0.1 opened 3 sessions within 40.0 ms")
    assert "cart" in said


@pytest.mark.parametrize(
    "other",
    [
        page(1, 20, BROWSER | {"cookie": "other"}),
        page(1, 20, event="chat"),
        page(1, 3_000),
        page(1, 20, {"user-agent": "node-XMLHttpRequest"}),
    ],
    ids=["another user", "another use", "later", "no browser"],
)
def test_not_duplicates(other):
    """Sessions that differ are two."""
    assert findings(log_of(page(0, 0), other)).empty


def test_loss_at_switch():
    """A real server refuses what is posted after the switch."""
    assert codes(found("loss-at-switch"), "error", "warning", "info") == ["loss_at_switch"]
    assert 'EVENT "order"' in only(found("loss-at-switch"), "loss_at_switch")["explanation"]
