r"""Printed formulas: from LaTeX to SymPy, by the names that a paper declares.

Declared names (``p_{\bar b}``, ``q(\bar b, \underline s)``) are replaced by placeholders, products
are made explicit, and SymPy's own LaTeX parser reads the rest.  Whatever it cannot read is an error
that shows the place; nothing is guessed and nothing is left over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import sympy

from symtrade.model.errors import ModelError

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\S", re.DOTALL)
SPACE = frozenset(r"\, \; \: \! \quad \qquad \left \right \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr "
                  r"\biggl \biggr \Biggl \Biggr \displaystyle \textstyle \nonumber \limits & \\ ~".split())
ARGUMENTS = {r"\frac": 2, r"\dfrac": 2, r"\tfrac": 2, "^": 1, "_": 1, r"\sqrt": 1, r"\bar": 1,
             r"\overline": 1, r"\underline": 1, r"\hat": 1, r"\tilde": 1, r"\widehat": 1, r"\widetilde": 1,
             r"\mathrm": 1, r"\mathcal": 1, r"\mathit": 1, r"\text": 1, r"\operatorname": 1}
RELATIONS = {"<": "<", ">": ">", "=": "=", r"\le": "<=", r"\leq": "<=", r"\leqslant": "<=", r"\ge": ">=",
             r"\geq": ">=", r"\geqslant": ">=", r"\lt": "<", r"\gt": ">", r"\ne": "!=", r"\neq": "!=",
             r"\equiv": "="}
ARROWS = {r"\implies": "implies", r"\Rightarrow": "implies", r"\Longrightarrow": "implies",
          r"\iff": "iff", r"\Leftrightarrow": "iff", r"\Longleftrightarrow": "iff"}
FRACTIONS = frozenset((r"\frac", r"\dfrac", r"\tfrac"))
OPEN = {"(": "(", "[": "(", r"\{": "(", r"\lbrace": "(", r"\lbrack": "("}
CLOSE = {")": ")", "]": ")", r"\}": ")", r"\rbrace": ")", r"\rbrack": ")"}
TIMES = frozenset((r"\cdot", r"\times", "*"))
BUILD = {"<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge, "=": sympy.Eq, "!=": sympy.Ne}
UNDEFINED = "undefined"  # the meaning of a name that a paper uses and never defines


@dataclass(frozen=True)
class Token:
    """A piece of LaTeX and where it begins."""

    text: str
    at: int


@dataclass(frozen=True)
class Link:
    """One relation of a printed chain, with its LaTeX; the claim is ``sympy.nan`` where a name in it
    has no meaning, ``sympy.zoo`` where it divides by zero."""

    printed: str
    claim: Any


def tokens(text: str) -> tuple[Token, ...]:
    """The LaTeX tokens of a formula, without spacing."""
    found = (Token(m[0], m.start()) for m in TOKEN.finditer(text))
    return tuple(t for t in found if t.text not in SPACE)


@dataclass(frozen=True)
class LatexNames:
    r"""What a paper's names mean: LaTeX -> SymPy expression, or the word ``undefined``.

    >>> b, s, p = sympy.symbols("b_hi s_lo p")
    >>> names = LatexNames({r"\bar b": b, r"\underline s": s, "p": p})
    >>> names.expression(r"p(\bar{b} - \underline{s})")
    p*(b_hi - s_lo)
    >>> [link.claim for link in names.chain(r"0 < p \le \tfrac12")]
    [0 < p, p <= 1/2]
    >>> names.expression(r"p + \bar q")
    Traceback (most recent call last):
    symtrade.model.errors.ModelError: cannot read \bar here; declared names are \bar b, \underline s, p
      p + \bar q
          ^
    """

    meanings: Mapping[str, Any]

    @cached_property
    def _sequences(self) -> tuple[tuple[tuple[str, ...], Any], ...]:
        """The names as sequences of tokens, longest first."""
        pairs = ((bare(tokens(name)), meaning) for name, meaning in self.meanings.items())
        texts = [(tuple(t.text for t in found), meaning) for found, meaning in pairs]
        return tuple(sorted(texts, key=lambda pair: -len(pair[0])))

    def expression(self, text: str) -> Any:
        """A formula without relations as a SymPy expression (``sympy.nan`` where a name in it is
        undefined); ModelError, with the place, where it cannot be read."""
        return self._expression(text, bare(tokens(text)))

    def chain(self, text: str) -> tuple[Link, ...]:
        r"""A printed line as its relations: ``a \le b = c`` is two.  ``A \implies B`` and
        ``A \iff B`` are one claim.  ModelError, with the place, where it cannot be read."""
        found = bare(tokens(text))
        arrows = [k for k, t in enumerate(found) if t.text in ARROWS and not depth(found, k)]
        if not arrows:
            return self._relations(text, found)
        if len(arrows) > 1:
            raise self._error(text, found[arrows[1]].at, "a second arrow: state the two implications apart")
        (k,) = arrows
        sides = [self._relations(text, part) for part in (found[:k], found[k + 1:])]
        claims = [link.claim for side in sides for link in side]
        if broken := [c for c in claims if c in (sympy.nan, sympy.zoo)]:
            return (Link(text.strip(), broken[0]),)
        left, right = (sympy.And(*(link.claim for link in side), evaluate=False) for side in sides)
        build = sympy.Implies if ARROWS[found[k].text] == "implies" else sympy.Equivalent
        return (Link(text.strip(), build(left, right)),)

    def _relations(self, text: str, found: Sequence[Token]) -> tuple[Link, ...]:
        cuts = [k for k, t in enumerate(found) if t.text in RELATIONS and not depth(found, k)]
        if not cuts:
            at = found[-1].at + len(found[-1].text) if found else 0
            raise self._error(text, at, r"expected a relation, such as a \le b")
        edges = [-1, *cuts, len(found)]
        spans = [found[a + 1:b] for a, b in pairwise(edges)]
        for cut, span in zip([cuts[0], *cuts], spans, strict=True):
            if not span:
                raise self._error(text, found[cut].at, "expected a formula on both sides")
        sides = [self._expression(text, span) for span in spans]
        links = []
        for k, cut in enumerate(cuts):
            left, right = sides[k], sides[k + 1]
            first, last = spans[k][0], spans[k + 1][-1]
            printed = text[first.at:_end(text, last, spans[k + 1])].strip()
            links.append(Link(printed, related(left, RELATIONS[found[cut].text], right)))
        return tuple(links)

    def _expression(self, text: str, found: Sequence[Token]) -> Any:
        from lark.exceptions import LarkError, UnexpectedInput
        from sympy.parsing.latex.lark import parse_latex_lark

        if not found:
            raise self._error(text, 0, "expected a formula, got nothing")
        source, origin, values = self._explicit(text, found)
        try:
            parsed = parse_latex_lark(source)
        except UnexpectedInput as error:
            place = getattr(error, "pos_in_stream", None)
            if place is None or not 0 <= place < len(source):
                end = found[-1].at + len(found[-1].text)
                raise self._error(text, end, "the formula breaks off here") from None
            at = next(o for p, o in reversed(origin) if p <= place)
            raise self._error(text, at, "cannot read this here") from None
        except LarkError as error:
            raise self._error(text, found[0].at, f"cannot read this: {error}") from None
        if not isinstance(parsed, sympy.Expr):
            raise self._error(text, found[0].at, r"this can be read in two ways; write products as a \cdot b")
        if any(v is sympy.nan for v in values.values()):
            return sympy.nan
        return parsed.xreplace({sympy.Symbol(name): value for name, value in values.items()})

    def _explicit(self, text: str, found: Sequence[Token]
                  ) -> tuple[str, Sequence[tuple[int, int]], Mapping[str, Any]]:
        """LaTeX with placeholders for names and all products written out; which of its places come
        from which of the text; the meanings of the placeholders."""
        writer = _Writer()
        k = 0
        while k < len(found):
            token = found[k]
            name = next(((seq, v) for seq, v in self._sequences
                         if tuple(t.text for t in found[k:k + len(seq)]) == seq), None)
            if name is not None:
                writer.name(token.at, sympy.nan if name[1] == UNDEFINED else name[1])
                k += len(name[0])
                continue
            k += 1
            if token.text == "}" and not writer.groups:
                raise self._error(text, token.at, "this brace closes nothing")
            if not writer.token(token):
                known = ", ".join(self.meanings) or "none"
                raise self._error(
                    text, token.at, f"cannot read {token.text} here; declared names are {known}")
        return "".join(writer.parts), writer.origin, writer.values

    def _error(self, text: str, at: int, message: str) -> ModelError:
        """What is wrong, and an arrow to the place."""
        line_start = text.rfind("\n", 0, at) + 1
        line_end = text.find("\n", at)
        shown = text[line_start:line_end if line_end >= 0 else len(text)]
        return ModelError(f"{message}\n  {shown}\n  {' ' * (at - line_start)}^")


def related(left: Any, relation: str, right: Any) -> Any:
    """``left relation right``; nan where a side says nothing definite, zoo where it divides by zero."""
    sides = sympy.Tuple(left, right)
    if sides.has(sympy.zoo, sympy.oo, -sympy.oo):
        return sympy.zoo
    return sympy.nan if sides.has(sympy.nan) else BUILD[relation](left, right)


@dataclass
class _Writer:
    """LaTeX in the making; `ended` says whether a factor has just ended, so that another that
    starts is its product with it."""

    parts: list[str] = field(default_factory=list)
    origin: list[tuple[int, int]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)  # what the open braces belong to
    awaited: list[str] = field(default_factory=list)  # what the next braces belong to
    length: int = 0
    ended: bool = False

    def put(self, piece: str, at: int, starts: bool = False, ends: bool = False) -> None:
        """Write a piece; `starts` and `ends` say whether it can start and end a factor."""
        for text in (r" \cdot ", piece) if self.ended and starts else (piece,):
            self.origin.append((self.length, at))
            self.parts.append(text)
            self.length += len(text)
        self.ended = ends

    def name(self, at: int, meaning: Any) -> None:
        """A placeholder for a declared name."""
        holder = "n" + _letters(len(self.values))
        self.values[holder] = meaning
        self.put(rf"\mathit{{{holder}}}", at, starts=True, ends=True)

    def token(self, token: Token) -> bool:
        """Write a token; False where it means nothing here."""
        text, at = token.text, token.at
        if text[0].isdigit():
            self.put(_number(text), at, starts=True, ends=True)
        elif text in FRACTIONS or text == r"\sqrt":
            self.put(r"\frac" if text in FRACTIONS else text, at, starts=True)
            self.awaited = ["inner", "end"] if text in FRACTIONS else ["end"]
        elif text == "^":
            self.put("^", at)
            self.awaited = ["end"]
        elif text == "{":
            plain = not self.awaited
            self.groups.append("plain" if plain else self.awaited.pop(0))
            self.put("(" if plain else "{", at, starts=plain)
        elif text == "}":
            kind = self.groups.pop()
            self.put(")" if kind == "plain" else "}", at, ends=kind != "inner")
            self.awaited = ["end"] if kind == "inner" else []
        elif text in OPEN:
            self.put("(", at, starts=True)
        elif text in CLOSE:
            self.put(")", at, ends=True)
        elif text in TIMES or text in ("+", "-", "/"):
            self.put(r" \cdot " if text in TIMES else f" {text} ", at)
        else:
            return False
        return True


def bare(found: Sequence[Token]) -> tuple[Token, ...]:
    r"""Tokens in which every argument stands in braces: ``\bar b^2`` becomes ``\bar{b}^{2}``."""
    result: list[Token] = []
    pending: list[int] = []  # arguments still to come, of the macros that are open
    rest = list(found)
    while rest:
        token = rest.pop(0)
        if pending and token.text != "{" and pending[-1]:
            pending[-1] -= 1
            if token.text[0].isdigit() and len(token.text) > 1 and result[-1].text != "{":
                rest.insert(0, Token(token.text[1:], token.at + 1))  # \tfrac12 takes one digit at a time
                token = Token(token.text[0], token.at)
            inner, rest = _argument(token, rest)
            result += [Token("{", token.at), *inner, Token("}", token.at)]
            while pending and not pending[-1]:
                pending.pop()
            continue
        if token.text == "{" and pending and pending[-1]:
            pending[-1] -= 1
            body, rest = _braced(rest)
            result += [token, *bare(body[:-1]), *body[-1:]]
            while pending and not pending[-1]:
                pending.pop()
            continue
        result.append(token)
        if token.text in ARGUMENTS:
            pending.append(ARGUMENTS[token.text])
    return tuple(result)


def _argument(token: Token, rest: list[Token]) -> tuple[list[Token], list[Token]]:
    r"""An argument without braces: one token, or a macro with its own arguments (``p_\bar b``)."""
    if token.text not in ARGUMENTS:
        return [token], rest
    found = [token]
    for _ in range(ARGUMENTS[token.text]):
        if not rest:
            break
        head = rest.pop(0)
        if head.text == "{":
            body, rest = _braced(rest)
            found += [head, *bare(body[:-1]), *body[-1:]]
        else:
            inner, rest = _argument(head, rest)
            found += [Token("{", head.at), *inner, Token("}", head.at)]
    return found, rest


def _braced(rest: list[Token]) -> tuple[list[Token], list[Token]]:
    """The tokens up to and with the brace that closes an open one, and those after it."""
    level = 1
    for k, token in enumerate(rest):
        level += {"{": 1, "}": -1}.get(token.text, 0)
        if level == 0:
            return rest[:k + 1], rest[k + 1:]
    return rest, []


def depth(found: Sequence[Token], place: int) -> int:
    """How many brackets are open before a token."""
    level = 0
    for token in found[:place]:
        level += (token.text in OPEN or token.text == "{") - (token.text in CLOSE or token.text == "}")
    return level


def _number(text: str) -> str:
    """A decimal as the fraction that it is."""
    whole, _, digits = text.partition(".")
    return text if not digits else rf"\frac{{{int(whole + digits)}}}{{{10 ** len(digits)}}}"


def _letters(number: int) -> str:
    """0, 1, 2, ... as a, b, ..., z, ba, ..."""
    head, last = divmod(number, 26)
    return (_letters(head) if head else "") + chr(ord("a") + last)


def _end(text: str, last: Token, span: Sequence[Token]) -> int:
    """Where a span ends in the text; closing braces that were only implied have no length."""
    real = max((t for t in span), key=lambda t: (t.at, len(t.text) if text.startswith(t.text, t.at) else 0))
    end = real.at + (len(real.text) if text.startswith(real.text, real.at) else 1)
    return max(end, last.at + (len(last.text) if text.startswith(last.text, last.at) else 0))
