"""Every form of the log reads back to the same log."""

import gzip
import io

import pyarrow as pa
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer import store
from analyzer.issues import StoreError
from analyzer.records import COLUMNS, Row
from tests.rows import ANY_ROWS, FULL

FORMS = st.sampled_from(store.FORMS)
QUIET = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def written(path, rows, form, step=1000):
    """The bytes of a log of those rows."""
    with store.open_writer(str(path), form, force=True) as writer:
        for start in range(0, len(rows), step):
            writer.write(rows[start : start + step])
    return path.read_bytes()


def read(source, **kwargs):
    """All rows of a log as one Arrow table."""
    return pa.Table.from_batches(list(store.read(source, **kwargs)), store.ARROW_SCHEMA)


def table(rows):
    """The rows as one Arrow table, built directly."""
    return pa.Table.from_batches(list(store.batches(rows)), store.ARROW_SCHEMA)


@QUIET
@given(rows=ANY_ROWS, form=FORMS)
def test_round_trip(tmp_path, rows, form):
    """Whatever a row holds, all forms give back what the builder of columns makes of it."""
    written(tmp_path / "log", rows, form)
    if not rows and form == "jsonl":
        return
    found, wanted = read(str(tmp_path / "log")), table(rows)
    assert found.schema.equals(store.ARROW_SCHEMA)
    assert found.to_pylist() == wanted.to_pylist()


@pytest.mark.parametrize("form", store.FORMS)
def test_many_rows(log, tmp_path, form):
    """A log of several batches comes back whole and in order."""
    written(tmp_path / "log", log, form)
    assert [row for batch in store.read(str(tmp_path / "log")) for row in store.to_rows(batch)] == log


@pytest.mark.parametrize("form", store.FORMS)
def test_empty_log(tmp_path, form):
    """A log without rows can be written; one of JSON Lines is an empty file and no log when read."""
    written(tmp_path / "log", [], form)
    if form == "jsonl":
        with pytest.raises(StoreError, match="it is empty"):
            read(str(tmp_path / "log"))
    else:
        assert read(str(tmp_path / "log")).num_rows == 0


@pytest.mark.parametrize("form", store.FORMS)
@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_compressed(tmp_path, form, compress):
    """A log packed with gzip or zstd reads like the log."""
    packed = compress(written(tmp_path / "log", [FULL], form))
    assert store.sniff(packed) == form
    assert store.to_rows(next(store.read(io.BytesIO(packed)))) == [FULL]


@pytest.mark.parametrize("form", store.FORMS)
def test_pipe(tmp_path, form):
    """A file that cannot be wound back reads too."""

    class Pipe(io.RawIOBase):
        def __init__(self, data):
            self.rest = io.BytesIO(data)

        def readable(self):
            return True

        def readinto(self, buffer):
            return self.rest.readinto(memoryview(buffer)[:100])

    found = list(store.read(Pipe(written(tmp_path / "log", [FULL] * 3, form)), name="pipe"))
    assert [row for batch in found for row in store.to_rows(batch)] == [FULL] * 3


@QUIET
@given(data=st.data(), form=FORMS)
def test_damage(tmp_path, data, form):
    """However a log is damaged, reading gives batches or a StoreError of one line."""
    content = bytearray(written(tmp_path / "log", [FULL, Row(5), FULL], form))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    said = outcome(bytes(content))
    assert said is None or (said.startswith("cannot read x: ") and said.isprintable())


def outcome(content):
    """What reading says against those bytes, None where it says nothing."""
    try:
        for batch in store.read(io.BytesIO(content), name="x"):
            assert batch.schema.names == list(COLUMNS)
            batch.validate(full=True)
    except StoreError as error:
        return str(error)
    return None


@pytest.mark.parametrize("form", store.FORMS)
@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_cut(log, tmp_path, form, cut):
    """A log that was cut off is damaged, but for JSON Lines, whose whole lines count."""
    content = written(tmp_path / "log", log, form)
    said = []
    source = io.BytesIO(content[: int(len(content) * cut)])
    if form == "jsonl":
        count = sum(batch.num_rows for batch in store.read(source, said.append, name="x.jsonl"))
        assert 0 < count < len(log)
        assert len(said) == 1
        assert said[0].startswith(f"x.jsonl: the last line ({count + 1}) is torn off")
    else:
        with pytest.raises(
            StoreError, match=r"^cannot read x: it is damaged \(.*\): make the log anew from its capture$"
        ):
            list(store.read(source, name="x"))


@pytest.mark.parametrize(
    ("text", "said"), [("", "it is empty"), ("hello\n", "no log of sioscope"), ("{}\n", "no log of sioscope")]
)
def test_no_log(tmp_path, text, said):
    """Other files are refused with a line that says what to do."""
    (tmp_path / "x").write_text(text)
    with pytest.raises(StoreError, match=said):
        list(store.read(str(tmp_path / "x")))


def test_missing(tmp_path):
    """A path that is not there, or is a folder, is told in one line."""
    with pytest.raises(StoreError, match=r"cannot read .*none.jsonl: No such file or directory: check the path"):
        list(store.read(str(tmp_path / "none.jsonl")))
    with pytest.raises(StoreError, match=r"cannot read .*: Is a directory: name a file in it"):
        list(store.read(str(tmp_path)))
