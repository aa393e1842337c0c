"""Folios: short numbers to be read aloud, made from an id and checked by their last character."""

from __future__ import annotations

import hashlib
import re

_SHAPE = re.compile(r"[A-Z]{2}-([0-9A-Z]{5})-([0-9A-Z]{5})")
_DIGITS = 9
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def made(prefix: str, source: str) -> str:
    """The folio of an id, such as ``CV-4K7Q2-M9XTB``: always the same for the same id.

    The check character is that of ISO 7064 MOD 37,36.
    """
    from stdnum.iso7064 import mod_37_36  # here: few facts make a folio

    number = int.from_bytes(hashlib.sha256(source.encode()).digest()[:8])
    digits = ""
    for _ in range(_DIGITS):
        number, place = divmod(number, len(_ALPHABET))
        digits += _ALPHABET[place]
    digits += mod_37_36.calc_check_digit(digits)
    return f"{prefix}-{digits[:5]}-{digits[5:]}"


def is_folio(text: str, prefix: str) -> bool:
    """Whether a text is a folio of a kind whose check character is right."""
    from stdnum.iso7064 import mod_37_36  # here, as above

    found = _SHAPE.fullmatch(text)
    return (
        found is not None
        and text.startswith(f"{prefix}-")
        and bool(mod_37_36.is_valid(found.group(1) + found.group(2)))
    )
