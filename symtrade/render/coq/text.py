"""Polynomials, fractions and linear forms as Coq terms of type R.

>>> from symtrade.kernel.polynomial import Ring, quotient
>>> ring = Ring(("a", "b"))
>>> a, b = ring.gens
>>> polynomial(b - 2 * a**2, ("a", "b")), fraction(quotient(a, b + 1), ("a", "b"))
('- 2 * a ^ 2 + b', 'a / (b + 1)')
>>> sides(b - 2 * a**2, ("a", "b"))
('2 * a ^ 2', 'b')
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symtrade.kernel.polynomial import Coefficient, Polynomial, RationalFunction

AND, OR = " /\\ ", " \\/ "
STATED = {">": "lt", ">=": "le", "=": "eq", "!=": "ne"}  # the library's word for a relation
SYMBOLS = {">": "<", ">=": "<=", "=": "=", "!=": "<>"}  # polynomial > 0 is stated as left < right
LONG = 200  # terms; nobody reads the sides of longer conditions, and Coq would take seconds to compare them
Terms = list[tuple[int, tuple[int, ...]]]  # integer coefficients and exponents


def polynomial(f: Polynomial, names: Sequence[str]) -> str:
    """A sum of terms; `names` are the texts to put for the parameters."""
    return _sum([(int(c), tuple(int(k) for k in e)) for e, c in f.terms()], names)


def _sum(terms: Terms, names: Sequence[str]) -> str:
    if not terms:
        return "0"
    text = ""
    for c, e in terms:
        powers = [n if k == 1 else f"{n} ^ {k}" for n, k in zip(names, e, strict=True) if k]
        body = " * ".join(powers if abs(c) == 1 and powers else [str(abs(c)), *powers])
        text += (" - " if c < 0 else " + ") + body if text else ("- " if c < 0 else "") + body
    return text


def sides(f: Polynomial, names: Sequence[str]) -> tuple[str, str]:
    """Texts l and r with f = r - l, both without minus signs; 0 and f where f is long."""
    if len(f) > LONG:
        return "0", polynomial(f, names)
    terms = [(int(c), tuple(int(k) for k in e)) for e, c in f.terms()]
    return _sum([(-c, e) for c, e in terms if c < 0], names), _sum([(c, e) for c, e in terms if c > 0], names)


def fraction(value: Coefficient, names: Sequence[str]) -> str:
    """A coefficient: a number, a polynomial or a quotient."""
    if not isinstance(value, RationalFunction):
        top = str(value.p).replace("-", "- ")
        return top if value.q == 1 else f"{top} / {value.q}"
    top = polynomial(value.num, names)
    if value.den.is_one():
        return top
    return f"{atom(top)} / {atom(polynomial(value.den, names))}"


def atom(text: str) -> str:
    """The text as one factor."""
    return text if text.replace("_", "a").isalnum() else f"({text})"


def linear(form: Iterable[tuple[Coefficient, str]], names: Sequence[str]) -> str:
    """``sum of coefficient * variable``, signs written out."""
    text = ""
    for value, variable in form:
        minus = _is_negative(value)
        body = fraction(-value if minus else value, names)
        body = variable if body == "1" else f"{atom(body)} * {variable}"
        text += f" {'-' if minus else '+'} {body}" if text else ("- " if minus else "") + body
    return text or "0"


def _is_negative(value: Coefficient) -> bool:
    """Whether a coefficient is a single term with a minus sign."""
    if not isinstance(value, RationalFunction):
        return bool(value < 0)
    return len(value.num) == 1 and bool(value.num.leading_coefficient() < 0)


def termlist(terms: Terms) -> str:
    """The argument of the library's ``sum``: coefficients with exponents, trailing zeros left out."""
    items = []
    for c, e in terms:
        shown = list(e)
        while shown and shown[-1] == 0:
            shown.pop()
        items.append(f"t {c if c >= 0 else f'({c})'} [{'; '.join(map(str, shown))}]%nat")
    return f"[{'; '.join(items)}]"
