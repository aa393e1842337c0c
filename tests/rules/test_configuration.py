"""Rules as data: what a file of them may hold, and each fault in it by its line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.configuration import check, in_force, merged
from rules.protocol import Rulebook
from storage.reference import catalogue, kinds, negotiation, scripts

DOCS = Path(__file__).parents[2] / "docs" / "configuration.md"
DATA = st.recursive(
    st.dictionaries(st.sampled_from("abc"), st.integers(), max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner | st.integers(), max_size=3),
)

FAULTS = (
    # the file, the line of the fault, a word of its reason
    ('[results.PPT]\nes = "x"\nrequired = ["ammount"]\n', 3, "ammount"),
    ('[results.NOCO]\nkey = "f9"\n', 2, "f9"),
    ('[results.NOCO]\nalias = "p"\n', 2, "PPT"),
    ('[results.NOCO]\n\nkey = "f6"\n', 3, "OCUP"),
    ('[results.NOCO]\nflags = "AX"\n', 2, "flags"),
    ("[results.NOCO]\nretry = 3\n", 2, "retry"),
    ('[results.NEW]\nes = "sin inglés"\n', 1, "en"),
    ('[results.PPT.defaults]\nchannel = "trueque"\n', 2, "trueque"),
    ('[groups.common.G1]\nstage = "nope"\n', 2, "G1"),
    ('[groups.common.G2]\nanswers = [{ es = "a", en = "a", next = "NOWHERE" }]\n', 2, "NOWHERE"),
    ('[parameters]\n"mx.window.end" = "late"\n', 2, "mx.window.end"),
    ('# a note\n[parameters]\n"mx.windows" = 1\n', 3, "mx.windows"),
    ('[authority.levels.agent]\nwaiver = "much"\n', 2, "waiver"),
    ('[ladders]\nnobody = ["gift"]\n', 2, "gift"),
    ("[nothing]\nx = 1\n", 1, "nothing"),
    ("a = [1,\n  b", 2, "Invalid"),
)


@pytest.mark.parametrize(("text", "line", "word"), FAULTS, ids=[text[:24] for text, _, _ in FAULTS])
def test_a_fault_is_told_by_its_line_and_reason(text: str, line: int, word: str) -> None:
    (fault,) = check(text, kinds())[1]
    assert (fault.line, word in fault.reason) == (line, True), fault


def test_every_fault_of_a_file_is_told_at_once_in_the_order_of_its_lines() -> None:
    text = "".join(text for text, _, _ in (FAULTS[0], FAULTS[2], FAULTS[8], FAULTS[10], FAULTS[12]))
    assert [fault.line for fault in check(text, kinds())[1]] == [3, 5, 7, 9, 11]


def test_two_results_may_change_their_keys_with_each_other() -> None:
    text = '[results.NOCO]\nkey = "f6"\n[results.OCUP]\nkey = "f5"\n'
    assert check(text, kinds())[1] == ()
    assert check(text + '[results.PPT]\nkey = "f5"\n', kinds())[1][0].line in (2, 4, 6)
    assert [catalogue(text).results[code].key for code in ("NOCO", "OCUP")] == ["f6", "f5"]


def test_the_examples_of_the_document_have_no_fault_and_do_what_they_say() -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert [check(text, kinds())[1] for text in examples] == [()] * len(examples)
    assert {kind for text in examples for kind in check(text, kinds())[0]} == set(kinds())
    results = catalogue(examples[0]).results
    assert (results["NOCO"].key, results["PPT"].defaults["date"], results["FAXM"].agent) == (
        "f6",
        "+2",
        False,
    )
    assert "WHAT" in results
    credit = next(script for script in scripts(examples[1]) if script.id == "credit")
    assert credit.nodes["G2"].es.startswith("Esta llamada se graba, como")
    assert negotiation(examples[3]).authority.levels["agent"].waiver == 300


@given(DATA)
def test_nothing_on_top_changes_nothing_and_the_top_wins(house: dict) -> None:
    assert merged(house, {}) == house
    assert merged({}, house) == house
    assert merged(house, house) == house


def test_the_highest_version_that_has_begun_is_in_force() -> None:
    now = datetime(2026, 11, 20, 16, tzinfo=UTC)

    def book(version: int, hours: int, portfolio: str = "Cards", kind: str = "results") -> Rulebook:
        since = now + timedelta(hours=hours)
        return Rulebook(portfolio=portfolio, kind=kind, version=version, since=since, text="")

    first, second, later = book(1, -9), book(2, 0), book(3, 1)
    others = (book(7, -1, portfolio="Loans"), book(8, -1, kind="scripts"))
    assert in_force((first, second, later, *others), "Cards", "results", now) == second
    assert in_force((later, *others), "Cards", "results", now) is None
