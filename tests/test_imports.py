"""Left never imports right: the walk over every import, of Python and of the page, that keeps the house in order."""

import ast
import re
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# A module may import its own row and the rows above; what is not named here only must not close a circle.
CORE = (
    ("spec", "address", "dual", "symbol", "symbol_size", "numeric", "randomness", "work"),
    ("layers", "losses", "optimizers", "datasets", "initializers", "penalties", "heads"),
    ("network", "gradients"),
    ("experiment",),
    ("state",),
    ("frame", "training"),
    ("derive", "compare", "landscape", "pairs", "scaling", "growth"),
)
APP = (
    ("wire", "schemas", "catalog", "figures", "formulas", "palette", "errors", "settings"),
    ("compute", "work", "fields", "documents", "requests", "presets"),
    ("streaming",),
    ("api", "pages"),
    ("openapi", "docs"),
    ("main",),
)
# A module of the page may import its own folder and the rows above; folders of one row, such as two panels, never each other.
PAGE = (
    ("base",),
    ("play", "plot", "telling"),
    ("stage", "story", "boundary", "loss", "surface", "race", "lenses", "shell"),
    ("main.js", "shade.js"),
)


def modules(package: str) -> dict[str, Path]:
    """Every module of a package by its dotted name."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


ALL = modules("core") | modules("app")
SCRIPTS = ROOT / "static" / "js"
SCRIPT = {path.relative_to(SCRIPTS).as_posix(): path.read_text() for path in sorted(SCRIPTS.rglob("*.js"))}
# What runs before the module does; and what it asks for later, or whose types its comments name.
BROUGHT_IN = re.compile(r"""^(?:import|export)\b(?:[\w\s{},*$]*\bfrom)?\s*["']([^"']+)["']""", re.MULTILINE)
NAMED = re.compile(r"""\bimport\(\s*["']([^"']+)["']""")


def imported(name: str) -> set[str]:
    """The names that a module imports, as it stands in its text; a package's own submodules by their full name."""
    return named(ALL[name].read_text())


def named(text: str) -> set[str]:
    """The names that a module's text imports."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"from {'.' * node.level}{node.module}: expected absolute imports"
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= full & set(ALL) or {str(node.module)}
    return found


def rank(name: str, rows: tuple[tuple[str, ...], ...]) -> int | None:
    """The row of the module's place under its package, if it is named."""
    parts = name.split(".")
    return next((i for i, row in enumerate(rows) if len(parts) > 1 and parts[1] in row), None)


@pytest.mark.parametrize("name", modules("core"))
def test_core_imports_numpy_and_the_standard_library_only(name):
    tops = {module.split(".")[0] for module in imported(name)}
    assert tops <= {"core", "numpy", *sys.stdlib_module_names}


WITNESSES = [*sorted((ROOT / "tests" / "cases").glob("*.py")), ROOT / "tests" / "witness_autograd.py"]


@pytest.mark.parametrize("path", WITNESSES, ids=lambda path: path.stem)
def test_a_witness_shares_no_code_with_what_it_is_held_against(path):
    tops = {module.partition(".")[0] for module in named(path.read_text())}
    assert not tops & {"core", "app"}


@pytest.mark.parametrize("name", ALL)
def test_left_never_imports_right(name):
    package = name.split(".")[0]
    rows = CORE if package == "core" else APP
    own = rank(name, rows)
    for other in imported(name):
        if other.split(".")[0] == package and own is not None:
            theirs = rank(other, rows)
            assert theirs is None or theirs <= own, f"{name} is left of {other}"


def test_no_import_closes_a_circle():
    # A package's index is no part of its modules' way: they do not need what it only exports.
    graph = {name: {other for other in imported(name) if other in ALL and not name.startswith(f"{other}.")} for name in ALL}
    TopologicalSorter(graph).prepare()  # raises CycleError with the circle


def asked_for(name: str, *ways: re.Pattern[str]) -> set[str]:
    """The scripts that a script imports in these ways."""
    found = {way for pattern in ways for way in pattern.findall(SCRIPT[name])}
    assert all(way.startswith(".") for way in found), f"{name}: expected relative imports, got {found}"
    return {(SCRIPTS / name).parent.joinpath(way).resolve().relative_to(SCRIPTS).as_posix() for way in found}


def row(name: str) -> int:
    """The row of a script's folder in the page's table."""
    folder = name.partition("/")[0]
    found = [i for i, folders in enumerate(PAGE) if folder in folders]
    assert len(found) == 1, f"{name}: give its folder a place in PAGE"
    return found[0]


@pytest.mark.parametrize("name", SCRIPT)
def test_a_script_imports_its_own_folder_and_the_rows_above(name):
    for other in asked_for(name, BROUGHT_IN, NAMED):
        assert other in SCRIPT, f"{name} imports {other}, which is not there"
        own = name.partition("/")[0] == other.partition("/")[0]
        assert own or row(other) < row(name), f"{name} imports {other}: what both need belongs in a row above, {PAGE[:2]}"


def test_no_import_of_the_page_closes_a_circle():
    TopologicalSorter({name: asked_for(name, BROUGHT_IN) for name in SCRIPT}).prepare()


MAP = set(re.findall(r"`([\w/]+?)/?`", (ROOT / "ARCHITECTURE.md").read_text()))
ROOMS = {".".join(name.split(".")[:2]) for name in ALL if "." in name and "__" not in name}


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_every_room_is_on_the_map_of_the_house(room):
    assert room.split(".")[1] in MAP, f"say in ARCHITECTURE.md what lives in {room}"


def test_the_walk_sees_what_it_should():
    assert {"core.pairs", "core.layers", "app.api", "app.wire"} <= ROOMS
    assert "base/api.js" in asked_for("main.js", BROUGHT_IN)
    assert "plot/plotly-adapter.js" in asked_for("plot/host.js", BROUGHT_IN)
    assert "base/types.js" in asked_for("story/view.js", NAMED)
    assert "surface/panel.js" in asked_for("main.js", NAMED)
    assert not asked_for("shade.js", BROUGHT_IN, NAMED)
    assert "app.wire" in imported("app.api.step")
    assert "core.spec" in imported("core.address")
    assert rank("app.main", APP) > rank("app.api.step", APP) > rank("app.wire", APP)
