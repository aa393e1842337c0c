"""What offers on a premium go by: whole receipts, and payments before the cover ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rules.capture.plans import instalments
from rules.capture.receipts import OPEN, claimable, word_for
from rules.capture.values import Claimable, PlanReading
from rules.insurance.premiums import TOLERANCE
from rules.promises import grace_end
from rules.steps import Scene


def past_due(scene: Scene) -> tuple[Claimable, ...]:
    """The receipts that are past due, oldest first, if they are all that is asked for; else none.

    With a part in dispute, or figures of the account that are not those of its receipts, the money
    is asked for without naming any.
    """
    found = tuple(
        one
        for one in claimable(scene.client.policies, scene.account.id)
        if one.status in OPEN and one.due < scene.today
    )
    return found if sum(one.open for one in found) == scene.due else ()


def word(ids: Sequence[int], amount: int, scene: Scene) -> str:
    """The capture's word for receipts; "" where one is not open any more or their sum is another one."""
    known = claimable(scene.client.policies, scene.account.id)
    chosen = [one for one in known if one.id in ids and one.status in OPEN]
    owed = sum(one.open for one in chosen)
    if not ids or len(chosen) != len(ids) or not owed - TOLERANCE <= amount <= owed:
        return ""
    return word_for(ids, known)


def fitted(plan: PlanReading, first: date, scene: Scene) -> tuple[PlanReading, date]:
    """A plan for what is due, and its first day: one payment a receipt where there are several.

    Where its payments would go on after the cover ends, by weeks from today if that is soon enough; a
    plan that can't be made to end in time stays as it is, and is marked.
    """
    several = past_due(scene)
    if len(several) > 1:
        amounts = tuple(one.open for one in several)
        plan = PlanReading(count=len(amounts), rhythm=plan.rhythm, amounts=amounts)
    ends = grace_end(scene.client, scene.account.id, scene.today)
    weekly = PlanReading(count=plan.count, rhythm="w", down=plan.down, amounts=plan.amounts)
    tried = ((plan, first), (weekly, first), (weekly, scene.today))
    for candidate, day in tried if ends is not None else ():
        last = instalments(candidate, scene.due, day, scene.client.country)[-1].due
        if ends is not None and last <= ends:
            return candidate, day
    return plan, first
