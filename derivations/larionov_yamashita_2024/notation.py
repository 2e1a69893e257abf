"""What the modules share: printed LaTeX in short, and logarithms as atoms.

An identity or inequality that holds whatever the logarithms are holds for the logarithms that they
are; so each becomes a free symbol, the same for equal arguments.
"""

import re

from sympy import (
    And,
    Eq,
    Implies,
    Integer,
    Symbol,
    cancel,
    factor_list,
    factorint,
    fraction,
    log,
    symbols,
    together,
)

import symtrade as st

# What joins certificates, and is cited, not proved.
LARGEST = (
    "a function that is continuous on a compact set and continuously differentiable inside is largest on the "
    "boundary or at a critical point; the largest revenue of an envelope over anchors is such a function"
)
SUMS = (
    "what is proved of two masses holds of finitely many, one summand after the other, and block by block "
    "from the highest posterior"
)

SHORT = (
    (r"\b(\w+)\+", r"\\bar{\1}"),
    (r"\b(\w+)-(?=[\^_ )}\],=+<>]|$)", r"\\underline{\1}"),
    (r"(?<![\\A-Za-z])(alpha|mu|lambda|Lambda|phi|beta|tau)(?![A-Za-z])", r"\\\1"),
)


def tex(short):
    r"""LaTeX from a short form: ``mu+`` for \bar{\mu}, ``u-`` for \underline{u}.

    >>> print(tex("phi+_{11}^b + u-^b"))
    \bar{\phi}_{11}^b + \underline{u}^b
    """
    for pattern, latex in SHORT:
        short = re.sub(pattern, latex, short)
    return short


class Logs:
    """Symbols for the logarithms of the factors' absolute values: log|a/b| is log|a| - log|b|."""

    def __init__(self):
        self.symbols = {}

    def __call__(self, e):
        """The expression with every logarithm written in atoms."""
        return e.replace(log, self._split)

    def _split(self, argument):
        total = 0
        for part, sign in zip(fraction(together(cancel(argument))), (1, -1), strict=True):
            unit, factors = factor_list(part)
            for base, power in [*((Integer(q), k) for q, k in factorint(abs(unit)).items()), *factors]:
                base = -base if base.could_extract_minus_sign() else base
                if base != 1:
                    total += sign * power * self.symbols.setdefault(base, Symbol(f"L{len(self.symbols)}"))
        return total


class Page:
    """A prover that takes every symbol of a claim for a parameter."""

    def __init__(self, prover):
        self.prover = prover

    def establish(self, claim, assuming=()):
        """A claim that the result stands on."""
        return self.prover.establish(claim, assuming, parameters=_symbols(claim, assuming))

    def judge(self, id, place, printed, reads, assuming=(), **context):
        """A printed claim; `corrected` is LaTeX and meaning."""
        mended = context.get("corrected", (None, True))[1]
        return self.prover.judge(
            id,
            place,
            printed,
            reads,
            assuming=assuming,
            parameters=_symbols(reads, (*assuming, mended)),
            **context,
        )


def _symbols(claim, assuming):
    found = set()
    for e in (claim, *assuming):
        found |= getattr(e, "free_symbols", set())
    return tuple(sorted(found, key=str))


def at_most_tangent(page):
    """The logarithm lies below its tangent at 1: log t <= t - 1.

    By calculus: with r = 1/t, log t - t has the derivative r - 1 = r (1 - t).  In the theory t is an atom of
    its own, ``same``, whose derivative is written r t instead of 1.
    """
    t, logarithm, r, same = symbols("t logarithm r same")
    laws = st.unspecified_functions(
        (t,), {logarithm: {t: r}, r: {t: -(r**2)}, same: {t: r * t}}, nonnegative=(r,)
    )
    page.prover.establish(laws.peaks(logarithm - same, t, Integer(1)))


def under(logs, t):
    """An instance of the lemma in atoms."""
    return logs(log(t)) <= t - 1


def gibbs(page, states):
    """Sum of m_v log(m_v/|m|) >= sum of m_v log(mu_v) - |m| (sum of mu_v - 1) for masses m and weights mu.

    Where the weights sum to at most 1: no masses have a larger expected logarithm than under their own
    shares.  Returns nothing; the inequality is established for this number of states.
    """
    logs = Logs()
    m, mu = (symbols(f"{name}_:{states}") for name in ("m", "mu"))
    total = sum(m)
    gap = sum(x * (log(x / total) - log(q)) for x, q in zip(m, mu, strict=True))
    lemmas = [under(logs, q * total / x) for x, q in zip(m, mu, strict=True)]
    page.establish(logs(gap) >= total * (1 - sum(mu)), assuming=(*(x > 0 for x in (*m, *mu)), *lemmas))


def divergence_positive(page):
    """p log(p/z) + (1 - p) log((1 - p)/(1 - z)) is positive unless p = z, where it is 0.

    With z = p s**2 and 1 - z = (1 - p) t**2 the logarithms are twice those of s and t, and the lemma for s
    and t leaves a sum of squares.
    """
    p, z, s, t = symbols("p z s t")
    log_s, log_t = symbols("log_s log_t")
    here = (p > 0, p < 1, s > 0, t > 0, Eq(p * s**2 + (1 - p) * t**2, 1), log_s <= s - 1, log_t <= t - 1)
    value = -2 * p * log_s - 2 * (1 - p) * log_t
    page.establish(value >= p * (1 - s) ** 2 + (1 - p) * (1 - t) ** 2, assuming=here)
    squares = p * (1 - s) ** 2 + (1 - p) * (1 - t) ** 2
    page.establish(
        And(Implies(s > 1, squares > 0), Implies(s < 1, squares > 0), Implies(Eq(s, 1), Eq(z, p))),
        assuming=(*here[:4], Eq(z, p * s**2)),
    )
