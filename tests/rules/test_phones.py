from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers.timezone import time_zones_for_number

from rules import phones


@pytest.mark.parametrize(
    ("written", "country", "expected"),
    [
        ("662 555 0123", "MX", "+526625550123"),
        ("(55) 1234-5678", "MX", "+525512345678"),
        ("+52 1 662 555 0123", "MX", "+526625550123"),
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("01 662 555 0123", "MX", "+526625550123"),
        ("526625550123", "MX", "+526625550123"),
        ("+1 212 555 0123", "MX", "+12125550123"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("1-212-555-0123", "US", "+12125550123"),
        ("+52 662 555 0123", "US", "+526625550123"),
        ("123", "MX", None),
        ("no tiene", "MX", None),
        ("000 000 0000", "MX", None),
        ("012 345 6789", "US", None),
        ("", "US", None),
    ],
)
def test_how_phones_may_be_written(written: str, country: str, expected: str | None) -> None:
    assert phones.e164(written, country) == expected


@given(st.sampled_from(["MX", "US"]), st.integers(min_value=10**9, max_value=10**10 - 1))
def test_the_quick_way_agrees_with_the_library(country: str, national: int) -> None:
    parsed = phonenumbers.parse(str(national), country)
    if phonenumbers.is_valid_number(parsed):
        expected = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        assert phones.e164(str(national), country) == expected
        library = time_zones_for_number(parsed)
        assert set(phones.zones(expected)) <= set(library)
    else:
        assert phones.e164(str(national), country) is None


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+525512345678", ("America/Mexico_City",)),
        ("+526645550123", ("America/Tijuana",)),
        ("+529985550123", ("America/Cancun",)),
        ("+12125550123", ("America/New_York",)),
        ("+12083201234", ("America/Boise", "America/Los_Angeles")),
        ("+18005550123", ()),
        ("+442079460123", ("Europe/London",)),
    ],
)
def test_the_zones_of_a_prefix(number: str, expected: tuple[str, ...]) -> None:
    assert phones.zones(number) == expected
