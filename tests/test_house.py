"""House rules: what a reviewer would otherwise have to say again and again."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(p for folder in ("analyzer", "addons") for p in (ROOT / folder).rglob("*.py"))
CODE = sorted(
    [*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py"), *(ROOT / "captures").rglob("*.py")]
)
CODE = [p for p in CODE if "node_modules" not in p.parts]

FOUNDATIONS = {"records", "issues", "limits", "text", "stamps", "javascript", "units", "version"}
"""Modules anyone may import; they import nothing but one another."""
MAY_IMPORT = {
    "wire": set(),
    "engineio": set(),
    "socketio": set(),
    "sources": {"wire"},
    "sessions": {"wire", "engineio", "socketio"},
    "pipeline": {"sources", "sessions", "wire"},
    "store": set(),
    "tables": {"store"},
    "findings": {"tables"},
    "explain": {"engineio", "socketio", "findings"},
    "report": {"findings", "tables", "store"},
    "replay": {"engineio", "socketio", "sessions", "wire", "store"},
    "log": {"pipeline", "sources", "store", "tables", "wire"},
    "live": {"engineio", "socketio", "pipeline", "sessions", "sources", "store", "wire", "log", "replay", "report"},
    "addons": {"live"},
    "cli": {"live", "log", "replay", "report", "findings", "explain", "tables", "store", "sources", "pipeline"},
}
"""Imports run one way: each room and the rooms behind it."""
EXCEPTIONS = {"analyzer/wire/unwrap.py": {"logging"}}
"""scapy logs what it cannot read; it has to be told to be quiet."""
DOORS = {"sources", "store", "cli", "report", "log", "live"}
"""The only rooms that may open files."""
DOOR_FILES = {f"analyzer/replay/{stem}.py" for stem in ("client", "crowd", "files", "run", "sockets")}
"""The only files of a room that have to do with sockets, clocks and files, where the rest of it has not."""


def name(path: Path) -> str:
    """Path within the project."""
    return str(path.relative_to(ROOT))


def room(path: Path) -> str:
    """Folder (or top-level module) of the analyzer that a module belongs to."""
    part = path.relative_to(ROOT / "analyzer").parts[0]
    return part.removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Names of the analyzer's rooms that a module imports, those for type checking included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module == "analyzer":
            names = [f"analyzer.{alias.name}" for alias in node.names]
        found |= {n.split(".")[1] for n in names if n.startswith("analyzer.")}
    return found


@pytest.mark.parametrize("path", [p for p in MODULES if p.parent.name != "analyzer" or p.stem == "log"], ids=name)
def test_imports_run_one_way(path: Path) -> None:
    """A room imports itself, the foundations and the rooms behind it."""
    here = room(path) if path.is_relative_to(ROOT / "analyzer") else "addons"
    allowed = MAY_IMPORT[here] | FOUNDATIONS | {here}
    assert imports(path) <= allowed


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.stem in FOUNDATIONS and p.parent.name == "analyzer"], ids=name
)
def test_foundations_stand_on_one_another_only(path: Path) -> None:
    """Nothing beneath imports what stands on it."""
    assert imports(path) <= FOUNDATIONS


def own_tests(path: Path) -> list[Path]:
    """The test files of a module: in the mirrored folder, named for it (with its room's name in front where two share
    one).
    """
    folder = ROOT / "tests" / path.parent.relative_to(ROOT)
    stem = path.parent.name if path.stem == "__init__" else path.stem.strip("_")
    return [p for p in folder.glob("test_*.py") if re.fullmatch(rf"test_(\w+_)?{stem}s?", p.stem)]


@pytest.mark.parametrize("path", [p for p in MODULES if p.stem not in {"__init__", "version"}], ids=name)
def test_every_module_has_its_tests(path: Path) -> None:
    """tests/ mirrors the tree, module by module."""
    assert own_tests(path), f"no test file for {name(path)}"


@pytest.mark.parametrize("path", CODE, ids=name)
def test_rooms_are_small(path: Path) -> None:
    """No file of more than 300 lines, no function of more than 50, no more than five parameters besides self."""
    text = path.read_text("utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, node.name


@pytest.mark.parametrize("path", [p for p in MODULES if p.stat().st_size], ids=name)
def test_public_things_say_what_they_are(path: Path) -> None:
    """Modules, public classes and public functions have docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), "the module"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_input_and_output_at_the_doors_only(path: Path) -> None:
    """Behind the doors there are no files, sockets, clocks, chance or loggers."""
    if not path.is_relative_to(ROOT / "analyzer") or room(path) in DOORS or path.stem.startswith("__"):
        return
    if name(path) in DOOR_FILES:
        return
    tree = ast.parse(path.read_text("utf-8"))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    outside = {"socket", "time", "random", "logging", "subprocess", "asyncio", "secrets"}
    assert not named & outside - EXCEPTIONS.get(name(path), set())
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not calls & {"open", "print", "eval", "exec", "input"}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_captures_are_hostile(path: Path) -> None:
    """Nothing unpickles, evaluates or shells out."""
    tree = ast.parse(path.read_text("utf-8"))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not named & {"pickle", "marshal", "shelve", "subprocess"}
