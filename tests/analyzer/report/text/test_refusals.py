"""The section on refused requests."""

from click.testing import CliRunner

from analyzer.cli import main
from tests.analyzer.findings.failures import FOLDER


def test_it_is_said_plainly() -> None:
    """Behind the findings, which do not claim that all is well."""
    out = CliRunner().invoke(main, ["analyze", str(FOLDER / "post-forbidden.pcap")]).output
    findings, _, rest = out.partition("\nRefused  20 requests\n")
    assert "No rule found anything wrong, but requests were refused." in findings
    assert "POST /socket.io/ answered 403" in rest.splitlines()[0]
    assert "Refused" not in CliRunner().invoke(main, ["analyze", str(FOLDER / "server-kick.pcap")]).output
