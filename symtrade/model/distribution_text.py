"""Distributions written as text, such as ``beta(2,3)`` or ``cdf(3*v^2 - 2*v^3)``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy

from symtrade.model import families
from symtrade.model.distribution import Distribution, mixture
from symtrade.model.errors import ModelError
from symtrade.model.own_distribution import from_cdf, from_density

FAMILIES: Mapping[str, Callable[..., Distribution]] = {
    "uniform": families.uniform, "power": families.power, "mirror_power": families.mirror_power,
    "kumaraswamy": families.kumaraswamy, "beta": families.beta, "triangular": families.triangular,
    "truncated_exponential": families.truncated_exponential, "truncated_normal": families.truncated_normal,
    "exponential": families.exponential, "pareto": families.pareto,
    "piecewise_uniform": families.piecewise_uniform, "piecewise_polynomial": families.piecewise_polynomial,
    "cdf": from_cdf, "density": from_density, "mirror": families.mirror,
    "affine": families.affine, "mixture": mixture,
}
FUNCTIONS: Mapping[str, Any] = {
    "exp": sympy.exp, "log": sympy.log, "ln": sympy.log, "sqrt": sympy.sqrt, "sin": sympy.sin,
    "cos": sympy.cos, "tan": sympy.tan, "atan": sympy.atan, "sinh": sympy.sinh, "cosh": sympy.cosh,
    "tanh": sympy.tanh, "erf": sympy.erf,
}
CONSTANTS: Mapping[str, Any] = {"pi": sympy.pi, "E": sympy.E, "oo": sympy.oo}
OPERATIONS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b, ast.Pow: lambda a, b: a**b, ast.BitXor: lambda a, b: a**b,
}


def read_distribution(text: str) -> Distribution:
    """The distribution that a text names; decimals are read exactly, ``0.2`` as 1/5.

    Raises ModelError for a family or function that it does not know.

    >>> read_distribution("triangular(0, 0.5, 1)").cdf(sympy.Rational(1, 4))
    1/8
    >>> read_distribution("gumbel(1)")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    symtrade.model.errors.ModelError: 'gumbel(1)': expected one of affine, beta, cdf, ..., got gumbel
    """
    found = _read(text, "a family such as beta(2,3) or cdf(3*v^2 - 2*v^3)")
    if not isinstance(found, Distribution):
        raise ModelError(f"{text!r}: expected a family such as uniform(0,1), got {found}")
    return found


def read_formula(text: str) -> Any:
    """The SymPy expression that a text writes, such as ``theta_1 + theta_2^2/2``; names are symbols.

    >>> read_formula("x + 0.5*y^2")
    x + y**2/2
    """
    found = _read(text, "a formula such as theta_1 + theta_2/2")
    if not isinstance(found, sympy.Expr):
        raise ModelError(f"{text!r}: expected a formula such as theta_1 + theta_2/2, got {found}")
    return found


def _read(text: str, expected: str) -> Any:
    if not text.isascii() or len(text) > 10_000:
        raise ModelError(f"{text:.40!r}: expected {expected}")
    try:
        # ^ is a power, and binds like one
        tree = ast.parse(text.strip().replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ModelError(f"{text!r}: cannot be read; expected {expected}") from None
    return _value(tree, text)


def _value(node: ast.expr, text: str) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(
            node.value, bool):
        written = Fraction(ast.get_source_segment(text.strip().replace("^", "**"), node) or repr(node.value))
        return sympy.Rational(written.numerator, written.denominator)
    if isinstance(node, ast.Name):
        return CONSTANTS.get(node.id, sympy.Symbol(node.id))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return -_value(node.operand, text) if isinstance(node.op, ast.USub) else _value(node.operand, text)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        left, right = _value(node.left, text), _value(node.right, text)
        if isinstance(left, sympy.Expr) and isinstance(right, sympy.Expr):
            if isinstance(node.op, ast.Div) and right == 0:
                raise ModelError(f"{text!r}: divides by zero")
            return OPERATIONS[type(node.op)](left, right)
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_value(item, text) for item in node.elts]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node, node.func.id, text)
    raise ModelError(f"{text!r}: cannot read {ast.unparse(node)!r} here")


def _call(node: ast.Call, name: str, text: str) -> Any:
    if name not in FAMILIES and name not in FUNCTIONS:
        raise ModelError(f"{text!r}: expected one of {', '.join(sorted(FAMILIES))}, got {name}")
    arguments = [_value(item, text) for item in node.args]
    words = {item.arg: _value(item.value, text) for item in node.keywords if item.arg}
    try:
        return (FAMILIES.get(name) or FUNCTIONS[name])(*arguments, **words)
    except ModelError:
        raise
    except (TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{text!r}: {name} cannot take these arguments: {error}") from None
