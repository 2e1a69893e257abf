"""The commands: what is asked, handed to the module that does it."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from symtrade import __version__
from symtrade.cli.refusal import BUG, Refusal, complain, refusing

app = typer.Typer(
    name="symtrade", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]},
    help="Exact optima, verdicts and proofs for bilateral-trade mechanism design.",
    epilog="Exit codes: 0 all results proved, 1 some result refuted or unknown, 2 bad input.",
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line, and nothing else.")]
Jobs = Annotated[int | None, typer.Option(
    "--jobs", min=1, metavar="N", help="How many processes.  Default: as many as the machine has.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to write.")]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"symtrade {__version__}")
        raise typer.Exit


@app.callback()
def _options(version: Annotated[bool, typer.Option(
        "--version", callback=_version, is_eager=True, help="Print the version.")] = False) -> None:
    pass


@app.command("list")
def list_(json: Json = False, trust: Annotated[bool, typer.Option(
        "--trust", help="Show what a reader of each result has to trust.")] = False) -> None:
    """List the papers, their results and the stored verdicts."""
    from symtrade.cli.listing import list_papers

    with refusing():
        list_papers(json, trust)


@app.command()
def derive(
    target: Annotated[str | None, typer.Argument(metavar="[PAPER[/RESULT]]", help="Default: all.")] = None,
    out: Out = Path("out"),
    json: Json = False,
    store: Annotated[bool, typer.Option(
        "--store", help="Also store the certificates beside the derivations.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Derive again what DIR already holds.")] = False,
    jobs: Jobs = None,
) -> None:
    """Derive results from the primitives: certificates, LaTeX and a table, in DIR/PAPER."""
    from symtrade.cli.deriving import run_derive

    with refusing():
        raise typer.Exit(run_derive(target, out, json, store, fresh, jobs))


@app.command()
def check(
    targets: Annotated[list[str] | None, typer.Argument(
        metavar="[PAPER|PAPER/RESULT|FILE]...", help="Default: all stored certificates.")] = None,
    jobs: Jobs = None,
) -> None:
    """Verify certificates with the kernel alone: stored results against their models, or files."""
    from symtrade.cli.checking import run_check

    with refusing():
        raise typer.Exit(run_check(targets or [], jobs))


@app.command()
def latex(
    target: Annotated[str, typer.Argument(metavar="PAPER[/RESULT]")],
    out: Annotated[Path | None, typer.Option(
        "--out", metavar="FILE", help="Default: standard output.")] = None,
) -> None:
    """Print statements and proofs in LaTeX, from the stored certificates."""
    from symtrade.cli.typeset import run_latex

    with refusing():
        run_latex(target, out)


@app.command()
def coq(
    target: Annotated[str | None, typer.Argument(
        metavar="[PAPER[/RESULT]|FILE.json]", help="Default: all stored results.")] = None,
    out: Out = Path("out/coq"),
    check: Annotated[bool, typer.Option(
        "--check", help="Let coqc check the files, where it is installed.")] = False,
    jobs: Annotated[int, typer.Option(
        "--jobs", min=1, metavar="N", help="How many files coqc checks at once.")] = 2,
) -> None:
    """Write stored results as Coq files, theorems with their proofs; with --check, compile them."""
    from symtrade.cli.coqing import run_coq

    with refusing():
        raise typer.Exit(run_coq(target, out, check, jobs))


@app.command()
def solve(
    file: Annotated[Path, typer.Argument(metavar="FILE.py", help="A file that defines `program`.")],
    json: Json = False,
    out: Annotated[Path | None, typer.Option(
        "--out", metavar="DIR", help="Also write the certificate and the LaTeX.")] = None,
    latex: Annotated[bool, typer.Option("--latex", help="Print the theorem and its proof in LaTeX.")] = False,
    limit: Annotated[float | None, typer.Option(
        "--limit", min=0, metavar="SECONDS", help="Give up after so long.  Default: never.")] = None,
) -> None:
    """Solve the linear program of your own model, for all its parameters."""
    from symtrade.cli.modelfile import run_solve

    with refusing():
        raise typer.Exit(run_solve(file, json, out, latex, limit))


@app.command()
def referee(
    file: Annotated[Path, typer.Argument(
        metavar="FILE", help="A proof: TOML with LaTeX lines, or a Python file that defines `proof`.")],
    latex: Annotated[bool, typer.Option("--latex", help="Print the report as LaTeX.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Print the report as one HTML page.")] = False,
    json: Annotated[bool, typer.Option(
        "--json", help="Print the report with its certificates as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(
        "--out", metavar="FILE", help="Default: standard output.")] = None,
    drop: Annotated[bool, typer.Option(
        "--drop", help="Also show what goes wrong when a hypothesis of the theorem is dropped.")] = False,
    audit: Annotated[bool, typer.Option(
        "--audit/--no-audit", help="Look for the hypotheses that each line needs.")] = True,
) -> None:
    """Check a printed proof line by line: proved, refuted with a witness, unknown or undefined."""
    from symtrade.cli.refereeing import FORMS, run_referee

    with refusing():
        chosen = [form for form, wanted in zip(FORMS[1:], (latex, html, json), strict=True) if wanted]
        if len(chosen) > 1:
            got = " and ".join("--" + form for form in chosen)
            raise Refusal(f"expected one of --latex, --html and --json, got {got}")
        raise typer.Exit(run_referee(file, chosen[0] if chosen else "text", out, audit or drop, drop))


@app.command()
def errata(
    target: Annotated[str, typer.Argument(metavar="PAPER[/RESULT]")],
    json: Json = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print a LaTeX document.")] = False,
    out: Annotated[Path | None, typer.Option(
        "--out", metavar="FILE", help="Default: standard output.")] = None,
) -> None:
    """List the printed claims that do not hold as printed: witness, corrected form, kind of slip."""
    from symtrade.cli.correcting import run_errata

    with refusing():
        if json and latex:
            raise Refusal("expected --json or --latex, got both")
        run_errata(target, "json" if json else "latex" if latex else "text", out)


@app.command()
def plot(
    target: Annotated[str, typer.Argument(
        metavar="PAPER/RESULT|FILE.json|FILE.py",
        help="A stored result, a certificate, or a file that defines `program`.")],
    x: Annotated[str, typer.Option("--x", metavar="NAME", help="The parameter on the horizontal axis.")],
    out: Annotated[Path, typer.Option(
        "--out", metavar="FILE", help="Where to write; ends in .png, .pdf or .pgf (for LaTeX).")],
    y: Annotated[str | None, typer.Option(
        "--y", metavar="NAME", help="The parameter on the vertical axis, for regions.  Without it, graphs of "
        "the functions of x that the statement gives.")] = None,
    at: Annotated[list[str] | None, typer.Option(
        "--at", metavar="NAME=VALUE,...",
        help="Exact values of all other parameters, such as s_lo=1,b_lo=3/2.")] = None,
    label: Annotated[list[str] | None, typer.Option(
        "--label", metavar="TEXT",
        help="The label of a region, once for each in order (default: numbers); of a graph's vertical "
        "axis, once.")] = None,
    window: Annotated[str | None, typer.Option(
        "--window", metavar="X0,X1,Y0,Y1",
        help="The ranges of both axes (of a graph: X0,X1).  Default: those of the parameters, where they are "
        "bounded (of a graph: 0,1).")] = None,
    part: Annotated[int | None, typer.Option(
        "--part", metavar="N", help="Which part of a result to draw; 0 is its statement.  "
        "Default: the first solution, or the statement if there is none.")] = None,
    signs: Annotated[bool, typer.Option(
        "--signs", help="Cut every region where its value changes sign, and show the sign.")] = False,
    panel: Annotated[list[str] | None, typer.Option(
        "--panel", metavar="NAME=VALUE,...[:TITLE]", help="Once for each of several small figures, or of "
        "several curves of a graph: values to add to those of --at.")] = None,
    function: Annotated[list[str] | None, typer.Option(
        "--function", metavar="NAME", help="Which functions to draw in a graph.  Default: all.")] = None,
) -> None:
    """Draw regions in the plane of two parameters, or functions of one, from checked certificates.

    A model file may define `environment` in place of `program`: its region of efficient trade is drawn.
    """
    from symtrade.cli.plotting import Wanted, run_plot

    wanted = Wanted(target, x, y, at or [], out, label or [], window, part, signs, panel or [],
                    function or [])
    with refusing():
        raise typer.Exit(run_plot(wanted))


@app.command()
def cutoffs(
    buyer: Annotated[str, typer.Option("--buyer", metavar="FAMILY", help="The distribution of the value, "
                                       "such as 'power(2)' or 'cdf(3*v^2 - 2*v^3)'.")],
    seller: Annotated[str, typer.Option("--seller", metavar="FAMILY", help="The distribution of the cost, "
                                        "such as 'beta(2,3)'.")],
    digits: Annotated[int, typer.Option("--digits", metavar="N", help="Certified decimal places.")] = 30,
    json: Json = False,
    plot_file: Annotated[Path | None, typer.Option(
        "--plot", metavar="FILE", help="Also draw a figure: .png, .pdf or .pgf.")] = None,
    figure: Annotated[str, typer.Option(
        "--figure", metavar="KIND", help="What to draw: regions (of trade), responses (the curves of both "
        "conditions), prices (of a single ride) or shuttle (diplomacy).")] = "regions",
    along: Annotated[str | None, typer.Option(
        "--along", metavar="NAME=FROM..TO", help="Instead, draw the gains of each mechanism while a "
        "parameter moves, as in --buyer 'power(a)' --along a=1/2..3.")] = None,
) -> None:
    """All pairs of cutoffs of static disclosure, which is best, and first best, second best, posted price."""
    from symtrade.cli.cutoff_figures import refuse_figure, run_family
    from symtrade.cli.cutoffs import run_cutoffs

    with refusing():
        if along is not None:
            raise typer.Exit(run_family(buyer, seller, along, plot_file))
        if plot_file is not None:
            refuse_figure(figure, plot_file)
        raise typer.Exit(run_cutoffs(buyer, seller, digits, json, plot_file, figure))


@app.command()
def subsidy(
    prior: Annotated[str, typer.Option("--prior", metavar="P", help="The probability of the high state.")],
    buyer: Annotated[str, typer.Option(
        "--buyer", metavar="LOW,HIGH", help="The buyer's valuations in the low and the high state.")],
    seller: Annotated[str, typer.Option(
        "--seller", metavar="LOW,HIGH", help="The seller's valuations in the low and the high state.")],
    cost: Annotated[str, typer.Option(
        "--cost", metavar="COST", help="What information costs each trader: C (or entropy:C) for a reduction "
        "of entropy by one nat, variance:C for one of residual variance by 1, or a convex potential of the "
        "posterior p of the high state such as p^4-p; BUYER;SELLER where they differ.")] = "1",
    digits: Annotated[int, typer.Option("--digits", metavar="N", help="Certified decimal places.")] = 30,
    json: Json = False,
    figure: Annotated[Path | None, typer.Option(
        "--plot", metavar="FILE",
        help="Also draw the net payment over posteriors: .png, .pdf or .pgf.")] = None,
) -> None:
    """Find the least subsidy for efficient trade when traders acquire information at a cost."""
    from symtrade.cli.subsidy import run_subsidy

    with refusing():
        raise typer.Exit(run_subsidy(prior, buyer, seller, cost, digits, json, figure))


@app.command()
def twostage(
    seller: Annotated[str, typer.Option(
        "--seller", metavar="FAMILY", help="The distribution of the seller's type theta_1."),
    ] = "uniform(0,1)",
    buyer: Annotated[str, typer.Option(
        "--buyer", metavar="FAMILY", help="The distribution of the buyer's type theta_2."),
    ] = "uniform(0,1)",
    gamma: Annotated[str | None, typer.Option(
        "--gamma", metavar="G,H", help="Numbers or names: valuations theta_1 + G*theta_2 and theta_2 + "
        "H*theta_1.")] = None,
    valuations: Annotated[str | None, typer.Option(
        "--valuations", metavar="V,W", help="Instead, the seller's and the buyer's valuation, in theta_1, "
        "theta_2 and parameters.")] = None,
    assuming: Annotated[list[str] | None, typer.Option(
        "--assuming", metavar="RELATION", help="What is known of parameters, such as 'g > 0'; repeatable.",
    )] = None,
    mechanism: Annotated[str | None, typer.Option(
        "--mechanism", metavar="RULE", help="Judge truth in both stages of a mechanism: groves, fixed:P, "
        "posted:P or liar:PSI, where PSI may depend on the reports theta_1_r and theta_2_r.")] = None,
    json: Json = False,
) -> None:
    """Two-stage mechanisms with interdependent values: is there a monotone one, which penalty deters, is
    truth optimal?"""
    from symtrade.cli.twostage import run_twostage

    with refusing():
        raise typer.Exit(run_twostage(seller, buyer, gamma, valuations, assuming or [], mechanism, json))


def run() -> None:
    """Run the command line and leave; a failure that nobody foresaw is a bug, and says so."""
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception:  # noqa: BLE001  whatever it is, it is to be reported
        traceback.print_exc()
        complain("this is a bug of symtrade: please report the lines above")
        sys.exit(BUG)
