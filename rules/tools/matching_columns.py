"""Which columns of a table are matched: proposed from heads and contents, and the key that they make."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from rules.text import fold

_NUMBER = re.compile(r"R?0*(\d{1,4})(?:/\d{1,4})?")
_SPACES = re.compile(r"[\s\u200b]+")


def match_key(parts: Sequence[str]) -> str:
    """The key under which rows meet: parts in capitals without spaces; ("P1", "01/04") is "P1-R1".

    What stands behind a policy's number as a number of its own is a receipt's: 1, 01, R1, 1/4.
    """
    plain = [_SPACES.sub("", part).upper() for part in parts]
    if len(plain) > 1 and (number := _NUMBER.fullmatch(plain[-1])):
        plain[-1] = f"R{number[1]}"
    return "-".join(filter(None, plain))


_KEY_HEADS = (
    "id recibo",
    "receipt id",
    "no recibo",
    "num recibo",
    "clave",
    "folio",
    "referencia",
    "reference",
)
_POLICY_HEADS = ("poliza", "policy", "contrato", "contract", "cuenta", "account")
_RECEIPT_HEADS = ("recibo", "receipt", "instalment", "parcialidad")
_AMOUNT_HEADS = (
    "importe", "monto", "amount", "cobrado", "collected", "contabilizado", "accounted", "pagado",
    "paid", "total",
)  # fmt: skip
_SIGNS = re.compile(r"[^0-9a-z]+")


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """Columns that look like keys and amount; empty where none does."""

    keys: tuple[str, ...] = ()
    amount: str = ""


def propose(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Proposed:
    """Which columns are key and amount, by their heads, and where these say nothing by what stands in them.

    Args:
        columns: the table's.
        rows: its first ones.
    """
    plain = {column: " ".join(_SIGNS.sub(" ", fold(column)).split()) for column in columns}
    held = {column: [cell for row in rows if (cell := row[place])] for place, column in enumerate(columns)}
    policy, receipt = _headed(plain, _POLICY_HEADS), _headed(plain, _RECEIPT_HEADS)
    amounts = [column for column in columns if _are_amounts(held[column])]
    amount = _headed({one: plain[one] for one in amounts}, _AMOUNT_HEADS) or next(iter(reversed(amounts)), "")
    if policy and receipt and policy != receipt:
        keys: tuple[str, ...] = (policy, receipt)
    else:
        key = _headed(plain, _KEY_HEADS) or receipt or policy or _distinct(columns, held, amount)
        keys = (key,) if key else ()
    return Proposed(keys=keys, amount=amount)


def _headed(plain: dict[str, str], heads: Sequence[str]) -> str:
    """The first column whose head is one of the words, or else holds one."""
    for head in heads:
        for column, name in plain.items():
            if name == head:
                return column
    for head in heads:
        for column, name in plain.items():
            if f" {head} " in f" {name} ":
                return column
    return ""


_AMOUNT = re.compile(r"\(?-?\$?\s*[\d.,\s]*\d[.,]\d{1,2}\)?-?(\s*[A-Z]{3})?")


def _are_amounts(cells: Sequence[str]) -> bool:
    return bool(cells) and sum(bool(_AMOUNT.fullmatch(cell.strip())) for cell in cells) * 2 > len(cells)


def _distinct(columns: Sequence[str], held: dict[str, list[str]], amount: str) -> str:
    """The column with the most different texts, the first of several."""
    others = [column for column in columns if column != amount and held[column]]
    return max(others, key=lambda column: len(set(held[column])), default="")


def propose_pairs(
    left: Sequence[str],
    left_rows: Sequence[Sequence[str | None]],
    right: Sequence[str],
    right_rows: Sequence[Sequence[str | None]],
) -> tuple[tuple[str, str], ...]:
    """Which columns of two tables look like the same key: what both call one, else a name of both."""
    ours, theirs = propose(left, left_rows), propose(right, right_rows)
    if ours.keys and len(ours.keys) == len(theirs.keys):
        return tuple(zip(ours.keys, theirs.keys, strict=True))
    known = {fold(name): name for name in right}
    shared = [(name, known[fold(name)]) for name in left if fold(name) in known]
    headed = [pair for pair in shared if pair[0] in ours.keys or pair[1] in theirs.keys]
    return tuple((headed or shared)[:1])
