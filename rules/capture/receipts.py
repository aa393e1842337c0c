"""Premium receipts on a capture line: ``rec2`` ``rec2-4`` ``rec2,4`` ``rec*`` ``rec2@8213``.

The digits are the numbers that the receipts have in the policy; ``@`` and the end of the policy's
number say which one, where the account has several. Whole receipts only: what a line promises is their
exact sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rules.capture.scope import Refused, Scope
from rules.capture.values import CaptureContext, CaptureError, Claimable, PlanReading, ReceiptsReading
from rules.insurance.policies import Policy
from rules.insurance.premiums import TOLERANCE
from rules.money import show_minor

PREFIX = "rec"
EVERY = ("*", "todos", "all")
"""What stands for every open receipt behind the prefix, in both languages."""

OPEN = ("pending", "overdue")
"""Receipts that can still be paid; one that lapsed asks for rehabilitation first."""

LARGEST = 999
SHORTEST_ENDING = 3
"""Characters of a policy's number by which it is told from the others."""

_WORD = re.compile(r"rec([0-9*@,./-].*|(?:todos|all)(?:@.*)?)")
_FORM = re.compile(r"(\*|todos|all|[0-9]+(?:-[0-9]+)?(?:,[0-9]+(?:-[0-9]+)?)*)(?:@([0-9a-z]+))?")


def receipts(word: str, scope: Scope) -> ReceiptsReading | None:
    """Read which receipts are meant; None if the word does not begin so.

    Raises:
        Refused: not such a form, no such receipt or policy, one that is paid, cancelled or lapsed, a
            number that two policies have, or nothing open.
    """
    if not _WORD.fullmatch(word):
        return None
    found = _FORM.fullmatch(word.removeprefix(PREFIX))
    if found is None:
        raise Refused("receipts_form", word, *_forms(word))
    numbers = () if found.group(1) in EVERY else _numbers(word, found.group(1))
    reading = ReceiptsReading(numbers=numbers, policy=found.group(2) or "")
    if scope.context.limits or scope.context.receipts:
        _look(word, reading, scope.context)
    return reading


def receipts_word(reading: ReceiptsReading) -> str:
    """Receipts as they are typed, without the prefix: ``2-4,6@8213``."""
    policy = f"@{reading.policy}" if reading.policy else ""
    return (",".join(_runs(reading.numbers)) or "*") + policy


def named(reading: ReceiptsReading | None, context: CaptureContext) -> tuple[Claimable, ...]:
    """The receipts that a reading names and that are open, in the order in which they fall due."""
    if reading is None:
        return ()
    return tuple(
        one
        for one in context.receipts
        if one.status in OPEN
        and plain(one.policy).endswith(reading.policy)
        and (one.number in reading.numbers or not reading.numbers)
    )


def whole(reading: ReceiptsReading | None, context: CaptureContext) -> int:
    """What is open on the receipts that a reading names, together; 0 = none are known."""
    return sum(one.open for one in named(reading, context))


def by_receipt(reading: ReceiptsReading | None, context: CaptureContext, rhythm: str) -> PlanReading | None:
    """A plan that pays one receipt after the other; None for a single one."""
    amounts = tuple(one.open for one in named(reading, context))
    return PlanReading(count=len(amounts), rhythm=rhythm, amounts=amounts) if len(amounts) > 1 else None


def differing(
    reading: ReceiptsReading | None, amount: int | None, typed: str, context: CaptureContext
) -> Iterable[CaptureError]:
    """An amount beside receipts is their sum, short by no more than the tolerance (and never above it)."""
    sum_of = whole(reading, context)
    if not sum_of or amount is None or sum_of - TOLERANCE <= amount <= sum_of:
        return ()
    params = {"sum": show_minor(sum_of), "amount": show_minor(amount)}
    offers = (show_minor(sum_of), *_paid_whole(amount, context))
    return (CaptureError(code="receipts_sum", token=typed, params=params, offers=offers),)


def left_before(reading: ReceiptsReading | None, context: CaptureContext) -> tuple[Claimable, ...]:
    """Open receipts of the same policies that fall due before one that is named, and are not."""
    chosen = named(reading, context)
    if not chosen:
        return ()
    last, policies = max(one.due for one in chosen), {one.policy for one in chosen}
    return tuple(
        one
        for one in context.receipts
        if one.status in OPEN and one.policy in policies and one.due < last and one not in chosen
    )


