"""The walk through a script: there and back, identity, objections, what was not said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.catalogue import Result
from rules.clients import Account, Attempt, Client, Detail
from rules.identity import NEEDED, Factor, factors, hides
from rules.scripts import Script, choose, fitted
from rules.walks import Walk, answer, back, forces, missed, objected, offered, start
from storage import reference
from tests.rules.scripts.conftest import NOON

Person = Callable[..., Client]
Debt = Callable[..., Account]


def walked(script: Script, *digits: int) -> Walk:
    walk = start(script)
    for digit in digits:
        walk = answer(script, walk, digit)
    return walk


def result(code: str) -> Result:
    return reference.catalogue().results[code]


@pytest.fixture
def credit(scripts: dict[str, Script], account: Debt, client: Person) -> Script:
    """The script of a card, for a client of whom everything is known."""
    one = account("card")
    person = client(one, born=date(1981, 3, 12), tax_id="RUOM850214AB1", address="Calle 1, C.P. 06700")
    return fitted(scripts["credit"], person, one)


# There and back


def test_walk_there_and_back(credit: Script) -> None:
    walk = walked(credit, 1, 1, 1, 1, 1, 2)
    assert (walk.node, walk.path) == ("N2", ("G1", "G2", "V1", "D1", "P1", "Q1", "N2"))
    assert back(walk) == walked(credit, 1, 1, 1, 1, 1)
    assert back(start(credit)) == start(credit)


def test_digits_without_an_answer_lead_nowhere(credit: Script) -> None:
    assert answer(credit, start(credit), 0) is None
    assert answer(credit, start(credit), 8) is None


def test_an_answer_that_ends_the_call_stays_at_its_node_and_is_kept(credit: Script) -> None:
    walk = walked(credit, 3)  # a wrong number
    assert (walk.node, walk.path) == ("G1", ("G1",))
    assert walk.last is not None
    assert walk.last.code == "DESC"


def test_a_client_who_calms_down_is_where_the_call_was(credit: Script) -> None:
    walk = walked(credit, 1, 1, 1, 2)
    assert walk.node == "X1"
    calm = next(place for place, one in enumerate(credit.nodes["X1"].answers, 1) if one.next == "back")
    assert answer(credit, walk, calm).node == "D1"
    assert answer(credit, walk, calm).identity == "confirmed"


@given(digits=st.lists(st.integers(0, 10), max_size=60))
def test_every_walk_stays_in_the_graph_and_back_undoes_each_step(
    digits: list[int], scripts: dict[str, Script]
) -> None:
    for script in scripts.values():
        before = [start(script)]
        for digit in digits:
            walk = back(before[-1]) if digit == 0 else answer(script, before[-1], digit) or before[-1]
            assert walk.node == walk.nodes[-1]
            assert set(walk.nodes) <= script.nodes.keys()
            assert len(walk.given) == len(walk.nodes) - 1
            if len(walk.nodes) > len(before[-1].nodes):
                went = msgspec.structs.replace(before[-1], last=None)
                assert back(walk) == went
            before.append(walk)


# Objections


def test_an_objection_is_kept_in_the_path_and_returns_to_its_node(credit: Script) -> None:
    walk = objected(credit, walked(credit, 1), 6)
    assert (walk.node, walk.path) == ("G2", ("G1", "G2", "?scam"))
    assert objected(credit, walk, 6) == walk, "the same one twice is one"
    assert answer(credit, walk, 1).path == ("G1", "G2", "?scam", "V1")
    assert back(walk) == start(credit)


def test_an_attorney_leads_the_call_on(credit: Script) -> None:
    place = [each.id for each in credit.objections].index("lawyer")
    walk = objected(credit, walked(credit, 1), place)
    assert (walk.node, walk.path) == ("X3", ("G1", "G2", "?lawyer", "X3"))
    assert back(walk).node == "G2"


# Identity


def test_two_data_confirm_and_going_back_takes_it_back(credit: Script) -> None:
    walk = walked(credit, 1, 1, 1)
    assert (walk.identity, walk.factors) == ("confirmed", ("birth_date", "account_ending"))
    assert back(walk).identity == ""


def test_one_datum_more_is_asked_for_until_there_are_two(credit: Script) -> None:
    one = walked(credit, 1, 1, 4)  # only the date
    assert (one.node, one.identity, one.factors) == ("V2", "", ("birth_date",))
    assert "birth_date" not in {name for each in offered(credit, one) for name in each.factors}
    assert answer(credit, one, 1).node == "D1"
    none = walked(credit, 1, 1, 2)
    first = answer(credit, none, 4)
    assert (first.node, first.identity, first.factors) == ("V2", "", ("postcode",))
    assert answer(credit, first, 1).identity == "confirmed"


@pytest.mark.parametrize(("digits", "state"), [((1, 1, 3), "refused"), ((1, 1, 2, 6), "failed")])
def test_who_fails_or_refuses_is_known(
    scripts: dict[str, Script], account: Debt, client: Person, digits: tuple[int, ...], state: str
) -> None:
    one = account("card")
    bare = fitted(scripts["credit"], client(one, born=date(1981, 3, 12)), one)
    failing = [*digits]
    if state == "failed":
        walk = walked(bare, 1, 1, 2)
        failing[-1] = next(n for n, one in enumerate(offered(bare, walk), 1) if one.identity == "failed")
    assert walked(bare, *failing).identity == state


@given(digits=st.lists(st.integers(1, 9), max_size=40))
def test_the_debt_is_never_spoken_of_without_two_data(digits: list[int], scripts: dict[str, Script]) -> None:
    for script in scripts.values():
        walk = start(script)
        for digit in digits:
            walk = answer(script, walk, digit) or walk
            if script.nodes[walk.node].stage in ("reason", "negotiation") and walk.node != "X1":
                assert len(set(walk.factors)) >= NEEDED


def test_data_to_compare_are_no_more_than_needed(account: Debt, client: Person) -> None:
    one = account("card", details=(Detail(key="card_ending", value="1234"),))
    person = client(one, born=date(1981, 3, 12), tax_id="RUOM850214AB1", address="Calle 12345, C.P. 06700")
    assert factors(person, one) == (
        Factor("full_name", "María Fernanda Ruiz"),
        Factor("birth_date", "1981-03-12"),
        Factor("account_ending", "1234"),
        Factor("tax_id_ending", "AB1"),
        Factor("postcode", "06700"),
    )
    policy = account("insurance", id=71)
    insured = client(one, policy)
    assert Factor("account_ending", "8213") in factors(insured, policy), "what the client knows it by"
    assert Factor("policy_number", "8213") in factors(insured, one)
    assert "policy_number" not in {factor.name for factor in factors(insured, policy)}, (
        "no datum counts twice"
    )
    american = client(one, country="US", national_id="666-12-3456")
    assert Factor("tax_id_ending", "3456") in factors(american, one)


def test_a_portfolio_says_whether_identity_hides_and_skipped_nodes_hold_up(client: Person) -> None:
    assert hides(client())
    assert not hides(client(rules={"script.identity": "off"}))
    assert not forces(client())
    assert forces(client(rules={"script.missed": "force"}))


# Conditions


def test_the_script_branches_by_the_legal_period(
    scripts: dict[str, Script], account: Debt, client: Person
) -> None:
    every = tuple(scripts.values())
    fresh, old = (
        account("timeshare"),
        account("timeshare", details=(Detail(key="signed_on", value="2026-10-01"),)),
    )
    inside, after = choose(every, client(fresh)), choose(every, client(old))
    wants_out = len(inside.nodes["Q1"].answers)
    assert inside.nodes["Q1"].answers[wants_out - 1].next == "T11"
    assert after.nodes["Q1"].answers[wants_out - 1].next == "T21"
    assert "T11" not in after.nodes
    unknown = choose(every, client(account("timeshare", details=())))
    assert "T11" not in unknown.nodes, "nobody is told of a right by guess"


def test_a_debt_that_was_discussed_has_the_short_disclosure(
    scripts: dict[str, Script], account: Debt, client: Person
) -> None:
    every, one = tuple(scripts.values()), account("card")
    spoken = (Attempt(at=NOON - timedelta(days=2), conversation=True),)
    assert "D1" in choose(every, client(one, country="US")).nodes
    later = choose(every, client(one, country="US", attempts=spoken))
    assert "D2" in later.nodes
    assert "D1" not in later.nodes


def test_what_is_not_known_is_not_asked_for(
    scripts: dict[str, Script], account: Debt, client: Person
) -> None:
    one = account("card", minimum=0)
    script = fitted(scripts["credit"], client(one), one)
    assert "V4" in script.nodes
    assert "V1" not in script.nodes
    assert "N4" not in script.nodes, "no minimum payment is spoken of where there is none"
    assert {name for each in script.nodes["V2"].answers for name in each.factors} == {
        "full_name",
        "account_ending",
    }


@given(days=st.integers(0, 400), minimum=st.integers(0, 2), born=st.booleans(), spoken=st.booleans())
def test_a_fitted_script_has_no_loose_ends(
    days: int, minimum: int, born: bool, spoken: bool,
    scripts: dict[str, Script], account: Debt, client: Person,
) -> None:  # fmt: skip
    for script in scripts.values():
        one = account("insurance", days=days, minimum=minimum)
        person = client(
            one,
            born=date(1981, 3, 12) if born else None,
            attempts=(Attempt(at=NOON, conversation=spoken),),
        )
        found = fitted(script, person, one)
        assert found.start in found.nodes
        for node in found.nodes.values():
            assert not node.when
            assert all(choice.next in ("", "back", *found.nodes) for choice in node.answers)
        assert {"G1", "G2", "P1"} <= found.nodes.keys()


# What was not said


@pytest.mark.parametrize(
    ("digits", "code", "skipped"),
    [
        ((), "NOCO", ()),
        ((), "MSJT", ()),
        ((), "PPT", ("G2", "V1", "D1", "P1", "S1", "C1")),
        ((1, 1, 1), "PPT", ("P1", "S1", "C1")),
        ((1, 1, 1, 1, 1, 2, 1, 1), "PPT", ()),
        ((), "COLG", ()),
        ((1, 1), "RLLA", ()),
        ((1, 1, 1), "NEGP", ("P1",)),
        ((), "ENFE", ("G2", "V1", "D1", "P1", "C1")),
        ((1, 1, 1, 1, 1, 1, 1, 1), "YPAG", ()),
        ((2,), "NEGP", ("G2", "V1", "D1", "P1")),
    ],
)
def test_forced_nodes_that_a_result_calls_for(
    credit: Script, digits: tuple[int, ...], code: str, skipped: tuple[str, ...]
) -> None:
    assert missed(credit, walked(credit, *digits), result(code)) == skipped


def test_a_client_inside_the_legal_period_has_to_be_told_before_the_request_is_taken(
    scripts: dict[str, Script], account: Debt, client: Person
) -> None:
    script = choose(tuple(scripts.values()), client(account("timeshare"), born=date(1981, 3, 12)))
    walk = walked(script, 1, 1, 1, 1)
    assert "T11" in missed(script, walk, result("CANC"))
    assert "T11" not in missed(script, walk, result("PPT"))


@given(
    digits=st.lists(st.integers(1, 9), max_size=40),
    code=st.sampled_from(sorted(reference.catalogue().results)),
)
def test_what_was_read_is_never_missed(digits: list[int], code: str, scripts: dict[str, Script]) -> None:
    for script in scripts.values():
        walk = start(script)
        for digit in digits:
            walk = answer(script, walk, digit) or walk
        skipped = missed(script, walk, result(code))
        assert not set(skipped) & set(walk.path)
        assert all(script.nodes[name].forced for name in skipped)
        if not result(code).has("R"):
            assert skipped == ()
