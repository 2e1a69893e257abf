"""Pairs of distributions and certified numbers as SymPy expressions, for statements."""

from sympy import And, Eq, Function, symbols, sympify

F_0, G_0 = symbols("F G")
FAMILIES = ("uniform power mirror_power kumaraswamy beta triangular truncated_exponential truncated_normal"
            " exponential piecewise_uniform cdf density").split()


def named(distribution):
    """A family with its parameters, as an undefined function of them."""
    text = distribution.name.replace("[", "(").replace("]", ")")
    return sympify(text, locals={name: Function(name) for name in FAMILIES})


def pair(buyer, seller):
    """The condition that these are the distributions of value and cost."""
    return And(Eq(F_0, named(buyer)), Eq(G_0, named(seller)))


def number(value, digits=30):
    """A certified number: its exact name where that is short, else so many digits."""
    name = value.name
    return name if name is not None and len(str(name)) < 40 else sympify(value.decimal(digits))


def spelled(value, digits):
    """The same in words: digits as they are, with no more zeros."""
    name = value.name
    return str(name) if name is not None and len(str(name)) < 40 else value.decimal(digits)
