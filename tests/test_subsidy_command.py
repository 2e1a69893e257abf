"""``symtrade subsidy``: its JSON object and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "symtrade", "subsidy", *arguments], capture_output=True, text=True, check=False
    )


def test_the_command():
    done = command("--prior", "1/2", "--buyer", "1,4", "--seller", "0,3", "--digits", "30", "--json")
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert {"case", "revenue", "posteriors", "transfers", "costs", "rents"} <= data.keys()
    assert data["case"] == "attained" and data["revenue"]["radius"] == "1e-30"
    assert data["revenue"]["value"].startswith("-0.277920669062529820716703001304")


def test_the_command_with_another_cost():
    done = command("--prior", "1/5", "--buyer", "3,4", "--seller", "2,1", "--cost", "variance:1", "--json")
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert data["revenue"] == {"value": "31/25", "radius": "0"} and data["posteriors"][1]["value"] == "0"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--prior", "3/2", "--buyer", "1,4", "--seller", "0,3"), "expected a probability from 0 to 1"),
        (
            ("--prior", "1/2", "--buyer", "1", "--seller", "0,3"),
            "expected valuations in the low and the high state",
        ),
        (("--prior", "1/2", "--buyer", "1,x", "--seller", "0,3"), "expected rational numbers"),
        (("--prior", "1/2", "--buyer", "1,4", "--seller", "0,5"), "expected gains from trade in every state"),
        (("--prior", "1/2", "--buyer", "1,4", "--seller", "0,3", "--cost", "variance"), "variance:NUMBER"),
        (("--prior", "1/2", "--buyer", "1,4", "--seller", "0,3", "--cost", "chi:1"), "variance:NUMBER"),
        (
            ("--prior", "1/2", "--buyer", "1,4", "--seller", "0,3", "--digits", "0"),
            "expected 1 to 1000 digits",
        ),
    ],
)
def test_the_command_refuses(arguments, message):
    done = command(*arguments)
    assert (
        done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr and not done.stdout
    )
