"""Distribution objects of SymPy and SciPy, and plain Python functions, read in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import sympy
from sympy import S

from symtrade.model import families
from symtrade.model.distribution import Distribution, affine
from symtrade.model.errors import ModelError
from symtrade.model.expressions import exact
from symtrade.model.finite_distribution import FiniteDistribution, finite_distribution
from symtrade.model.own_distribution import from_cdf, from_density
from symtrade.model.typespace import TypeSpace


@dataclass(frozen=True)
class NumericDistribution:
    """A cdf given as a plain Python function: what is computed from it is numeric, by mpmath, and proves
    nothing.

    >>> F = NumericDistribution(lambda v: v**2, sympy.Integer(0), sympy.Integer(1))
    >>> print(F.mean_above(0), F.virtual_value(1))
    0.666666666666667 1.0
    """

    function: Callable[[Any], Any]
    lo: Any
    hi: Any
    name: str = "a Python function"

    @property
    def support(self) -> tuple[Any, Any]:
        return self.lo, self.hi

    @property
    def mean(self) -> Any:
        return _float(self.lo) + self.upper(self.lo)

    def cdf(self, x: Any) -> Any:
        """F(x), also outside the support."""
        return _float(0) if x < self.lo else _float(1) if x >= self.hi else _float(self.function(_float(x)))

    def density(self, x: Any) -> Any:
        """The derivative of the cdf, inside the support."""
        inside = min(max(_float(x), _float(self.lo)), _float(self.hi))
        side = 0 if self.lo < inside < self.hi else 1 if inside == self.lo else -1
        return mpmath.diff(self.function, inside, direction=side)

    def upper(self, x: Any) -> Any:
        """The integral of 1 - F from x up."""
        start = max(_float(x), _float(self.lo))
        return start - _float(x) + mpmath.quad(lambda t: 1 - self.function(t), [start, _float(self.hi)])

    def lower(self, x: Any) -> Any:
        """The integral of F up to x."""
        return self.upper(x) + _float(x) - self.mean

    def partial_above(self, x: Any) -> Any:
        """E[v; v >= x]."""
        return _float(x) * (1 - self.cdf(x)) + self.upper(x)

    def partial_below(self, x: Any) -> Any:
        """E[v; v <= x]."""
        return _float(x) * self.cdf(x) - self.lower(x)

    def mean_above(self, x: Any) -> Any:
        """E[v | v >= x]."""
        return self.partial_above(x) / (1 - self.cdf(x))

    def mean_below(self, x: Any) -> Any:
        """E[v | v <= x]."""
        return self.partial_below(x) / self.cdf(x)

    def virtual_value(self, v: Any) -> Any:
        """v - (1 - F(v))/f(v)."""
        return _float(v) - (1 - self.cdf(v)) / self.density(v)

    def virtual_cost(self, c: Any) -> Any:
        """c + F(c)/f(c)."""
        return _float(c) + self.cdf(c) / self.density(c)


def _float(x: Any) -> Any:
    return mpmath.mpf(x) if isinstance(x, (int, float, mpmath.mpf)) else mpmath.mpf(sympy.N(x, 40))


def distribution(source: Any, lo: Any = None, hi: Any = None
                 ) -> Distribution | FiniteDistribution | NumericDistribution:
    """Read a distribution: one of ours, a text, a ``sympy.stats`` random symbol, a frozen ``scipy.stats``
    distribution, a SymPy expression for the cdf, a TypeSpace, or a Python function that computes the cdf.

    Floats among a SciPy object's arguments are read as the decimals that they print as.  A Python
    function needs `lo` and `hi`, and every answer from it is numeric.  Raises ModelError otherwise.

    >>> from sympy.stats import Beta
    >>> distribution(Beta("v", 2, 3)).mean
    2/5
    >>> distribution("power(2)").mean
    2/3
    """
    if isinstance(source, (Distribution, FiniteDistribution, NumericDistribution)):
        return source
    if isinstance(source, str):
        from symtrade.model.distribution_text import read_distribution

        return read_distribution(source)
    if hasattr(source, "pspace"):
        return _from_sympy(source)
    if hasattr(source, "dist") and hasattr(source, "kwds"):
        return _from_scipy(source)
    if isinstance(source, sympy.Expr):
        return from_cdf(source, 0 if lo is None else lo, hi)
    if isinstance(source, TypeSpace):
        return finite_distribution(source)
    if callable(source):
        if lo is None or hi is None:
            raise ModelError("a Python function as a cdf: expected lo= and hi=, the ends of its support")
        return NumericDistribution(source, exact(lo, "lo"), exact(hi, "hi"),
                                   getattr(source, "__name__", "a Python function"))
    raise ModelError(f"expected a distribution, got {source!r:.60}; write uniform(0, 1), or "
                     "distribution('beta(2,3)')")


def _from_sympy(variable: Any) -> Distribution | FiniteDistribution:
    law: Any = getattr(variable.pspace, "distribution", None)
    atoms = getattr(law, "dict", None)
    if isinstance(atoms, Mapping):  # finitely many values
        return finite_distribution(TypeSpace(tuple(atoms), tuple(atoms.values())))
    kind, args = type(law).__name__, list(getattr(law, "args", ()))
    known: Mapping[str, Callable[..., Distribution]] = {
        "UniformDistribution": families.uniform, "BetaDistribution": families.beta,
        "KumaraswamyDistribution": families.kumaraswamy, "ExponentialDistribution": families.exponential,
        "ParetoDistribution": lambda least, shape: families.pareto(shape, least),
        "TriangularDistribution": lambda a, b, mode: families.triangular(a, mode, b),
        "PowerFunctionDistribution": lambda shape, a, b: affine(families.power(shape), b - a, a),
    }
    if kind in known:
        return known[kind](*args)
    domain = getattr(law, "set", None)
    if not isinstance(domain, sympy.Interval) or not domain.start.is_finite:
        raise ModelError(f"{variable}: expected a continuous distribution with a lower end, got {kind}; "
                         "finite types are a TypeSpace")
    v = sympy.Dummy("v", real=True)
    return from_density(law.pdf(v), domain.start, domain.end, v)


def _from_scipy(frozen: Any) -> Distribution:
    name = frozen.dist.name
    shapes = [s.strip() for s in (frozen.dist.shapes or "").split(",") if s.strip()]
    values = {k: _decimal(v) for k, v in zip([*shapes, "loc", "scale"], frozen.args, strict=False)}
    values |= {k: _decimal(v) for k, v in frozen.kwds.items()}
    loc, scale = values.get("loc", S.Zero), values.get("scale", S.One)
    one = S.One
    known: Mapping[str, Callable[[], Distribution]] = {
        "uniform": lambda: families.uniform(loc, loc + scale),
        "expon": lambda: affine(families.exponential(1), scale, loc),
        "beta": lambda: affine(families.beta(values["a"], values["b"]), scale, loc),
        "powerlaw": lambda: affine(families.power(values["a"]), scale, loc),
        "triang": lambda: families.triangular(loc, loc + values["c"] * scale, loc + scale),
        "pareto": lambda: affine(families.pareto(values["b"]), scale, loc),
        "truncexpon": lambda: affine(families.truncated_exponential(one, 0, values["b"]), scale, loc),
        "truncnorm": lambda: families.truncated_normal(
            loc, scale, loc + values["a"] * scale, loc + values["b"] * scale),
    }
    if name not in known:
        raise ModelError(f"scipy.stats.{name}: expected one of {', '.join(sorted(known))}; write its cdf as "
                         "a SymPy expression, or pass its method cdf as a function with lo= and hi=")
    found = known[name]()
    return found if (loc, scale) == (0, 1) or name == "uniform" else Distribution(
        f"{name}({', '.join(f'{k}={v}' for k, v in values.items())})", found.pieces)


def _decimal(value: Any) -> Any:
    """A number of another library, by its shortest decimal."""
    if isinstance(value, sympy.Basic):
        return value
    try:
        written = Fraction(str(value))
    except ValueError:
        raise ModelError(f"expected a number among a distribution's arguments, got {value!r}") from None
    return sympy.Rational(written.numerator, written.denominator)
