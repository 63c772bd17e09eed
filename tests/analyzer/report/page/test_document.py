"""The page as a file: whole, inert, the same every time."""

import base64
import hashlib
import re

from analyzer.report.analysis import of
from analyzer.report.page.document import pieces
from analyzer.report.page.sample import Sample
from tests.rows import Talk


def page(*talks: Talk) -> str:
    """The page of some sessions."""
    sample = Sample()
    rows = sorted((row for talk in talks for row in talk.rows), key=lambda row: row.time)
    return b"".join(pieces(of(sample.watch([rows])), sample)).decode()


def bare(text: str) -> str:
    """The page without its scripts and styles."""
    return re.sub(r"<(script|style)[^>]*>.*?</\1>", "", text, flags=re.DOTALL)


TALK = Talk().open(0).join(1).beat(5).close(9)


def test_it_is_whole_and_the_same_every_time() -> None:
    """From doctype to end, and reproducible."""
    text = page(TALK)
    assert text.startswith("<!DOCTYPE html>\n")
    assert text.endswith("</html>\n")
    assert text == page(TALK)


def test_nothing_is_loaded() -> None:
    """No element names another file; the policy allows no connection at all."""
    text = page(TALK)
    markup = bare(text)
    assert not re.search(r"\b(src|href)=(?!\"#)", markup)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', markup)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy


def test_the_policy_names_what_is_there() -> None:
    """Each script and style by its hash, and no other."""
    text = page(TALK)
    blocks = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", text, flags=re.DOTALL)
    hashes = {base64.b64encode(hashlib.sha256(block.encode()).digest()).decode() for block in blocks}
    assert set(re.findall(r"'sha256-([^']+)'", text.split("</head>")[0])) == hashes
    assert len(blocks) == 5


def test_a_hostile_name() -> None:
    """A source's name is text."""
    text = bare(page(Talk(source="<img src=x onerror=alert(1)>\u202e").open(0)))
    assert "<img" not in text
    assert text.count("&lt;img src=x onerror=alert(1)&gt;\\u202e") == 2


def test_nothing_at_all() -> None:
    """An empty log has its page, too."""
    assert "Nothing was found wrong" in page()
