"""What the documents say is so: every command, option, column and code is there, and all that can be run runs."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from analyzer.cli import main
from analyzer.issues import Issue
from analyzer.records import COLUMNS, Layer

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "captures" / "README.md"])
NAMES = main.list_commands(click.Context(main))
SET_UP = "SIOSCOPE_README_SETUP"
"""Set to run also the commands that make a virtual environment, which takes minutes and the network."""


def commands() -> list[str]:
    """The commands of README, as CI takes them out of it."""
    spec = importlib.util.spec_from_file_location("readme_command", ROOT / ".ci" / "readme_command.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: list[str] = module.commands(README)
    return found


COMMANDS = commands()
SERVING = {"proxy"}
"""Commands that go on until they are ended; they have tests of their own."""


def options(name: str) -> list[str]:
    """Long options of a command."""
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return [opt for p in command.params if isinstance(p, click.Option) for opt in p.opts if opt.startswith("--")]


# ---- README ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_documented(name: str) -> None:
    """With a line of the table of commands, and every option somewhere."""
    assert f"`sioscope {name} " in README
    missing = [option for option in options(name) if not re.search(rf"(?<![\w-]){option}(?![\w-])", README)]
    assert not missing


def test_no_other_command_is_documented() -> None:
    """What README tells people to type exists."""
    spans = re.findall(r"`([^`]+)`", re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL))
    named = [name for span in spans for name in re.findall(r"\bsioscope ([a-z]+)", span)]
    typed = [line.split()[1] for line in COMMANDS if line.startswith("sioscope ")]
    assert named
    assert {*named, *typed} <= set(NAMES)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_is_documented(column: str) -> None:
    """In the table of the log's columns."""
    table = README.partition("## The log's columns")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert any(f"`{column}`" in cell for cell in cells)


def test_the_first_two_commands_set_up() -> None:
    """One analyses a capture of ours, the other one runs the tests; each is one line that a fresh clone can paste."""
    first, second = COMMANDS[:2]
    assert "pip install" in first
    assert "sioscope analyze captures/" in first
    assert "pip install" in second
    assert "pytest" in second


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with our captures, where the commands are run one after another."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "captures", folder / "captures")
    return folder


def execute(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as a shell does, the command of this environment first on the path."""
    environment = os.environ | {"PATH": str(Path(sys.executable).parent) + os.pathsep + os.environ.get("PATH", "")}
    return subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_the_commands_run(clone: Path) -> None:
    """Each in the order in which they stand there, with the installed command; each answers, none complains."""
    lines = [line for line in COMMANDS if line.startswith("sioscope ")]
    assert {line.split()[1] for line in lines} == set(NAMES)
    for line in (line for line in lines if line.split()[1] not in SERVING):
        done = execute(line, clone)
        assert done.returncode == 0, f"{line}: {done.stderr}"
        assert done.stdout or " -o " in line, line
        assert "Traceback" not in done.stderr, line


@pytest.mark.skipif(not os.environ.get(SET_UP), reason=f"makes virtual environments; set {SET_UP} to run it")
@pytest.mark.parametrize("number", [0, 1])
def test_the_set_up_runs(number: int, tmp_path: Path) -> None:
    """In a copy of the project as a fresh clone has it."""
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, files.split("\0")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    done = execute(COMMANDS[number], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def blocks(language: str) -> list[str]:
    """Fenced blocks of README in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", blocks("python"))
def test_python_runs(block: str, clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Python block, as a script of its own."""
    monkeypatch.chdir(clone)
    exec(compile(block, "README.md", "exec"), {"__name__": "__main__"})


def test_every_block_says_what_it_is() -> None:
    """So that none is left out of these tests by mistake."""
    fences = re.findall(r"^```(\S*)$", README, re.MULTILINE)
    assert set(fences[::2]) <= {"sh", "console", "python", "json", "text"}
    assert set(fences[1::2]) <= {""}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    """Links within the project name what is there."""
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert not missing


# ---- docs/issues.md --------------------------------------------------------------------------------------------------

ISSUES = (ROOT / "docs" / "issues.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([a-z0-9_]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", ISSUES, re.MULTILINE)
"""Code, layers, what happened, what to do."""


def comments() -> dict[str, str]:
    """What the code says of each issue: the comment behind it."""
    text = (ROOT / "analyzer" / "issues.py").read_text("utf-8")
    return dict(re.findall(r'^    [A-Z0-9_]+ = "([a-z0-9_]+)"  # (.+)$', text, re.MULTILINE))


def test_every_issue_is_documented() -> None:
    """Each code once, in the order of the code, and no other."""
    assert [row[0] for row in ROWS] == [issue.value for issue in Issue]
    assert len(re.findall(r"^\| `", ISSUES, re.MULTILINE)) == len(ROWS)


@pytest.mark.parametrize("issue", Issue, ids=str)
def test_an_issue_means_what_the_code_says(issue: Issue) -> None:
    """In the same words; where its rows are found, and what to do, is said as well."""
    ((_, layers, meaning, advice),) = [row for row in ROWS if row[0] == issue]
    assert meaning == comments()[issue.value]
    assert set(layers.split(", ")) <= {layer.value for layer in Layer}
    assert advice.endswith(".")


def test_advice_names_options_that_exist() -> None:
    """An option of ours that it mentions is one of a command."""
    named = set(re.findall(r"`(--max-[a-z]+)", ISSUES))
    assert named
    for name in set(NAMES) - SERVING - {"explain"}:
        assert named <= set(options(name))
