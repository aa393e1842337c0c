"""Keys without what makes no difference in them; amounts as whole minor units."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from rules.tools.crossing import BadCell
from storage.crossing.reading import ROW, Sheet

LISTED = 100
"""Bad cells that are named one by one."""

_SPACE = r"[\s\u200b]"
_WIDE = ["  ", "\t", "\n", "\r", "\v", "\f", "\u00a0", "\u200b", "\u2009", "\u202f", "\u3000"]
"""What of these a text holds is more than one plain space."""

_DOT = r"^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d{0,2}0*)?$"
_COMMA = r"^[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d{0,2}0*)?$"
_LARGEST = 10
"""Digits before the point at most: the sum of a million such amounts is exact in 64 bits."""


def cleaned(texts: pl.Series, clean: Iterable[str]) -> pl.Series:
    """Texts without what `rules.tools.crossing.CLEANINGS` names; nothing left is null.

    Each step is taken only where one of the texts has what it takes away: to look is cheap.
    """
    kinds = frozenset(clean)
    if "spaces" in kinds:
        texts = texts.str.replace_all(_SPACE, "")
    elif "trim" in kinds:
        if texts.str.contains_any(_WIDE).any():
            texts = texts.str.replace_all(_SPACE + "+", " ")
        texts = texts.str.strip_chars(" ")
    if "accents" in kinds and (texts.str.len_bytes() != texts.str.len_chars()).any():
        texts = texts.str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    if "case" in kinds:
        texts = texts.str.to_lowercase()
    if "punctuation" in kinds:
        texts = texts.str.replace_all(r"[\p{P}\p{S}]", "")
    if "zeros" in kinds:
        bare = texts.str.strip_chars_start("0")
        nothing = (bare == "") & (texts != "")
        texts = bare.set(nothing, "0") if nothing.any() else bare
    empty = texts == ""
    return texts.set(empty, None) if empty.any() else texts


def minor(frame: pl.DataFrame, column: str) -> pl.Series:
    """A column's amounts in minor units; null where there is none or where it can't be read.

    Read are ``1,234.50``, ``$ 1,234.5``, ``1234.50 MXN``, ``(1,234.50)`` and ``1234.50-`` as less than
    nothing; ``1.234,50`` where more of the column's cells are written so than the other way. More
    than two decimals are no amount.
    """
    plain = _plain(frame[column])
    dots, commas = plain.str.contains(_DOT), plain.str.contains(_COMMA)
    comma = (commas.sum() or 0) > (dots.sum() or 0) and bool(plain.str.contains(r",\d{1,2}$").any())
    fits = commas if comma else dots
    if comma:
        plain = plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    else:
        plain = plain.str.replace_all(",", "", literal=True)
    whole = plain.str.extract(r"^[+-]?(\d+)").str.strip_chars_start("0")
    cents = plain.str.extract(r"\.(\d{0,2})").fill_null("").str.pad_end(2, "0")
    digits = pl.select(pl.concat_str(whole, cents)).to_series().cast(pl.Int64, strict=False)
    signed = pl.select(pl.when(plain.str.starts_with("-")).then(-digits).otherwise(digits)).to_series()
    keep = fits & (whole.str.len_chars() <= _LARGEST)
    return pl.select(pl.when(keep).then(signed)).to_series().alias(column)


def _plain(texts: pl.Series) -> pl.Series:
    """Without spaces, signs and codes of currencies; brackets or a minus behind are a minus before."""
    bare = texts.str.replace_all(_SPACE, "").str.replace_all(r"(?i)[$€]|mxn|usd|eur|mn$|m\.n\.$", "")
    bare = bare.str.replace(r"^\((.*)\)$", "-$1").str.replace(r"^(.*)-$", "-$1")
    return bare.str.replace("^−", "-").str.replace(r"^([+-]?)\.(\d)", "${1}0.$2")


def bad_cells(sheet: Sheet, column: str, read: pl.Series) -> tuple[BadCell, ...]:
    """The cells of a column, the first `LISTED` of them, in which something stands that was not read."""
    wrong = sheet.frame.filter(sheet.frame[column].is_not_null() & read.is_null()).head(LISTED)
    return tuple(
        BadCell(sheet.name, row, column, text) for row, text in wrong.select(ROW, column).iter_rows()
    )


def looks_like_money(texts: pl.Series) -> bool:
    """Whether every cell is an amount and one of them has decimals: then it may be written as a number."""
    filled = texts.drop_nulls()
    if not filled.len() or not filled.str.contains(r"[.,]\d{1,2}$").any():
        return False
    return minor(filled.to_frame(), filled.name).null_count() == 0