def claimable(policies: Iterable[Policy], account_id: int) -> tuple[Claimable, ...]:
    """The receipts of an account's policies, as a line is read against them."""
    found = [
        Claimable(
            id=receipt.id,
            policy=policy.number,
            number=receipt.number,
            due=receipt.due,
            open=receipt.open,
            status=receipt.status,
        )
        for policy in policies
        if policy.account_id == account_id
        for receipt in policy.receipts
    ]
    return tuple(sorted(found, key=lambda one: (one.due, one.number, one.id)))


def word_for(ids: Sequence[int], known: Sequence[Claimable]) -> str:
    """The word that names receipts by their ids, with its prefix; "" where no one word does."""
    chosen = [one for one in known if one.id in ids]
    policies = {one.policy for one in chosen}
    if len(chosen) != len(ids) or len(policies) != 1:
        return ""
    policy = _ending(policies.pop(), known) if len({one.policy for one in known}) > 1 else ""
    numbers = tuple(sorted(one.number for one in chosen))
    return PREFIX + receipts_word(ReceiptsReading(numbers=numbers, policy=policy))


def _numbers(word: str, text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        low, high = int(first), int(last or first)
        if not 1 <= low <= high <= LARGEST:
            raise Refused("receipts_form", word, *(_forms(word) if low <= high else (f"rec{high}-{low}",)))
        found.update(range(low, high + 1))
    return tuple(sorted(found))


def _look(word: str, reading: ReceiptsReading, context: CaptureContext) -> None:
    """Refuse what the policies of the account do not have, or what can't be paid any more."""
    known = [one for one in context.receipts if plain(one.policy).endswith(reading.policy)]
    policies = sorted({one.policy for one in known})
    if not context.receipts:
        raise Refused("receipts_none", word)
    if not known:
        endings = {_ending(one.policy, context.receipts) for one in context.receipts}
        base = word.partition("@")[0]
        raise Refused("receipts_policy", word, *(f"{base}@{ending}" for ending in sorted(endings)))
    if not reading.numbers:
        if not any(one.status in OPEN for one in known):
            raise Refused("receipts_all_closed", word)
        return
    if len(policies) > 1 and any(_in(number, known) > 1 for number in reading.numbers):
        base = word.partition("@")[0]
        raise Refused(
            "receipts_which", word, *(f"{base}@{_ending(policy, context.receipts)}" for policy in policies)
        )
    for number in reading.numbers:
        _look_at(word, number, known)


def _in(number: int, known: Iterable[Claimable]) -> int:
    """How many policies have an open receipt with a number."""
    return len({one.policy for one in known if one.number == number and one.status in OPEN})


def _look_at(word: str, number: int, known: Sequence[Claimable]) -> None:
    having = [one for one in known if one.number == number]
    offers = tuple(
        f"rec{run}" for run in _runs(tuple(sorted({one.number for one in known if one.status in OPEN})))
    )
    if not having:
        raise Refused("receipt_unknown", word, *offers, number=str(number))
    if not any(one.status in OPEN for one in having):
        raise Refused(f"receipt_{having[-1].status}", word, *offers, number=str(number))


def plain(policy: str) -> str:
    """The letters and digits of a policy's number, by which its end is known: ``aut48213``."""
    return "".join(character for character in policy.lower() if character.isascii() and character.isalnum())


def _ending(policy: str, known: Iterable[Claimable]) -> str:
    """The shortest end of a policy's number that no other policy's has."""
    own = plain(policy)
    others = {plain(one.policy) for one in known} - {own}
    lengths = range(SHORTEST_ENDING, len(own))
    endings = (own[-length:] for length in lengths)
    return next((end for end in endings if not any(other.endswith(end) for other in others)), own)


def _runs(numbers: tuple[int, ...]) -> list[str]:
    """Numbers in growing order as ``2-4`` and ``6``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [str(low) if low == high else f"{low}-{high}" for low, high in runs]


def _paid_whole(amount: int, context: CaptureContext) -> tuple[str, ...]:
    """The oldest open receipts that an amount pays whole, as a word to type in the place of another."""
    ids: list[int] = []
    left = amount
    for one in context.receipts:
        if one.status in OPEN and left >= one.open - TOLERANCE:
            ids.append(one.id)
            left = max(left - one.open, 0)
        elif one.status in OPEN:
            break
    word = word_for(ids, context.receipts) if ids else ""
    return (word,) if word else ()


def _forms(word: str) -> tuple[str, ...]:
    """What a word may have meant: ``rec2/4`` is receipt 2, or 2 and 4."""
    digits = re.findall("[0-9]+", word.partition("@")[0])
    return (
        (f"rec{digits[0]}", f"rec{','.join(digits[:2])}") if len(digits) > 1 else ("rec2", "rec2-4", "rec*")
    )
