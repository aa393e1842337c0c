"""Decisions that are taken in a dialog: which dialog, where its outcome goes, what is said then."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from rules.protocol import LIVING, Decision
from rules.words import tr
from screens.board.dialog import BoardDialog
from screens.board.service import BoardService, Told


class Refused(Exception):
    """The decision is not taken here and now; the message says why, in the language in force."""


class Taking(NamedTuple):
    """A dialog, what sends its outcome, and what the outcome is called in `rows.DECIDED`."""

    dialog: BoardDialog[Any]
    send: Callable[[Any, Told], None]
    decided: Callable[[Any], str]


def opened(decision: Decision, service: BoardService) -> Taking | None:
    """The dialog of a decision; None = it has none.

    Raises:
        Refused: somebody else has to take it.
    """
    from screens.board.answer import AnswerScreen
    from screens.board.matters import CaseScreen, InconsistencyScreen

    now = service.now()
    if decision.asked is not None:
        if decision.agent == service.user():
            raise Refused(tr("You asked for this yourself: another lead has to answer."))
        answering = AnswerScreen(decision, decision.asked, now)
        return Taking(answering, partial(service.answer, decision.id), lambda answer: str(answer.verdict))
    if decision.case is not None:
        ending = CaseScreen(decision, decision.case, now)
        return Taking(ending, partial(service.close_case, decision.case.id), lambda _: "ended")
    if decision.kind == "inconsistency":
        caring = InconsistencyScreen(decision, service.user(), now)
        send = partial(service.care, decision.id)
        return Taking(caring, send, lambda care: "taken" if care.owner else "settled")
    return None


def seen(decision: Decision | None, service: BoardService) -> Taking:
    """The dialog that closes a matter which only had to be seen.

    Raises:
        Refused: there is none, or it is one to be decided.
    """
    from screens.board.matters import SeenScreen

    if decision is None:
        raise Refused(tr("Go to the decisions first: x closes the one under the cursor."))
    if decision.kind in LIVING:
        raise Refused(tr("This one is to be decided: Enter opens it."))
    closing = SeenScreen(decision, service.now())
    return Taking(closing, partial(service.close_review, decision.id), lambda _: "settled")
