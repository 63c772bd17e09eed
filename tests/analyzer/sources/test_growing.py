"""Key logs that grow, come late, are cut and are replaced."""

from pathlib import Path

import pytest

from analyzer.issues import CaptureError
from analyzer.sources.growing import GrowingKeys


def line(number: int) -> bytes:
    """A line of a key log."""
    return f"CLIENT_RANDOM {number:064x} {number:096x}\n".encode()


def known(growing: GrowingKeys) -> set[int]:
    """The secrets there are by now."""
    return {number for number in range(1, 9) if growing.keys.find(number.to_bytes(32, "big"))}


def test_lines_come_bit_by_bit(tmp_path: Path) -> None:
    """A line counts once it is whole."""
    path = tmp_path / "keys.log"
    path.write_bytes(line(1) + line(2)[:30])
    growing = GrowingKeys([str(path)])
    assert growing.keys.growing
    assert known(growing) == {1}
    with path.open("ab") as file:
        file.write(line(2)[30:] + line(3)[:-1])
    growing.poll()
    assert known(growing) == {1, 2}
    growing.close()
    assert known(growing) == {1, 2, 3}


def test_a_file_that_comes_late(tmp_path: Path) -> None:
    """Is read once it is there; until then it is said to be missing."""
    path = tmp_path / "keys.log"
    growing = GrowingKeys([str(path)])
    assert growing.missing == [str(path)]
    path.write_bytes(line(1))
    growing.poll()
    assert (known(growing), growing.missing) == ({1}, [])


def test_a_file_that_is_replaced_or_cut(tmp_path: Path) -> None:
    """Is read from its beginning; what it held before stays known."""
    path, other = tmp_path / "keys.log", tmp_path / "new"
    path.write_bytes(line(1) + line(2))
    growing = GrowingKeys([str(path)])
    path.write_bytes(line(3))
    growing.poll()
    assert known(growing) == {1, 2, 3}
    other.write_bytes(line(4) + line(5))
    other.replace(path)
    growing.poll()
    assert known(growing) == {1, 2, 3, 4, 5}
    path.unlink()
    growing.poll()
    assert known(growing) == {1, 2, 3, 4, 5}


def test_none_given() -> None:
    """No secret will ever come."""
    growing = GrowingKeys([])
    growing.close()
    assert not growing.keys.growing


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_what_is_no_file(name: str, tmp_path: Path) -> None:
    """A directory and a path that cannot be are told in one line."""
    with pytest.raises(CaptureError):
        GrowingKeys([(name and f"{tmp_path}/{name}") or str(tmp_path)])
