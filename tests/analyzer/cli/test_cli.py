"""The command as such: what it lists, what it refuses, what it does not load, how it ends."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

import analyzer
from analyzer.cli import main
from analyzer.issues import CaptureError
from analyzer.version import __version__
from tests.analyzer.cli.inputs import CAPTURE
from tests.analyzer.cli.running import end, refused, run, start

NAMES = main.list_commands(click.Context(main))
HEAVY = {"numpy", "pandas", "pyarrow", "scapy", "matplotlib", "rich", "zstandard", "brotli"}


def parameters(name: str) -> list[click.Parameter]:
    """Arguments and options of a command."""
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return command.params


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_lists_every_command(flag: str) -> None:
    """With a line on each, and examples."""
    done = run(flag)
    assert (done.status, done.err) == (0, "")
    text = done.out.decode()
    assert {"analyze", "records"} <= set(NAMES)
    for name in NAMES:
        assert f"\n  {name} " in text
    assert "sioscope records capture.pcap -o log.parquet" in text
    assert "standard input" in text


@pytest.mark.parametrize("name", NAMES)
def test_help_of_a_command_lists_every_option(name: str) -> None:
    """Each with a sentence; the defaults of limits are shown."""
    done = run(name, "--help")
    assert (done.status, done.err) == (0, "")
    text = done.out.decode()
    command = main.get_command(click.Context(main), name)
    assert command is not None
    reads = any(isinstance(param, click.Argument) for param in command.params)
    assert f"Usage: sioscope {name} [OPTIONS]" + (" CAPTURE..." if reads else "") in text
    for parameter in parameters(name):
        if isinstance(parameter, click.Option):
            assert all(option in text for option in parameter.opts)
            assert parameter.help
    assert ("[default: 1000;" in text) is reads


@pytest.mark.parametrize("name", NAMES)
def test_the_list_and_the_command_say_the_same(name: str) -> None:
    """The list of commands imports none of them, so its line is written twice."""
    command = main.get_command(click.Context(main), name)
    assert command is not None
    listed = next(line for line in run("--help").out.decode().splitlines() if line.startswith(f"  {name} "))
    assert command.get_short_help_str(200).startswith(listed.split(maxsplit=1)[1].rstrip("."))


def test_version() -> None:
    """The package's."""
    assert run("--version").out.decode() == f"sioscope, version {__version__}\n"


@pytest.mark.parametrize("arguments", [("--help",), ("records", "--help"), ("analyze", "--help"), ("--version",)])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """A user who asks for help does not wait for libraries."""
    script = (
        "import sys\nfrom analyzer.cli import main\n"
        f"try: main({list(arguments)!r}, prog_name='sioscope')\n"
        f"finally: print('loaded', sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded []"


def test_without_arguments() -> None:
    """Help, and a line on stderr that says what is missing: nothing was done."""
    done = run()
    assert done.status == 2
    assert done.out == run("--help").out
    assert done.err == f"sioscope: no command given, choose one of {', '.join(NAMES)}; see sioscope --help\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing",), "no such command 'nothing'; see sioscope --help"),
        (("--nothing",), "no such option '--nothing'; see sioscope --help"),
        (("capture.pcap",), "no such command 'capture.pcap'; see sioscope --help"),
        (("a\nb",), "no such command 'a"),
        (("records",), "missing argument 'CAPTURE...'; see sioscope records --help"),
        (("analyze",), "missing argument 'CAPTURE...'; see sioscope analyze --help"),
        (("records", "--nothing", "x"), "no such option '--nothing'; see sioscope records --help"),
        (("analyze", "-o", "y", "x"), "no such option '-o'; see sioscope analyze --help"),
        (("records", "x", "-o"), "option '-o' requires an argument; see sioscope"),
        (("records", "x", "--format", "xml"), "'xml' is not one of"),
        (("records", "--json", "x"), "no such option '--json'"),
    ],
)
def test_a_wrong_call_is_one_line(arguments: tuple[str, ...], said: str) -> None:
    """What is wrong, and whose help to read."""
    assert said in refused(run(*arguments))


def test_inside_another_program() -> None:
    """Not standing alone, the group raises what is wrong and returns instead of ending Python."""
    with pytest.raises(CaptureError):
        main(["records", "no-such-file"], standalone_mode=False)
    with pytest.raises(click.UsageError):
        main(["nothing"], standalone_mode=False)
    assert not main(["--version"], standalone_mode=False)


def test_hostile_names_cannot_break_the_line() -> None:
    """A file's name may hold line ends and escapes; the terminal gets neither."""
    line = refused(run("records", "evil\n\x1b[31mname"))
    assert "evil\\n\\x1b[31mname" in line


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no /dev/full")
@pytest.mark.parametrize(
    "arguments", [("--help",), ("records", CAPTURE), ("analyze", CAPTURE), ("analyze", CAPTURE, "--json")], ids=str
)
def test_standard_output_is_full(arguments: tuple[str, ...]) -> None:
    """It cannot be written to: one line, also when Python ends."""
    with open("/dev/full", "wb") as full:
        line = refused(end(start(*arguments, stdout=full)))
    assert line.startswith("sioscope: cannot write standard output: No space left on device: ")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell of POSIX")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_are_closed(closed: str, tmp_path: Path) -> None:
    """A cron job may have none: files are written all the same."""
    path = tmp_path / "log.jsonl"
    command = f'"$0" -m analyzer records "$1" -o "$2" {closed}'
    done = subprocess.run(["sh", "-c", command, sys.executable, CAPTURE, path], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert path.stat().st_size


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell of POSIX")
def test_a_closed_standard_output_that_is_needed() -> None:
    """The log has nowhere to go: one line."""
    command = '"$0" -m analyzer records "$1" >&-'
    done = subprocess.run(["sh", "-c", command, sys.executable, CAPTURE], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "sioscope: cannot write standard output: it is closed: name a file\n"


def test_the_installed_command_is_this_one() -> None:
    """`sioscope` is an entry point to `main`."""
    text = (Path(analyzer.__file__).parent.parent / "setup.cfg").read_text("utf-8")
    assert "sioscope = analyzer.cli:main" in text
