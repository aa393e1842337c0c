"""Phones as people and files write them, made E.164, with the zones that their prefix suggests.

Importing this reads the tables of phonenumbers: where the first frame matters, import it late.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata
from phonenumbers.timezone import time_zones_for_number

_LENGTH = 10
_CODES = {"MX": "+52", "US": "+1"}
_PUNCTUATION = str.maketrans("", "", " -().\u00a0")
_MEXICAN = re.compile(r"(?:\+?52)?(?:01|044|045|1)?(\d{10})", re.ASCII)
"""With the trunk and mobile prefixes of before August 2019, which old files still carry."""

_AREA_DIGITS = {"+52": 6, "+1": 8}
"""Characters of a Mexican or North American number that decide its zone."""

_MOST_ZONES = 3


def e164(text: str, country: str) -> str | None:
    """The number in E.164; None when it is not a valid number.

    Args:
        text: as written: national or international, with any punctuation.
        country: MX or US, for numbers without a country code.
    """
    digits = text.translate(_PUNCTUATION)
    if country == "MX" and (match := _MEXICAN.fullmatch(digits)):
        digits = match.group(1)
    # The common case costs a twentieth of the general one, which knows every country.
    if len(digits) == _LENGTH and digits.isascii() and digits.isdigit() and _usual(country).fullmatch(digits):
        return _CODES[country] + digits
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


@lru_cache
def _usual(country: str) -> re.Pattern[str]:
    """What the library's own tables call a fixed or mobile number of the country."""
    metadata = PhoneMetadata.metadata_for_region(country)
    kinds = (metadata.fixed_line, metadata.mobile) if metadata is not None else ()
    patterns = (kind.national_number_pattern for kind in kinds if kind is not None)
    return re.compile("|".join(pattern for pattern in patterns if pattern))


def zones(number: str) -> tuple[str, ...]:
    """The IANA zones that the prefix of an E.164 number suggests; none when it could be anywhere."""
    code = "+52" if number.startswith("+52") else "+1" if number.startswith("+1") else ""
    if not code:
        return _zones(number)
    kept = _AREA_DIGITS[code]
    # A filler of 5s keeps the number valid, so that one answer serves a whole prefix.
    return _zones(number[:kept].ljust(len(number), "5"))


def zone(number: str) -> str | None:
    """The one zone that the prefix of an E.164 number suggests; None when there are several or none."""
    found = zones(number)
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=16_384)
def _zones(number: str) -> tuple[str, ...]:
    found = tuple(time_zones_for_number(phonenumbers.parse(number)))
    unknown = found == (phonenumbers.timezone.UNKNOWN_TIMEZONE,)
    return () if unknown or len(found) > _MOST_ZONES else found
