r"""LaTeX of SymPy expressions: rational functions in the shape they have, conditions in words.

>>> from sympy import symbols
>>> p, a, b = symbols("p a b")
>>> symbolic(p * (a - b) / (1 - p), Notation(complements={"p": r"\bar{p}"}))
'\\frac{p(a - b)}{\\bar{p}}'
>>> symbolic((a > b) & (p < 1), Notation())
'a > b \\text{ and } p < 1'
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from symtrade.forms.expression import Atom, Name, Product, Sum, ordered
from symtrade.forms.natural import Forms
from symtrade.forms.relation import Relation, reading_order, unwrapped
from symtrade.kernel.polynomial import RationalFunction
from symtrade.model.errors import ModelError
from symtrade.model.expressions import coefficient
from symtrade.render.linear import relation
from symtrade.render.notation import Notation
from symtrade.render.typeset import formula

SENSES = {"StrictGreaterThan": ">", "GreaterThan": ">=", "StrictLessThan": "<", "LessThan": "<=",
          "Equality": "=", "Unequality": "!="}
CASES = ("Piecewise", "Cases")
FUNCTIONS = {"Max": r"\max", "Min": r"\min", "log": r"\log", "exp": r"\exp"}


def symbolic(expression: Any, note: Notation, forms: Sequence[Forms] = ()) -> str:
    """The LaTeX of a SymPy expression or condition; one of `forms` may know a shorter form of it."""
    kind = type(expression).__name__
    if kind in SENSES:
        left, right = (written(side, note, forms) for side in expression.args)
        return relation(Relation(left, SENSES[kind], right), note)
    if kind in ("And", "Or"):
        parts = sorted((symbolic(a, note, forms), type(a).__name__) for a in expression.args)
        told = [f"({text})" if inner in ("And", "Or") else text for text, inner in parts]
        return (r" \text{ and } " if kind == "And" else r" \text{ or } ").join(told)
    if kind in ("BooleanTrue", "BooleanFalse"):
        return r"\text{always}" if kind == "BooleanTrue" else r"\text{never}"
    if kind == "Tuple":
        return "(" + ", ".join(symbolic(a, note, forms) for a in expression.args) + ")"
    if kind in CASES:
        lines = []
        for value, when in expression.args:
            last = type(when).__name__ == "BooleanTrue"
            where = r"\text{otherwise}" if last else rf"\text{{if }} {symbolic(when, note, forms)}"
            lines.append(f"{symbolic(value, note, forms)} & {where}".replace(r"\frac", r"\tfrac"))
        return r"\begin{cases} " + r" \\[.5ex] ".join(lines) + r" \end{cases}"
    if not hasattr(expression, "as_base_exp"):  # no expression of numbers: sets, matrices
        import sympy

        return str(sympy.latex(expression, symbol_names=_names(expression, note)))
    return formula(written(expression, note, forms), note)


def written(expression: Any, note: Notation, forms: Sequence[Forms] = ()) -> Sum:
    """The expression as it stands, or in a shorter natural form."""
    plain = as_sum(expression, note, forms)
    for known in forms:
        try:
            value = coefficient(expression, known.lens.ring)
        except ModelError:
            continue
        if isinstance(value, RationalFunction):
            return min((plain, known.value(value)), key=lambda f: (f.weight, len(str(f))))
    return plain


def as_sum(expression: Any, note: Notation, forms: Sequence[Forms] = ()) -> Sum:
    """A SymPy expression term by term; what is no rational function stands as a name."""
    terms = [_product(t, note, forms) for t in (expression.args if expression.is_Add else (expression,))]
    shown = [t for t in terms if t.coefficient != 0]
    return unwrapped(shown[0]) if len(shown) == 1 else Sum(tuple(sorted(shown, key=reading_order)))


def _product(expression: Any, note: Notation, forms: Sequence[Forms]) -> Product:
    number = fmpq(1)
    factors: list[tuple[Atom, int]] = []
    for factor in expression.args if expression.is_Mul else (expression,):
        if factor.is_Rational:
            number *= fmpq(int(factor.p), int(factor.q))
            continue
        base, power = factor.as_base_exp()
        if power.is_Integer:
            atom = _atom(base, note, forms)
            if isinstance(atom, Sum) and _negative(base, forms):  # rather a difference that is positive
                atom = Sum(tuple(sorted((-t for t in atom.terms), key=reading_order)))
                number = -number if int(power) % 2 else number
            factors.append((atom, int(power)))
        else:
            factors.append((_atom(factor, note, forms), 1))
    return ordered(number, factors)


def _negative(expression: Any, forms: Sequence[Forms]) -> bool:
    """Whether one of `forms` knows that an expression is negative."""
    for known in forms:
        try:
            return known.lens.signs.allows(coefficient(expression, known.lens.ring), ("<", "<="))
        except ModelError:
            continue
    return False


def _atom(expression: Any, note: Notation, forms: Sequence[Forms]) -> Atom:
    if expression.is_Symbol:
        return Name(str(expression.name))
    if expression.is_Add or expression.is_Mul:
        return as_sum(expression, note, forms)
    if expression.is_Rational:
        return Sum((Product(fmpq(int(expression.p), int(expression.q))),))
    base, power = expression.as_base_exp()
    if not power.is_Integer and power.is_Rational and int(power.p) == 1:
        root = "" if int(power.q) == 2 else f"[{int(power.q)}]"
        return Name(rf"\sqrt{root}{{{symbolic(base, note, forms)}}}")
    if type(expression).__name__ in CASES:
        return Name("\\relax " + symbolic(expression, note, forms))
    head = FUNCTIONS.get(type(expression).__name__)
    if head is not None:
        inside = ", ".join(sorted(symbolic(a, note, forms) for a in expression.args))
        return Name(rf"{head}\{{{inside}\}}" if head in (r"\max", r"\min") else rf"{head}({inside})")
    import sympy

    return Name("\\relax " + str(sympy.latex(expression, symbol_names=_names(expression, note))))


def _names(expression: Any, note: Notation) -> dict[Any, str]:
    return {s: note.variable(s.name) for s in getattr(expression, "free_symbols", ())}
