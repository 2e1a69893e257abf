"""What is in the tree is in the wheel, and importing it is quick."""

from __future__ import annotations

import importlib.util
import resource
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHECKOUT = (ROOT / "symtrade" / "__init__.py").exists()
in_checkout = pytest.mark.skipif(not CHECKOUT, reason="runs against an installed wheel")


def settings():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


def shipped(folder: str, inside: str) -> set[str]:
    """The files below a folder that a wheel should hold, under their names in the wheel."""
    files = [p.relative_to(ROOT / folder) for p in (ROOT / folder).rglob("*")
             if p.suffix in (".py", ".typed", ".v") or p.name == "contents.json"
             or (p.suffix == ".json" and p.parent.name == "certificates")]
    return {f"{inside}/{p.as_posix()}" for p in files}


@in_checkout
def test_every_folder_of_code_is_listed():
    expected = {
        ".".join([prefix, *p.parent.relative_to(ROOT / folder).parts])
        for folder, prefix in (("symtrade", "symtrade"), ("derivations", "symtrade.derivations"))
        for p in (ROOT / folder).rglob("*.py")
    }
    assert set(settings()["packages"]) == expected


@in_checkout
@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="needs pip")
def test_the_wheel_holds_the_tree(tmp_path):
    copy = tmp_path / "copy"
    for name in ("symtrade", "derivations"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    done = subprocess.run([sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir",
                           str(tmp_path / "dist"), str(copy)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    assert names == shipped("symtrade", "symtrade") | shipped("derivations", "symtrade/derivations")


def cpu_seconds(*arguments: str) -> float:
    """The least processor time of three runs."""
    times = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def test_importing_is_quick():
    assert cpu_seconds("-c", "import symtrade") < 0.7


def test_listing_is_quick():
    """One second is the figure to reach; the test leaves room for a busy machine."""
    assert cpu_seconds("-m", "symtrade", "list") < 2


def test_importing_the_package_loads_nothing_heavy():
    code = ("import sys, symtrade; print(sorted({'sympy', 'numpy', 'highspy', 'z3', 'flint', 'matplotlib'} "
            "& set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_the_types_are_shipped():
    spec = importlib.util.find_spec("symtrade")
    assert (Path(spec.origin).parent / "py.typed").exists()
