"""One contract for every distribution: its formulas against Arb's integration of its density."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import pytest
import sympy
import sympy.stats
from flint import acb, arb, ctx
from sympy import Rational, exp, oo, pi, sin, sqrt, symbols

import symtrade as st
from symtrade.model.distribution import X
from symtrade.model.distribution_text import read_distribution

v, a, b = symbols("v a b", positive=True)
HALF = Rational(1, 2)

DISTRIBUTIONS = [
    st.uniform(0, 1), st.uniform(-1, Rational(5, 2)), st.power(2), st.power(Rational(3, 2)), st.power(HALF),
    st.mirror_power(3), st.mirror_power(Rational(5, 3)), st.kumaraswamy(2, 3), st.kumaraswamy(HALF, 3),
    st.kumaraswamy(2, Rational(5, 2)), st.kumaraswamy(Rational(2, 3), HALF), st.beta(2, 3), st.beta(6, 9),
    st.beta(Rational(5, 2), 2), st.beta(HALF, Rational(3, 2)), st.triangular(0, Rational(1, 3), 1),
    st.triangular(1, 1, 2), st.triangular(0, 2, 2), st.truncated_exponential(1), st.truncated_exponential(-3),
    st.truncated_exponential(2, 1, 3), st.truncated_normal(HALF, 1, 0, 1), st.truncated_normal(0, 2, -1, 3),
    st.truncated_normal(0, 1, 0, oo), st.pareto(3), st.pareto(Rational(3, 2), 2), st.exponential(2),
    st.piecewise_uniform([0, 1, 2, 3], [HALF, 0, HALF]),
    st.piecewise_uniform([0, Rational(1, 4), 1], [HALF, HALF]),
    st.piecewise_polynomial((0, 1, 2), (v, 2 - v)), st.from_cdf(3 * v**2 - 2 * v**3),
    st.from_cdf(sin(pi * v / 2)), st.from_cdf(sqrt(v) * v), st.from_density(exp(-v**2)),
    st.from_density(1 + v, 1, 2), st.mirror(st.beta(2, 3)), st.mirror(st.truncated_exponential(1)),
    st.affine(st.power(2), -2, 3), st.affine(st.exponential(1), HALF, 1),
    st.mixture((Rational(1, 3), Rational(2, 3)), (st.power(2), st.uniform(0, 2))),
    st.mixture((HALF, HALF), (st.uniform(0, 1), st.truncated_exponential(1, 2, 3))),
    st.from_cdf(sin(pi * v**2 / 2)), st.from_density(exp(-v**3)), st.from_density(sqrt(1 + v**3)),
    st.from_cdf(v * exp(v - 1)), st.mirror(st.from_density(exp(-v**3))), st.from_cdf(1 - exp(-v)),
    st.from_cdf(1 - 1 / (1 + v)**3), st.from_cdf(1 - 1 / v**3, 1, oo), st.from_cdf(1 - exp(-v**3)),
    st.from_density(v * exp(-v), 0, oo), st.from_density((1 + v)**Rational(-5, 2), 0, oo),
    st.affine(st.from_cdf(1 - exp(-v**2)), 2, 1),
]

@pytest.fixture(autouse=True)
def _precision():
    with ctx.workprec(80):
        yield


def number(expression):
    """A closed SymPy number as an Arb ball (an integral by Arb's own integration)."""
    return value(expression, {}).real


NOWHERE = acb(arb.nan(), arb.nan())  # what an integrand says where it may not be holomorphic


def cut(z):
    """Whether a ball may meet the negative real axis."""
    return z.imag.contains(0) and not z.real > 0


def value(e, at):
    """The complex ball of an expression, `at` giving those of its symbols."""
    if e.is_Symbol:
        return at[e]
    if e.is_Rational:
        return acb(arb(int(e.p)) / int(e.q))
    if e is pi:
        return acb.pi()
    if e.is_Add or e.is_Mul:
        total = value(e.args[0], at)
        for argument in e.args[1:]:
            total = total + value(argument, at) if e.is_Add else total * value(argument, at)
        return total
    if e is sympy.E:
        return acb(1).exp()
    if e.is_Pow:
        base = value(e.base, at)
        return base**int(e.exp) if e.exp.is_Integer else (
            base.pow(value(e.exp, at), analytic=bool(at.get("analytic"))))
    if isinstance(e, sympy.Integral):
        (t, lo, hi), = e.limits
        return acb.integral(lambda z, flag: value(e.function, at | {t: z, "analytic": flag}),
                            value(lo, at), value(hi, at))
    if isinstance(e, sympy.betainc):
        p, q, lo, hi = (value(argument, at) for argument in e.args)
        if at.get("analytic") and (cut(hi) or cut(1 - hi)):
            return NOWHERE
        return hi.beta_lower(p, q) - lo.beta_lower(p, q)
    if isinstance(e, sympy.lowergamma):
        s, x = (value(argument, at) for argument in e.args)
        return NOWHERE if at.get("analytic") and cut(x) else x.gamma_lower(s)
    functions = {sympy.exp: "exp", sympy.erf: "erf", sympy.sin: "sin", sympy.gamma: "gamma", sympy.log: "log",
                 sympy.cos: "cos"}
    return getattr(value(e.args[0], at), functions[e.func])()


def interior(F):
    """Two points inside one piece, for each piece."""
    for piece in F.pieces:
        hi = piece.hi if piece.hi is not oo else piece.lo + 3
        yield piece.lo + (hi - piece.lo) * Rational(3, 10), piece.lo + (hi - piece.lo) * Rational(17, 20)


@pytest.mark.parametrize("F", DISTRIBUTIONS, ids=str)
def test_the_contract_of_a_distribution(F):
    lo, hi = F.support
    density = {p: p.density for p in F.pieces}
    assert number(F.cdf(lo)).overlaps(arb(0))
    assert F.cdf(hi) == 1 or number(F.cdf(hi)).overlaps(arb(1))
    assert F.upper(hi) == 0 or number(F.upper(hi)).overlaps(arb(0))
    close(number(F.upper(lo)), number(F.mean) - number(lo))
    assert number(F.mean).overlaps(number(F.partial_above(lo)))
    for piece, (x, y) in zip(F.pieces, interior(F), strict=True):
        def mass(weight, f=density[piece], x=x, y=y):
            return acb.integral(lambda z, flag: weight(z) * value(f, {X: z, "analytic": flag}),
                                number(x), number(y)).real

        close(number(F.cdf(y)) - number(F.cdf(x)), mass(lambda z: acb(1)))
        close(number(F.partial_above(x)) - number(F.partial_above(y)), mass(lambda z: z))
        close(number(F.partial_below(y)) - number(F.partial_below(x)), mass(lambda z: z))
        if piece.cdf.has(sympy.Integral):  # by parts, for an integral of integrals
            survival = (number(y) * (1 - number(F.cdf(y))) - number(x) * (1 - number(F.cdf(x)))
                        + mass(lambda z: z))
        else:
            survival = acb.integral(lambda z, flag, G=piece.cdf: 1 - value(G, {X: z, "analytic": flag}),
                                    number(x), number(y)).real
        close(number(F.upper(x)) - number(F.upper(y)), survival)
        close(number(F.partial_above(x)) + number(F.partial_below(x)), number(F.mean))
        if piece.density != 0:
            assert number(F.density(x)) >= 0
            rest = (1 - number(F.cdf(x))) / number(F.density(x))
            close(number(F.virtual_value(x)), number(x) - rest)
            close(number(F.virtual_cost(x)), number(x) + number(F.cdf(x)) / number(F.density(x)))
    for x, y in interior(F):
        assert number(F.mean_above(x)) > number(x)
        assert number(F.mean_below(y)) < number(y)


def close(one, other):
    assert one.overlaps(other)
    assert (one - other).abs_upper() < arb("1e-15")


@pytest.mark.parametrize("F", [F for F in DISTRIBUTIONS if F.support[1] is not oo], ids=str)
def test_the_mirror_image_reflects_every_formula(F):
    G, (lo, hi) = st.mirror(F), F.support
    for x, _ in interior(F):
        close(number(G.cdf(lo + hi - x)), 1 - number(F.cdf(x)))
        close(number(G.upper(lo + hi - x)), number(F.lower(x)))


def test_symbolic_shapes_keep_their_formulas():
    assert sympy.simplify(st.power(a).mean - a / (a + 1)) == 0
    assert sympy.simplify(st.mirror_power(b).mean_above(v) - (b * v + 1) / (b + 1)) == 0
    assert sympy.simplify(st.power(a).mean_below(v) - a * v / (a + 1)) == 0
    assert sympy.simplify(st.uniform(a, a + b).mean_above(v) - (v + a + b) / 2) == 0


def test_known_numbers():
    assert st.beta(2, 3).cdf(HALF) == Rational(11, 16)              # a table of the binomial distribution
    assert st.triangular(0, HALF, 1).partial_above(HALF) == Rational(1, 3)   # centroid 2/3, mass 1/2
    assert st.exponential(2).mean_above(5) == 5 + HALF              # no memory
    assert st.piecewise_uniform([0, 1, 2, 3], [HALF, 0, HALF]).mean_above(1) == Rational(5, 2)
    assert st.piecewise_uniform([0, 1, 2, 3], [HALF, 0, HALF]).mean_above(2) == Rational(5, 2)


@pytest.mark.parametrize(("variable", "ours"), [
    (sympy.stats.Uniform("u", 0, 2), st.uniform(0, 2)), (sympy.stats.Beta("u", 2, 3), st.beta(2, 3)),
    (sympy.stats.Kumaraswamy("u", 2, 3), st.kumaraswamy(2, 3)),
    (sympy.stats.Exponential("u", 3), st.exponential(3)), (sympy.stats.Pareto("u", 1, 3), st.pareto(3, 1)),
    (sympy.stats.Triangular("u", 0, 2, 1), st.triangular(0, 1, 2)),
])
def test_sympy_objects(variable, ours):
    assert st.distribution(variable) == ours


@pytest.mark.parametrize("variable", [
    sympy.stats.Gamma("u", 2, 3), sympy.stats.Weibull("u", 1, 2), sympy.stats.Rayleigh("u", 2),
    sympy.stats.QuadraticU("u", 0, 2), sympy.stats.Maxwell("u", 1),
], ids=lambda u: type(u.pspace.distribution).__name__)
def test_sympy_objects_by_their_density(variable):
    F = st.distribution(variable)
    assert sympy.simplify(F.mean - sympy.stats.E(variable)) == 0
    assert sympy.simplify(F.cdf(HALF) - sympy.stats.cdf(variable)(HALF)) == 0


def test_a_sympy_object_whose_mean_has_no_formula():
    with pytest.raises(st.ModelError, match="give a density on a bounded support"):
        st.distribution(sympy.stats.Gompertz("u", 1, 1))


def scipy_like(name, shapes="", args=(), **words):
    """A frozen SciPy distribution, as far as it is read."""
    return SimpleNamespace(dist=SimpleNamespace(name=name, shapes=shapes), args=args, kwds=words)


def test_scipy_objects():
    assert st.distribution(scipy_like("uniform", loc=0, scale=0.5)).support == (0, HALF)
    assert st.distribution(scipy_like("beta", "a, b", (2, 3))).pieces == st.beta(2, 3).pieces
    assert st.distribution(scipy_like("powerlaw", "a", (2,), scale=2)).mean == Rational(4, 3)
    with pytest.raises(st.ModelError, match=r"scipy\.stats\.cauchy: expected one of"):
        st.distribution(scipy_like("cauchy"))


@pytest.mark.parametrize("text", [
    "uniform(0,1)", "power(2)", "mirror_power(3/2)", "kumaraswamy(2,3)", "beta(2,3)", "triangular(0,1/2,1)",
    "truncated_exponential(1)", "piecewise_uniform([0, 1/2, 1], [1/3, 2/3])", "cdf(3*v^2 - 2*v^3)",
    "mixture([1/2,1/2],[uniform(0,1),power(2)])", "truncated_exponential(-1, 0, 2)",
])
def test_a_text_is_read_and_its_name_reads_back(text):
    F = read_distribution(text)
    assert read_distribution(F.name) == F


@pytest.mark.parametrize(("text", "message"), [
    ("gumbel(1)", "expected one of"), ("power(2", "cannot be read"), ("power()", "cannot take these"),
    ("uniform(1,0)", "expected a < b"), ("uniform(1,1)", "expected a < b"), ("beta(0,1)", "positive number"),
    ("cdf(v/2 + 1/2)", "an atom"), ("piecewise_uniform([0,1],[1/2])", "sum to 1"),
    ("piecewise_uniform([0,0,1],[1/2,1/2])", "an atom"), ("power(2).mean", "cannot read"),
    ("__import__('os')", "expected one of"), ("2+3", "expected a family"), ("cdf(x*y)", "in one symbol"),
    ("cdf(4*v^3 - 3*v^2)", "negative"), ("truncated_exponential(0)", "uniform"), ("pareto(1)", "infinite"),
    ("cdf(v/(1+v))", "mean is infinite"), ("cdf(1 - 1/v^3)", "1, oo"),
    ("density(1/(1+v),0,oo)", "is infinite"),
    ("cdf(1 - exp(-v)*(1 + 2*v))", "not known|negative"), ("cdf(1 - exp(-exp(v)+1))", "no formula|not known"),
    ("mixture([1/2,1/3],[uniform(0,1),power(2)])", "sum to 1"), ("affine(power(2), 0)", "an atom"),
])
def test_bad_input_has_one_clear_message(text, message):
    with pytest.raises(st.ModelError, match=message):
        read_distribution(text)


def test_floats_are_refused_and_decimals_in_texts_are_exact():
    with pytest.raises(st.ModelError, match="Rational"):
        st.power(0.5)
    assert read_distribution("power(0.5)") == st.power(HALF)
    assert st.power(Fraction(1, 2)) == st.power(HALF)


def test_formulas_by_cases():
    tent = sympy.Piecewise((4 * v, v <= HALF), (4 - 4 * v, True))
    assert st.from_density(tent).pieces == st.triangular(0, HALF, 1).pieces
    kinked = st.from_cdf(sympy.Piecewise((v / 2, v < HALF), (3 * v / 2 - HALF, True)))
    assert kinked.pieces == st.piecewise_uniform([0, HALF, 1], [Rational(1, 4), Rational(3, 4)]).pieces
    bent = st.from_cdf(sympy.Piecewise((1 - exp(-v), v < 1), (1 - exp(-2 * v + 1), True)))
    assert bent.support == (0, oo) and bent.mean == (1 - exp(-1)) + exp(-1) / 2
    with pytest.raises(st.ModelError, match="jumps at 1/2"):
        st.from_cdf(sympy.Piecewise((v / 2, v < HALF), (v, True)))


def test_an_unbounded_support_is_found():
    for formula, F in ((1 - exp(-v), st.exponential(1)), (1 - 1 / v**3, st.pareto(3))):
        own = st.from_cdf(formula, *(() if F.support[0] == 0 else F.support))
        assert own.support == F.support and own.increasing
        assert sympy.simplify(own.mean_above(v) - F.mean_above(v)) == 0


def test_a_scipy_distribution_itself():
    stats = pytest.importorskip("scipy.stats")
    assert st.distribution(stats.beta(2, 3)).pieces == st.beta(2, 3).pieces
    assert st.distribution(stats.expon(scale=2)).mean == 2
    assert st.distribution(stats.truncnorm(-1, 1)).mean == 0


TYPES = st.TypeSpace(values=(0, 3, 1, 7),
                     probabilities=(Rational(1, 4), HALF, Rational(1, 8), Rational(1, 8)))


def test_the_contract_of_finite_types():
    """By enumeration; virtual values by what a buyer's types pay in all for one more unit each."""
    F = st.distribution(TYPES)
    law = dict(zip(TYPES.values, TYPES.probabilities, strict=True))
    for x in (0, HALF, 1, 3, 5, 7):
        above, below = ({v: p for v, p in law.items() if keep(v)} for keep in (
            lambda v, x=x: v >= x, lambda v, x=x: v <= x))
        assert F.cdf(x) == sum(below.values()) and F.mass(x) == law.get(x, 0)
        for side, partial, mean in ((above, F.partial_above, F.mean_above),
                                    (below, F.partial_below, F.mean_below)):
            assert partial(x) == sum(v * p for v, p in side.items())
            assert mean(x) == partial(x) / sum(side.values())
        assert F.upper(x) - F.lower(x) == F.mean - x
    order = sorted(law)
    for k, v in enumerate(order):
        sold, kept = order[k:], order[:k + 1]
        assert sum(law[w] * F.virtual_value(w) for w in sold) == v * sum(law[w] for w in sold)
        assert sum(law[w] * F.virtual_cost(w) for w in kept) == v * sum(law[w] for w in kept)
    assert F.support == (0, 7) and st.distribution(sympy.stats.Die("d", 6)).mean == Rational(7, 2)
    for wrong in (lambda: F.mean_above(8), lambda: F.mean_below(-1), lambda: F.virtual_value(2)):
        with pytest.raises(st.ModelError, match="probability zero"):
            wrong()


def test_finite_types_are_refused_where_there_may_be_no_atoms():
    for types in (TYPES, st.distribution(TYPES), sympy.stats.Die("d", 6)):
        for refused in (lambda t=types: st.static_disclosure(t, st.uniform(0, 1)),
                        lambda t=types: st.best_posted_price(st.uniform(0, 1), t),
                        lambda t=types: st.shuttle(t, st.uniform(0, 1))):
            with pytest.raises(st.ModelError, match="FiniteEnvironment"):
                refused()
    with pytest.raises(st.ModelError, match="without atoms"):
        st.numeric_cutoffs(TYPES, st.uniform(0, 1))


def test_a_python_function_is_numeric():
    import mpmath

    F = st.distribution(lambda v: v**2, 0, 1)
    exactly = st.power(2)
    for x in (Rational(1, 4), Rational(3, 4)):
        for what in ("cdf", "density", "upper", "lower", "partial_above", "partial_below", "mean_above",
                     "mean_below", "virtual_value", "virtual_cost"):
            found, right = getattr(F, what)(x), getattr(exactly, what)(x)
            assert isinstance(found, mpmath.mpf) and abs(found - mpmath.mpf(right.p) / right.q) < 1e-8
    assert abs(F.mean - mpmath.mpf(2) / 3) < 1e-12 and F.support == (0, 1)
    with pytest.raises(st.ModelError, match="numeric_cutoffs"):
        st.static_disclosure(F, exactly)


def test_outside_the_support():
    F = st.uniform(1, 2)
    assert (F.cdf(0), F.cdf(3), F.density(0), F.upper(0), F.upper(3)) == (0, 1, 0, Rational(3, 2), 0)
    assert F.mean_above(0) == Rational(3, 2)
    with pytest.raises(st.ModelError, match="probability zero"):
        F.mean_above(2)
