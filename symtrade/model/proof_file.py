r"""Printed proofs as text files: TOML, with every formula in LaTeX (docs/referee.md)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sympy

from symtrade.model import constraints as families
from symtrade.model.environment import FiniteEnvironment
from symtrade.model.errors import ModelError
from symtrade.model.latex_input import UNDEFINED, LatexNames, Link
from symtrade.model.mechanism import DirectMechanism
from symtrade.model.objectives import ex_post_utility, interim_utility
from symtrade.model.printed_proof import PrintedLine, PrintedProof
from symtrade.model.typespace import TypeSpace

FAMILIES = ("bayesian_ic", "dominant_strategy_ic", "ex_post_ic", "interim_ir", "ex_post_ir", "ex_ante_ir",
            "interim_monotonicity", "monotonicity", "weak_budget_balance", "exact_budget_balance",
            "ex_ante_budget_balance", "efficiency")
FIELDS = {"title", "source", "parameters", "variables", "definitions", "assuming", "environment", "mechanism",
          "constraint", "line"}
LETTERS = {"trade": "q", "transfer": "t", "buyer_utility": "u_B", "seller_utility": "u_S"}


def read_proof(path: str | Path) -> PrintedProof:
    """The proof in a TOML file.

    Raises ModelError, with the file and the line of the proof, for what cannot be read, and OSError
    where there is no such file.
    """
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: expected a TOML file, got: {error}") from None
    try:
        return proof_from_data(data)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from None


@dataclass(frozen=True)
class Declared:
    """What a file declares before its lines: names with their meanings, symbols and hypotheses."""

    names: LatexNames
    parameters: tuple[Any, ...]
    variables: tuple[Any, ...]
    assuming: tuple[Any, ...]
    constraints: tuple[Any, ...]


def proof_from_data(data: Mapping[str, Any]) -> PrintedProof:
    """The proof that the contents of a file describe; ModelError names the field that is wrong."""
    found = declared(data)
    lines = tuple(_line(row, k, found.names) for k, row in enumerate(_tables(data, "line")))
    return PrintedProof(str(data.get("title", "untitled")), lines, found.assuming, found.constraints,
                        found.variables, found.parameters, str(data.get("source", "")),
                        _latex(found.names.meanings))


def declared(data: Mapping[str, Any]) -> Declared:
    """The names, symbols and hypotheses of a file; ModelError names the field that is wrong."""
    _known(data, FIELDS, "the file")
    meanings: dict[str, Any] = {}
    parameters = _declare(data, "parameters", meanings)
    variables = _declare(data, "variables", meanings)
    _define(data.get("definitions", {}), meanings)
    assuming = tuple(c for text in _texts(data, "assuming") for c in _claims(meanings, text, "assuming"))
    constraints: tuple[Any, ...] = ()
    if "environment" in data:
        env, mech = _model(data, meanings, assuming)
        constraints = _families(data.get("mechanism", {}), env, mech)
        parameters = ()
    elif "mechanism" in data:
        raise ModelError("[mechanism] needs an [environment]: who trades, with which values")
    for k, row in enumerate(_tables(data, "constraint")):
        where = f"constraint {row.get('name', k + 1)}"
        _known(row, {"name", "tex"}, where)
        name, text = _text(row, "name", where), _text(row, "tex", where)
        constraints += tuple((name, claim) for claim in _claims(meanings, text, where))
    return Declared(LatexNames(meanings), parameters, variables, () if "environment" in data else assuming,
                    constraints)


def _latex(meanings: Mapping[str, Any]) -> dict[str, str]:
    """The LaTeX of each symbol, by its name."""
    found: dict[str, str] = {}
    for latex, meaning in meanings.items():
        if isinstance(meaning, sympy.Symbol):
            found.setdefault(meaning.name, latex)
    return found


def _line(row: Mapping[str, Any], k: int, names: LatexNames) -> PrintedLine:
    label = str(row.get("label", f"({k + 1})"))
    where = f"line {label}"
    _known(row, {"label", "tex", "from", "concludes"}, where)
    text = _text(row, "tex", where)
    uses = tuple(_texts(row, "from", where)) if "from" in row else None
    return PrintedLine(label, _links(names, text, where), uses, text, bool(row.get("concludes", False)))


def _declare(data: Mapping[str, Any], field: str, meanings: dict[str, Any]) -> tuple[Any, ...]:
    """Symbols from LaTeX -> name."""
    table = data.get(field, {})
    if not isinstance(table, Mapping):
        raise ModelError(f"[{field}]: expected a table such as '\\bar b' = 'b_hi', got {table!r:.40}")
    found = []
    for latex, name in table.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise ModelError(f"[{field}] {latex}: expected a name such as 'b_hi', got {name!r}")
        meanings[latex] = sympy.Symbol(name)
        found.append(meanings[latex])
    if len(set(found)) != len(found):
        raise ModelError(f"[{field}]: two names mean the same symbol")
    return tuple(found)


def _define(table: Any, meanings: dict[str, Any]) -> None:
    """Names that stand for formulas in earlier names, or for nothing (``undefined``)."""
    if not isinstance(table, Mapping):
        raise ModelError("[definitions]: expected a table from LaTeX to LaTeX")
    for latex, text in table.items():
        where = f"[definitions] {latex}"
        if not isinstance(text, str):
            raise ModelError(f"{where}: expected LaTeX or 'undefined', got {text!r}")
        meanings[latex] = UNDEFINED if text == UNDEFINED else _expression(meanings, text, where)


def _model(data: Mapping[str, Any], meanings: dict[str, Any], assuming: tuple[Any, ...]
           ) -> tuple[FiniteEnvironment, DirectMechanism]:
    """The environment and the mechanism; their variables and utilities join the names."""
    table = data["environment"]
    _known(table, {"buyer", "seller"}, "[environment]")
    spaces, shown = [], []
    for side in ("buyer", "seller"):
        where = f"[environment] {side}"
        entry = table.get(side)
        if not isinstance(entry, Mapping):
            raise ModelError(f"{where}: expected {{ values = [...], probabilities = [...] }}")
        _known(entry, {"values", "probabilities"}, where)
        latex = _texts(entry, "values", where)
        values = tuple(_expression(meanings, text, where) for text in latex)
        weights = tuple(_expression(meanings, text, where) for text in _texts(entry, "probabilities", where))
        spaces.append(TypeSpace(values=values, probabilities=weights or (sympy.Integer(1),)))
        shown.append(latex)
    env = FiniteEnvironment(buyer=spaces[0], seller=spaces[1], assuming=assuming)
    options = data.get("mechanism", {})
    _known(options, {"budget", "constraints", *LETTERS}, "[mechanism]")
    mech = DirectMechanism(env, budget=str(options.get("budget", "exact")))
    letters = {key: str(options.get(key, letter)) for key, letter in LETTERS.items()}
    for i, b in enumerate(shown[0]):
        for j, s in enumerate(shown[1]):
            at = f"({b},{s})"
            meanings[letters["trade"] + at] = mech.q[i, j]
            if mech.budget == "exact":
                meanings[letters["transfer"] + at] = mech.t[i, j]
            else:
                meanings[letters["transfer"] + "_B" + at] = mech.t_B[i, j]
                meanings[letters["transfer"] + "_S" + at] = mech.t_S[i, j]
            meanings[letters["buyer_utility"] + at] = ex_post_utility(env, mech, "buyer", i, j).expr
            meanings[letters["seller_utility"] + at] = ex_post_utility(env, mech, "seller", i, j).expr
    for side, latex in zip(("buyer", "seller"), shown, strict=True):
        for i, value in enumerate(latex):
            meanings[f"{letters[side + '_utility']}({value})"] = interim_utility(env, mech, side, i).expr
    return env, mech


def _families(options: Mapping[str, Any], env: FiniteEnvironment, mech: DirectMechanism) -> tuple[Any, ...]:
    rows: list[Any] = []
    for name in _texts(options, "constraints", "[mechanism]"):
        if name not in FAMILIES:
            raise ModelError(f"[mechanism] constraints: expected some of {', '.join(FAMILIES)}, got {name!r}")
        rows += getattr(families, name)(env, mech)
    if not rows:
        raise ModelError("[mechanism]: name at least one family of constraints, such as constraints = "
                         "['bayesian_ic', 'interim_ir']")
    return tuple(rows)


def _claims(meanings: Mapping[str, Any], text: str, where: str) -> tuple[Any, ...]:
    return tuple(link.claim for link in _links(LatexNames(meanings), text, where))


def _links(names: LatexNames, text: str, where: str) -> tuple[Link, ...]:
    try:
        return names.chain(text)
    except ModelError as error:
        raise ModelError(f"{where}: {error}") from None


def _expression(meanings: Mapping[str, Any], text: str, where: str) -> Any:
    try:
        return LatexNames(meanings).expression(text)
    except ModelError as error:
        raise ModelError(f"{where}: {error}") from None


def _tables(data: Mapping[str, Any], field: str) -> Sequence[Mapping[str, Any]]:
    rows = data.get(field, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ModelError(f"[[{field}]]: expected tables with double brackets")
    return rows


def _texts(data: Mapping[str, Any], field: str, where: str = "") -> list[str]:
    found = data.get(field, [])
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise ModelError(f"{where} {field}: expected a list of texts, got {found!r:.60}".lstrip())
    return found


def _text(data: Mapping[str, Any], field: str, where: str) -> str:
    found = data.get(field)
    if not isinstance(found, str) or not found.strip():
        raise ModelError(f"{where}: expected {field} = '...', got {found!r}")
    return found


def _known(data: Any, allowed: set[str], where: str) -> None:
    if not isinstance(data, Mapping):
        raise ModelError(f"{where}: expected a table, got {data!r:.40}")
    if extra := sorted(set(data) - allowed):
        raise ModelError(f"{where} has no field {extra[0]!r}; expected {', '.join(sorted(allowed))}")
