"""Optimal cutoffs for pairs of distributions: all of them, exactly or to 30 certified digits."""

from sympy import And, Eq, Rational, Tuple, exp, symbols

import symtrade as st

from .naming import F_0, G_0, number, pair

x, y, w, r, a, b, v, c = symbols("x y w r a b v c")
HALF = Rational(1, 2)


def pairs():
    """Families of the catalogue, mixed, on equal and on different supports."""
    return (
        (st.uniform(0, 1), st.uniform(0, 1)),
        (st.power(2), st.uniform(0, 1)),
        (st.power(2), st.beta(2, 3)),
        (st.mirror_power(2), st.power(2)),
        (st.kumaraswamy(2, 2), st.kumaraswamy(2, 3)),
        (st.beta(2, 2), st.triangular(0, HALF, 1)),
        (st.truncated_exponential(1), st.truncated_exponential(-1)),
        (st.power(Rational(3, 2)), st.beta(HALF, Rational(3, 2))),
        (st.truncated_normal(HALF, HALF, 0, 1), st.kumaraswamy(HALF, Rational(5, 2))),
        (st.piecewise_uniform([0, Rational(1, 3), 1], [HALF, HALF]), st.uniform(0, 1)),
        (st.uniform(0, 2), st.uniform(1, 3)),
        (st.exponential(1), st.uniform(0, 1)),
        (st.from_cdf(3 * v**2 - 2 * v**3), st.uniform(0, 1)),
    )


def proved(found):
    """A static optimum that is proved; ValueError where it is not."""
    if not found.verdict:
        raise ValueError(f"{found.buyer} and {found.seller}: {found.verdict.reason}")
    return found


def line(found):
    """Cutoffs and welfare as a line of a statement."""
    best = found.best
    return st.Line(pair(found.buyer, found.seller), And(
        Eq(x, number(best.x)), Eq(y, number(best.y)), Eq(w, number(best.welfare))))


@st.derivation("GM-3", "Optimal cutoffs, price interval and welfare", "The Uniform Example")
def optimal_cutoffs(prover):
    """Each pair with the proof that there are no other cutoffs, and that these are best."""
    found = [proved(st.static_disclosure(F, G, 30, prover)) for F, G in pairs()]
    uniform_example(prover, found[0])
    return st.Result(
        statement=tuple(line(one) for one in found),
        parts=tuple(st.Part(f"Minimal polynomial of x for {one.buyer}, {one.seller}",
                            one.best.x.minimal_polynomial) for one in found if one.best.x.minimal_polynomial))


def uniform_example(prover, found):
    best = found.best
    here = (Eq(x, best.x.exact), Eq(y, best.y.exact), Eq(w, best.welfare.exact), Eq(r, found.ratio.exact))
    for place, printed, reads in (
            ("GM-3.1", "x = 1/3", Eq(x, Rational(1, 3))), ("GM-3.2", "y = 2/3", Eq(y, Rational(2, 3))),
            ("GM-3.3", r"\text{any price } p \in [1/3, 2/3]",
             And(Eq(x, Rational(1, 3)), Eq(y, Rational(2, 3)))),
            ("GM-3.4", r"\left(\frac{2}{3} - \frac{1}{3}\right)\frac{2}{3}\frac{2}{3} = \frac{4}{27}",
             And(Eq(w, Rational(4, 27)), Eq(w, (y - x) * Rational(2, 3) * Rational(2, 3)))),
            ("GM-3.5", r"89\% \text{ of the first best level } \frac{1}{6}",
             And(r > Rational(885, 1000), r < Rational(895, 1000), Eq(w, r / 6)))):
        prover.judge(place, "The Uniform Example", printed, reads, assuming=here,
                     note="rounded to a whole per cent" if place == "GM-3.5" else "")


@st.derivation("GM-3b", "Closed forms for families with symbolic shapes", "The Optimal Static Mechanism")
def closed_forms(prover):
    """1 - F = (1 - v)^b or exponential values, G = c^a costs: one solution, for all shapes."""
    p, q, rate = symbols("a b l", positive=True)
    shapes = st.symbolic_cutoffs(st.mirror_power(q), st.power(p), prover=prover)
    memory = st.symbolic_cutoffs(st.exponential(rate), st.power(p), prover=prover)
    for found in (shapes, memory):
        if not found.verdict:
            raise ValueError(found.verdict.reason)
    rate_plain = symbols("l")
    plain = {p: a, q: b, rate: rate_plain}
    prover.establish(And(shapes.x.subs(plain) > 0, shapes.x.subs(plain) < shapes.y.subs(plain),
                         shapes.y.subs(plain) < 1), assuming=(a > 0, b > 0))
    return st.Result(
        statement=(
            st.Line(And(Eq(F_0, 1 - (1 - v)**b), Eq(G_0, c**a)),
                    And(Eq(x, shapes.x.subs(plain)), Eq(y, shapes.y.subs(plain)))),
            st.Line(And(Eq(F_0, 1 - exp(-rate_plain * v)), Eq(G_0, c**a), memory.y.subs(plain) <= 1),
                    And(Eq(x, memory.x.subs(plain)), Eq(y, memory.y.subs(plain))))),
        parts=(st.Part("The welfare for $1 - F = (1 - v)^b$, $G = c^a$", shapes.welfare.subs(plain)),))


@st.derivation("GM-4", "Several pairs of cutoffs, and which is best", "The Optimal Static Mechanism")
def several_cutoffs(prover):
    """The first-order conditions do not identify the optimum: values and costs that are high or low."""
    lines, parts = [], []
    for low in (Rational(1, 10), Rational(1, 5)):
        spread = st.piecewise_uniform([0, low, 1 - low, 1], [HALF, 0, HALF])
        found = proved(st.static_disclosure(spread, spread, 30, prover))
        for s in found.solutions:
            role = symbols("optimum" if s.is_global else "saddle")
            lines.append(st.Line(pair(spread, spread), Tuple(
                role, Eq(x, number(s.x)), Eq(y, number(s.y)), Eq(w, number(s.welfare)))))
        middle = next(s for s in found.solutions if s.kind == "saddle")
        parts.append(st.Part(f"The symmetric cutoff x, no optimum, for low types up to {low}",
                             number(middle.x)))
        if low == Rational(1, 10):
            symmetric_is_not_best(prover, found, middle)
    return st.Result(statement=tuple(lines), parts=tuple(parts))


def symmetric_is_not_best(prover, found, middle):
    """The symmetric cutoffs solve both conditions and give strictly less: they are a saddle."""
    best = found.best
    near = (w > Rational(str(middle.welfare.low)), w < Rational(str(middle.welfare.high)))
    prover.establish(w < best.welfare.exact, assuming=near)
