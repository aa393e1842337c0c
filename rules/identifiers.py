"""Identifiers of Mexico: CLABE, RFC and CURP."""

from __future__ import annotations

import re

import msgspec

_WEIGHTS = (3, 7, 1)
_LENGTH = 18


class Clabe(msgspec.Struct, frozen=True):
    """How a CLABE reads. check_digit: what it should end in, "" when it has no 17 digits to compute from."""

    valid: bool
    check_digit: str
    masked: str


def read_clabe(text: str) -> Clabe:
    """Check a CLABE (18 digits; spaces and hyphens ignored) and mask all but its last four.

    The check digit is ``(10 - sum mod 10) mod 10`` over 17 digits with weights 3, 7, 1.
    """
    digits = re.sub(r"[\s-]", "", text)
    masked = "*" * max(len(digits) - 4, 0) + digits[-4:]
    if not re.fullmatch("[0-9]{17,18}", digits):
        return Clabe(False, "", masked)
    total = sum(int(digit) * _WEIGHTS[n % 3] % 10 for n, digit in enumerate(digits[: _LENGTH - 1]))
    check = str(-total % 10)
    return Clabe(len(digits) == _LENGTH and digits[-1] == check, check, masked)


def valid_rfc(text: str) -> bool:
    """Whether an RFC (12 characters for a company, 13 for a person) is valid with its check digit."""
    from stdnum.mx import rfc  # here: it loads tables that most runs never need

    return bool(rfc.is_valid(text, validate_check_digits=True))


def valid_curp(text: str) -> bool:
    """Whether a CURP is valid with its check digit."""
    from stdnum.mx import curp  # here: it loads tables that most runs never need

    return bool(curp.is_valid(text))
