"""The form that calls are heard with: scores, critical items, draws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.quality import Form, FormRefused, Item, drawn, read, score
from storage.reference import quality

FORM = Form(
    version="t",
    items={
        "greeting": Item(weight=10, es="", en=""),
        "identity": Item(weight=30, es="", en="", critical=True),
        "offer": Item(weight=60, es="", en=""),
    },
)


def test_what_did_not_apply_is_left_out_of_both_sides() -> None:
    found = score(FORM, {"greeting": "yes", "identity": "yes", "offer": "na"})
    assert (found.reached.numerator, found.reached.denominator, found.points) == (40, 40, 10_000)
    found = score(FORM, {"greeting": "no", "identity": "yes", "offer": "yes"})
    assert (found.reached.numerator, found.reached.denominator, found.points) == (90, 100, 9_000)


def test_a_critical_item_that_failed_makes_the_score_nothing() -> None:
    found = score(FORM, {"greeting": "yes", "identity": "no", "offer": "yes"})
    assert (found.points, found.failed) == (0, ("identity",))


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"greeting": "yes", "identity": "yes"}, "missing_item"),
        ({"greeting": "yes", "identity": "yes", "offer": "yes", "dress": "no"}, "unknown_item"),
        ({"greeting": "yes", "identity": "maybe", "offer": "yes"}, "bad_answer"),
        (dict.fromkeys(FORM.items, "na"), "nothing_applies"),
    ],
)
def test_answers_that_do_not_fit_are_refused(answers: dict[str, str], code: str) -> None:
    with pytest.raises(FormRefused) as refused:
        score(FORM, answers)
    assert refused.value.code == code


ANSWERS = st.fixed_dictionaries({key: st.sampled_from(["yes", "no", "na"]) for key in FORM.items})


@given(ANSWERS)
def test_doing_more_never_scores_less(answers: dict[str, str]) -> None:
    if set(answers.values()) == {"na"}:
        return
    before = score(FORM, answers).points
    assert 0 <= before <= 10_000
    for key, said in answers.items():
        if said == "no":
            assert score(FORM, answers | {key: "yes"}).points >= before


def test_the_house_has_fifteen_items_and_some_are_critical() -> None:
    form = quality()
    assert len(form.items) == 15
    assert {"identity", "privacy", "treatment"} <= {key for key, item in form.items.items() if item.critical}
    assert sum(item.weight for item in form.items.values()) == 100


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"form": {"version": "x", "items": {}}}, "at least one item"),
        ({"form": {}}, "version"),
        ({"form": {"version": "x", "items": {"a": {"weight": 0, "es": "", "en": ""}}}}, "items.a.weight"),
    ],
)
def test_a_form_that_lacks_something_is_refused(data: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read(data)


@given(st.sets(st.uuids().map(str), max_size=40), st.integers(0, 2**31), st.integers(0, 10), st.uuids())
def test_a_draw_comes_out_the_same_and_is_not_upset_by_another_call(
    calls: set[str], seed: int, number: int, more: object
) -> None:
    first = drawn(calls, seed, number)
    assert first == drawn(sorted(calls, reverse=True), seed, number)
    assert len(first) == min(number, len(calls))
    later = drawn({*calls, str(more)}, seed, number)
    assert [one for one in later if one != str(more)] == list(first)[: len(later) - (str(more) in later)]
