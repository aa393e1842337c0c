"""One of a short list by its number or the beginning of its word; nothing is ever guessed."""

from __future__ import annotations

import pytest

from rules.capture.scope import Refused
from rules.insurance.picking_line import FREQUENCIES, MODES, pick
from rules.insurance.receipts import INSTALMENTS

THREE = {name: FREQUENCIES[name] for name in ("annual", "semiannual", "monthly")}


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("1", ("annual", "")),
        ("3", ("monthly", "")),
        ("sem", ("semiannual", "")),
        ("Mensual", ("monthly", "")),
        ("contado", ("annual", "")),
        ("2 /lo pide / su esposo", ("semiannual", "lo pide / su esposo")),
    ],
)
def test_a_number_or_a_beginning(text: str, picked: tuple[str, str]) -> None:
    assert pick(text, THREE) == picked


@pytest.mark.parametrize(
    ("text", "code", "offers"),
    [
        ("", "pick_missing", ("1", "2", "3")),
        ("/nota", "pick_missing", ("1", "2", "3")),
        ("4", "pick_unknown", ("anual", "semestral", "mensual")),
        ("trimestral", "pick_unknown", ("anual", "semestral", "mensual")),
    ],
)
def test_anything_else_says_what_would_do(text: str, code: str, offers: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refused:
        pick(text, THREE)
    assert (refused.value.error.code, refused.value.error.offers) == (code, offers)


def test_what_begins_several_is_not_taken() -> None:
    with pytest.raises(Refused, match="pick_ambiguous"):
        pick("m", MODES)


def test_where_nothing_is_offered_nothing_can_be_picked() -> None:
    with pytest.raises(Refused, match="pick_none"):
        pick("1", {})


def test_every_frequency_has_words_and_no_word_two_meanings() -> None:
    assert FREQUENCIES.keys() == INSTALMENTS.keys()
    words = [word for known in (FREQUENCIES, MODES) for names in known.values() for word in names]
    assert len(words) == len(set(words))
