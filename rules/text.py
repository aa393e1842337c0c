"""Untrusted text: what may be shown, what may be kept, and how texts are compared.

Names, notes and imported cells come from outside. A terminal obeys escape codes, and
bidirectional controls make a text read as another one, so both are taken out at each edge.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Characters that count as printable, yet show nothing (fillers, variation selectors)."""

_CARD_RUN = re.compile(r"[0-9](?:[\s\-‐-―.·_]*[0-9])+")
_AMOUNT = re.compile(r"(?<![0-9.])[0-9]{1,6}\.[0-9]{2}(?![0-9.])")
_CARD_CODE = re.compile(
    r"\b(?:cvv2?|cvc2?|cid|c[oó]digo\s+de\s+seguridad|security\s+code)\b\D{0,12}\b[0-9]{3,4}\b", re.IGNORECASE
)
_PAN_DIGITS = range(13, 20)


def clean(text: str, *, newlines: bool = False, limit: int | None = None) -> str:
    """Take out what a terminal would obey or what would hide: the text is then safe to show.

    Control characters (C0, DEL, C1), bidirectional and zero-width characters, lone
    surrogates and unassigned code points go; tabs, line ends and odd spaces become one
    plain space each. Cleaning twice changes nothing.

    Args:
        text: anything.
        newlines: keep line ends, as one line feed each.
        limit: keep at most this many characters.
    """
    if not text.isprintable() or (not text.isascii() and _INVISIBLE.search(text)):
        text = text.replace("\r\n", "\n")
        text = "".join(_shown(character, newlines) for character in text)
    return text if limit is None else text[:limit]


def _shown(character: str, newlines: bool) -> str:
    if character in "\n\r\x0b\x0c\x85\u2028\u2029":
        return "\n" if newlines else " "
    if character == "\t" or unicodedata.category(character) == "Zs":
        return " "
    return character if character.isprintable() and not _INVISIBLE.match(character) else ""


def fold(text: str) -> str:
    """Lower case without accents, for comparing what people type: ``"Mañana"`` is ``"manana"``."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def find_pan(text: str) -> bool:
    """Whether a payment card number stands in the text (PCI DSS: never in free text).

    A run of 13 to 19 digits of any script, through spaces, hyphens, dots and characters
    that show nothing, that passes the Luhn check. In a longer row of groups each stretch of
    whole groups that starts like a card is tried, so that an expiry or a phone number beside
    the card does not hide it. An amount such as 1500.00 is no part of a row.
    """
    runs = _CARD_RUN.finditer(_AMOUNT.sub("$", _plain_digits(text)))
    return any(_is_card(run.group()) for run in runs if len(run.group()) > 12)


def _plain_digits(text: str) -> str:
    """The text as its digits read: full-width and other digits as 0-9, nothing hidden between."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(character, character))
        for character in text
        if unicodedata.category(character) not in ("Cf", "Mn") and not _INVISIBLE.match(character)
    )


def _is_card(run: str) -> bool:
    from stdnum import luhn  # here: most texts hold no long number

    groups = re.findall("[0-9]+", run)
    whole = "".join(groups)
    if len(whole) in _PAN_DIGITS and luhn.is_valid(whole):
        return True
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) in _PAN_DIGITS and digits[0] in "23456" and luhn.is_valid(digits):
                return True
    return False


def find_card_code(text: str) -> bool:
    """Whether a card's security code stands in the text: 3 or 4 digits after its name."""
    return _CARD_CODE.search(_plain_digits(text)) is not None
