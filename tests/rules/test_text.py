from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text import clean, find_card_code, find_pan, fold

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\x00\x07\x1b\x7f\x85\x9b\t\r\n\u200b\u200f\u202e\u2066\u2069\ufeff\u00ad\ud800\u3164\ufe0f"
        ),
        st.sampled_from("aé ñ"),
    )
)


@given(HOSTILE, st.booleans(), st.none() | st.integers(0, 20))
def test_cleaning_twice_changes_nothing(text: str, newlines: bool, limit: int | None) -> None:
    once = clean(text, newlines=newlines, limit=limit)
    assert clean(once, newlines=newlines, limit=limit) == once
    assert limit is None or len(once) <= limit


@given(HOSTILE, st.booleans())
def test_cleaned_text_holds_nothing_that_a_terminal_obeys(text: str, newlines: bool) -> None:
    for character in clean(text, newlines=newlines):
        if character != "\n":
            assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        else:
            assert newlines


@given(st.text(st.characters(categories=["L", "N", "P"], max_codepoint=0x17F)))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Jos\u00e9\x1b[31m Ruiz", "José[31m Ruiz"),
        ("a\tb\r\nc", "a b c"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("pay\u200b\u200dpal", "paypal"),
        ("1\u00a0500", "1 500"),
        ("\ud83d", ""),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_line_ends_stay_when_wanted() -> None:
    assert clean("uno\r\ndos\u2028tres", newlines=True) == "uno\ndos\ntres"


@pytest.mark.parametrize(("text", "folded"), [("MAÑANA", "manana"), ("Érick", "erick"), ("SPEI", "spei")])
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text",
    [
        "4111-1111-1111-1111",
        "tarjeta 5555 5555 5555 4444 12 29",  # an expiry beside it does not hide it
        "tel 662 123 4567 4111 1111 1111 1111",
        "6011111111111117",
        "4111\u00a01111\u00a01111\u00a01111",
        "4111.1111.1111.1111",
        "4111\u200b1111\u200b1111\u200b1111",
        "\uff14111 1111 1111 1111",
        "\u0664\u0661\u0661\u0661 1111 1111 1111",
        "4\u00ad111\u20601111 1111_1111",
        "paga 1500.00 con 4111 1111 1111 1111",
    ],
)
def test_a_card_number_is_found(text: str) -> None:
    assert find_pan(text)


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "662 123 4567",
        "folio 123456789012",
        "2026-11-20 10:30",
        "4111.11 11111111111",  # the amount is no part of the number behind it
        "",
    ],
)
def test_other_numbers_are_not_cards(text: str) -> None:
    assert not find_pan(text)


@given(st.text("ab 0123456789-/", max_size=40))
def test_looking_for_cards_never_fails(text: str) -> None:
    assert find_pan(f"{text}x4111111111111111")
    find_pan(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cvv 123", True),
        ("el código de seguridad es 4321", True),
        ("cid: 999", True),
        ("paga 123 el 20", False),
    ],
)
def test_a_security_code_is_found(text: str, found: bool) -> None:
    assert find_card_code(text) is found
