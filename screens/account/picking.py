"""What the dialogs share in which one of a short list is picked."""

from __future__ import annotations

from rules.backoffice import asking
from rules.backoffice.ask_problems import PROBLEMS
from rules.backoffice.asks import Asked
from rules.backoffice.facts import AskBody
from rules.capture.scope import Refused
from rules.insurance.policies import Policy
from rules.words import mark, tr
from screens.account.dialog import About
from widgets.refusals import REFUSALS

REASONS = {
    "pick_missing": mark("Type a number or the beginning of its word: {offers}"),
    "pick_unknown": mark("{token} is none of these: {offers}"),
    "pick_ambiguous": mark("{token} begins several: {offers}"),
}


def policy_of(about: About) -> Policy:
    """The policy that a dialog is about.

    Raises:
        ValueError: there is none; such an account has no key for it.
    """
    if about.policy is None:
        raise ValueError(f"account {about.account.id} has no policy")
    return about.policy


def ask(about: About, policy: Policy, asked: Asked, note: str) -> AskBody:
    """A request, checked as it will be when it is kept.

    Raises:
        Refused: it can't be asked for.
    """
    body = AskBody(
        client_id=about.client.id, account_id=about.account.id, policy_id=policy.id, asks=asked, note=note
    )
    problem = next(asking.check(body, about.client, about.now), None)
    if problem is not None:
        raise Refused(problem.code, "", **problem.params)
    return body


def reason(refused: Refused) -> str:
    """Why a line can't be taken."""
    error = refused.error
    if error.code in REASONS:
        return tr(REASONS[error.code], token=error.token, offers=" · ".join(error.offers))
    if (words := REFUSALS.get(error.code) or PROBLEMS.get(error.code)) is not None:
        return tr(words, **error.params)
    return tr("Not asked: {reason}.", reason=error.code.replace("_", " "))
