"""The direction of imports, and what the kernel may not know."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import symtrade

HOME = Path(symtrade.__file__).parent
ORDER = ("kernel", "forms", "model", "solve", "prover", "analysis", "papers", "render", "cli")
BESIDE_THE_SEARCH = ("prover", "analysis", "papers")  # they import it inside functions only
SEARCH = {"numpy", "scipy", "highspy", "z3", "mpmath"}
VIEWS = {"view.py"}  # shows records as SymPy expressions; nothing in the kernel imports it at the top


def sources(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*.py") if "__pycache__" not in p.parts)


def imports(tree: ast.AST) -> Iterator[str]:
    """The full names of the modules that a piece of code imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top_level(tree: ast.Module) -> ast.Module:
    """A module without the bodies of its functions, and without what is imported for types only."""
    class Outside(ast.NodeTransformer):
        def visit_FunctionDef(self, node):
            return None

        def visit_AsyncFunctionDef(self, node):
            return None

        def visit_If(self, node):
            return None if "TYPE_CHECKING" in ast.unparse(node.test) else node

    return Outside().visit(ast.parse(ast.unparse(tree)))


def room(path: Path) -> str:
    return path.relative_to(HOME).parts[0].removesuffix(".py")


def rooms_of(tree: ast.AST) -> set[str]:
    parts = (name.split(".") for name in imports(tree))
    return {p[1] for p in parts if p[0] == "symtrade" and len(p) > 1 and p[1] in ORDER}


@pytest.mark.parametrize("path", [p for p in sources(HOME) if room(p) in ORDER],
                         ids=lambda p: str(p.relative_to(HOME)))
def test_imports_go_one_way(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    here = room(path)
    position = ORDER.index("render" if here in ("render", "cli") else here)
    allowed = {*ORDER[:position + 1], here}
    assert rooms_of(tree) <= allowed
    if here in BESIDE_THE_SEARCH:
        assert "solve" not in rooms_of(top_level(tree)), f"{here} imports the search inside functions only"


@pytest.mark.parametrize("path", sources(HOME / "kernel"), ids=lambda p: p.name)
def test_the_kernel_knows_no_search_and_no_sympy(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not SEARCH & {name.split(".")[0] for name in imports(tree)}
    if path.name not in VIEWS:
        above = list(imports(top_level(tree)))
        assert "sympy" not in {name.split(".")[0] for name in above}
        assert "symtrade.kernel.view" not in above
    banned = {"simplify", "solve", "integrate", "refine", "ask"}
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
              and isinstance(node.value, ast.Name) and node.value.id == "sympy"}
    assert not called & banned


CLOSURE = """
import importlib.abc, sys

class Guard(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top == "symtrade" and name != "symtrade" and not name.startswith("symtrade.kernel"):
            raise ImportError("blocked: " + name)
        if top not in sys.stdlib_module_names and top not in ("symtrade", "flint"):
            raise ImportError("blocked: " + name)
        return None

sys.meta_path.insert(0, Guard())
from symtrade.kernel import check
sys.exit(check.main(sys.argv[1:]))
"""


def test_the_checker_needs_the_standard_library_and_flint_only(tmp_path):
    a, x = symtrade_symbols()
    solution = symtrade.solve(symtrade.LinearProgram(
        variables=(x,), objective=a * x, constraints=(x <= 1, x >= 0), parameters=(a,)))
    solution.to_json(tmp_path / "certificate.json")
    done = subprocess.run([sys.executable, "-c", CLOSURE, str(tmp_path / "certificate.json")],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "1 certificate(s) verified" in done.stdout


def symtrade_symbols():
    from sympy import symbols

    return symbols("a x")


def derivations() -> list[Path]:
    for name in ("symtrade.derivations", "derivations"):
        try:
            spec = importlib.util.find_spec(name)
        except ModuleNotFoundError:
            continue
        if spec is not None and spec.submodule_search_locations:
            return sources(Path(next(iter(spec.submodule_search_locations))))
    raise AssertionError("no derivations found")


@pytest.mark.parametrize("path", derivations(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_derivations_import_the_public_face_only(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    relative = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level > 0]
    assert all(node.level == 1 for node in relative), "a paper does not import another paper"
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert all(a.name == "symtrade" or not a.name.startswith("symtrade") for a in node.names)
            assert not any(a.name.startswith("derivations") for a in node.names)
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            assert not node.module.startswith(("symtrade.", "derivations"))
            if node.module == "symtrade":
                assert {a.name for a in node.names} <= set(symtrade.__all__)
    assert not {"highspy", "z3", "flint", "numpy"} & {n.split(".")[0] for n in imports(tree)}


@pytest.mark.parametrize("path", [*sources(HOME / "kernel"), *sources(HOME / "model")],
                         ids=lambda p: str(p.relative_to(HOME)))
def test_no_floats_in_the_exact_layers(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    floats = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, float)]
    assert not floats
    refusals = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == "_refuse_float"]
    excused = {id(n) for refusal in refusals for n in ast.walk(refusal)}
    calls = [n.lineno for n in ast.walk(tree) if id(n) not in excused
             and isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "float"]
    assert not calls


MUTABLE = {"list", "dict", "set", "defaultdict", "OrderedDict", "Counter", "deque"}


def mutable_state(tree: ast.Module) -> Iterator[str]:
    """Module-level containers that could be filled later, and functions that remember."""
    for node in tree.body:
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        empty = (isinstance(value, ast.Dict) and not value.keys) or (
            isinstance(value, ast.List) and not value.elts)
        built = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in MUTABLE
        if empty or (built and not value.args):
            yield ast.unparse(node)
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield f"global {', '.join(node.names)}"
        decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
        yield from (f"@{ast.unparse(d)} {node.name}" for d in decorators
                    if ast.unparse(d).split("(")[0].split(".")[-1] in ("cache", "lru_cache"))


@pytest.mark.parametrize("path", sources(HOME), ids=lambda p: str(p.relative_to(HOME)))
def test_no_module_keeps_state(path):
    assert list(mutable_state(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_a_public_name_has_one_home():
    names = [name for listed in symtrade._HOME.values() for name in listed]
    assert len(names) == len(set(names))
