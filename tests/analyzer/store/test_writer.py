"""The writer of logs: forms by suffix, live logs line by line, nothing left when something fails."""

import io
import json
import os
import subprocess
import sys

import pytest

from analyzer import store
from analyzer.issues import StoreError
from analyzer.records import Row
from tests.rows import FULL


@pytest.mark.parametrize(
    ("path", "form"), [("-", "jsonl"), ("a.jsonl", "jsonl"), ("a.b.PARQUET", "parquet"), ("/x.y/z.csv", "csv")]
)
def test_form_of(path, form):
    """The suffix says the form."""
    assert store.form_of(path) == form


@pytest.mark.parametrize("path", ["log", "log.txt", "csv", "a.jsonl.gz", ""])
def test_unknown_form(path):
    """A name that says nothing is refused with what would."""
    with pytest.raises(StoreError, match=r"end its name in .jsonl, .parquet or .csv"):
        store.open_writer(path)


@pytest.mark.parametrize("form", store.FORMS)
def test_nothing_left(tmp_path, form):
    """An error between rows, even in them, leaves nothing of any form."""
    path = str(tmp_path / f"x.{form}")
    with pytest.raises(KeyboardInterrupt), store.open_writer(path) as writer:  # noqa: PT012
        writer.write([FULL] * 10)
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == []
    writer = store.open_writer(path)
    writer.write([FULL])
    writer.discard()
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="has /dev/full")
@pytest.mark.parametrize("form", store.FORMS)
@pytest.mark.parametrize("count", [1, 20_000])
def test_full_device(form, count):
    """A full device is a StoreError, in whatever form and whenever it shows."""
    with pytest.raises(StoreError, match="No space left on device"), store.open_writer("/dev/full", form) as writer:  # noqa: PT012
        for i in range(count // 1000 + 1):
            writer.write([FULL._replace(time=i, data=str(i) * 50)] * 1000)


@pytest.mark.parametrize("form", store.FORMS)
def test_refused(tmp_path, form):
    """Where a log exists it is kept, unless forced."""
    path = tmp_path / f"x.{form}"
    path.write_bytes(b"old")
    with pytest.raises(StoreError, match="exists already"):
        store.open_writer(str(path))
    assert path.read_bytes() == b"old"
    with store.open_writer(str(path), force=True) as writer:
        writer.write([FULL])
    assert store.sniff(path.read_bytes()) == form
    assert os.listdir(tmp_path) == [path.name]


def test_live(tmp_path):
    """A live log has all lines of what was written, after every write, and keeps them."""
    path = tmp_path / "live.jsonl"
    with pytest.raises(KeyboardInterrupt), store.open_writer(str(path), flush_each=True) as writer:  # noqa: PT012
        for i in range(3):
            writer.write([Row(i)])
            assert len(path.read_bytes().splitlines()) == i + 1
        raise KeyboardInterrupt
    assert [row.time for batch in store.read(str(path)) for row in store.to_rows(batch)] == [0, 1, 2]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_live_form(tmp_path, form):
    """Only JSON Lines can be a live file."""
    with pytest.raises(StoreError, match=r"a live log is JSON Lines"):
        store.open_writer(str(tmp_path / f"x.{form}"), flush_each=True)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("form", [None, "csv", "parquet"])
def test_standard_output(form):
    """``-`` writes to standard output, JSON Lines unless said otherwise, and needs no pyarrow for that."""
    code = (
        "import sys; from analyzer import store; from analyzer.records import Row\n"
        f"with store.open_writer('-', {form!r}, flush_each=True) as writer: writer.write([Row(5, data='x')])\n"
        "assert ('pyarrow' in sys.modules) == " + str(form == "parquet")
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    if form is None:
        assert json.loads(found)["data"] == "x"
    assert store.to_rows(next(store.read(io.BytesIO(found)))) == [Row(5, data="x")]
