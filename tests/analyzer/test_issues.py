"""Issue codes: stable words, each raised somewhere; exceptions with one line."""

import re
from pathlib import Path

import pytest

from analyzer import issues
from analyzer.issues import CaptureError, Issue, PacketError, ReplayError, SioscopeError, StoreError

ANALYZER = Path(issues.__file__).parent
LAYERS = ("capture", "tcp", "tls", "http", "ws", "eio", "sio", "mitm")


@pytest.mark.parametrize("issue", Issue, ids=str)
def test_a_code_is_a_word_of_its_layer(issue: Issue) -> None:
    """Lower case, its layer first, the same as its name: logs of years ago must still mean the same."""
    assert re.fullmatch(rf"({'|'.join(LAYERS)})(_[a-z0-9]+)+", issue.value)
    assert issue.name == issue.value.upper()
    assert str(issue) == issue.value


@pytest.mark.parametrize("issue", Issue, ids=str)
def test_a_code_is_used(issue: Issue) -> None:
    """A code that nothing writes is none."""
    code = [path.read_text("utf-8") for path in ANALYZER.rglob("*.py") if path.name != "issues.py"]
    assert any(f"Issue.{issue.name}" in text or f'"{issue.value}"' in text for text in code)


@pytest.mark.parametrize("error", [CaptureError, StoreError, ReplayError, PacketError])
def test_exceptions_have_one_base(error: type[SioscopeError]) -> None:
    """One `except` catches what sioscope raises on purpose."""
    assert issubclass(error, SioscopeError)


def test_a_packet_error_carries_its_code() -> None:
    """Its text is the sentence alone."""
    error = PacketError(Issue.SIO_BAD_JSON, "no JSON: x")
    assert (error.code, str(error)) == ("sio_bad_json", "no JSON: x")
