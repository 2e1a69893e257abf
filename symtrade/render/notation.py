r"""LaTeX names: parameters, types, variables and constraints.

>>> note = Notation(complements={"p_bhi": r"p_{\underline{b}}"})
>>> note.symbol("b_lo"), note.symbol("p_bhi"), note.symbol("theta_1")
('\\underline{b}', 'p_{\\bar{b}}', '\\theta_{1}')
>>> note.variable("q[b_hi, s_lo]")
'q(\\bar{b},\\underline{s})'
>>> note.constraint("IC_B[b_hi -> b_lo | s_lo]")
'\\mathrm{IC}_{B}[\\bar{b}\\to\\underline{b}\\mid\\underline{s}]'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
    "phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
MARKS = {"lo": r"\underline{%s}", "hi": r"\bar{%s}"}
ESCAPES = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
           "<": r"\textless{}", ">": r"\textgreater{}"} | {c: "\\" + c for c in "&%$#_{}"}
_INDEXED = re.compile(r"(?P<head>[^\[\]\s]+)\[(?P<body>.*)\]")
_FAMILY = re.compile(r"(?P<kind>[A-Z]{2,5})(?:_(?P<who>[A-Za-z]\w*))?(?:\^(?P<which>\w+))?"
                     r"(?:\[(?P<body>.*)\])?")
_BOUND = re.compile(r"(?P<left>.+?) (?P<sense><=|>=|==) (?P<right>-?\d+(?:/\d+)?)")
SENSES = {"<=": r"\le", ">=": r"\ge", "==": "=", "=": "=", "<": "<", ">": ">", "!=": r"\ne"}


@dataclass(frozen=True)
class Notation:
    """How names are typeset.

    `names` maps a name to its LaTeX; `complements` maps the name of a probability p to the LaTeX of
    1 - p (``"p + r"`` to that of 1 - p - r); what is not listed follows from the name itself.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    complements: Mapping[str, str] = field(default_factory=dict)

    def symbol(self, name: str) -> str:
        """The LaTeX of a parameter or of a type."""
        if name in self.names:
            return self.names[name]
        if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
            return self._words(name)
        base, _, rest = name.partition("_")
        if rest in MARKS:
            return MARKS[rest] % _letter(base)
        if not rest:
            return _letter(base)
        if match := re.fullmatch(r"([A-Za-z]+?)_?(lo|hi)", rest):
            rest = MARKS[match[2]] % _letter(match[1])
        elif rest in self.names or "_" in rest:
            rest = self.symbol(rest)
        elif re.fullmatch(r"\d+|[A-Za-z]\d*", rest) or rest in GREEK:
            rest = _letter(rest) if rest in GREEK else rest
        else:
            rest = rf"\mathrm{{{escaped(rest)}}}"
        return f"{_letter(base)}_{{{rest}}}"

    def _words(self, text: str) -> str:
        """A type named by an expression or by free text."""
        if re.fullmatch(r"-?\d+/\d+", text):
            top, bottom = text.split("/")
            sign, top = ("-", top[1:]) if top.startswith("-") else ("", top)
            return rf"{sign}\tfrac{{{top}}}{{{bottom}}}"
        if re.fullmatch(r"\\.*|-?\d+", text):
            return text
        if re.fullmatch(r"[\w\s+*/()-]+", text, re.ASCII) and re.search(r"[-+*/]", text):
            body = re.sub(r"[A-Za-z]\w*", lambda m: self.symbol(m[0]), text)
            return body.replace("**", "^").replace("*", r"\,")
        return rf"\text{{{escaped(text)}}}"

    def variable(self, name: str) -> str:
        """The LaTeX of a variable such as ``q[b_hi, s_lo]``."""
        if name in self.names:
            return self.names[name]
        match = _INDEXED.fullmatch(name)
        if match is None:
            return self.symbol(name)
        reports = ",".join(self.symbol(part) for part in match["body"].split(", "))
        return f"{self.symbol(match['head'])}({reports})"

    def constraint(self, name: str) -> str:
        """The LaTeX of a constraint's name."""
        if name in self.names:
            return self.names[name]
        if match := _BOUND.fullmatch(name):
            return f"{self.variable(match['left'])}{_op(match['sense'])}{self.symbol(match['right'])}"
        match = _FAMILY.fullmatch(name)
        if match is None:
            return self._label(name)
        who = f"_{{{match['who']}}}" if match["who"] else ""
        who += f"^{{{match['which']}}}" if match["which"] else ""
        body = f"[{self._body(match['body'])}]" if match["body"] else ""
        return rf"\mathrm{{{match['kind']}}}{who}{body}"

    def _label(self, text: str) -> str:
        """A constraint's free name, with the symbols of the parameters it mentions."""
        text, _, body = text.partition("[")
        words = [f"${self.symbol(w)}$" if w in self.names or re.fullmatch(r"[A-Za-z]_(lo|hi|\d+)", w)
                 else escaped(w) for w in text.split(" ")]
        inside = f"[{self._body(body[:-1])}]" if body.endswith("]") else escaped(f"[{body}" if body else "")
        return rf"\text{{{' '.join(words)}}}" + inside

    def _body(self, text: str) -> str:
        words = re.split(r"( -> | \| | reports |, )", text)
        marks = {" -> ": r"\to", " | ": r"\mid", " reports ": r"\text{ reports }", ", ": ","}
        joined = "".join(marks[w] if w in marks else self.symbol(w) for w in words)
        return re.sub(r"(\\to|\\mid)(?=[A-Za-z])", r"\1 ", joined)


def _op(sense: str) -> str:
    return {"<=": r"\le ", ">=": r"\ge "}.get(sense, "=")


def _letter(base: str) -> str:
    """A base name: a letter, a Greek letter, a letter with digits, or a word."""
    if base in GREEK:
        return f"\\{base}"
    if len(base) == 1:
        return base
    if match := re.fullmatch(r"([A-Za-z]+?)(\d+)", base):
        return f"{_letter(match[1])}_{{{match[2]}}}"
    return rf"\mathit{{{escaped(base)}}}"


def escaped(text: str) -> str:
    """Free text made safe for LaTeX."""
    return "".join(ESCAPES.get(c, c) for c in text)
