"""Notes: facts made while the client stays on the desk, checked and applied on both sides.

Hub and workstation use these functions alike, so they agree on what a note changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rules import deliveries, inconsistencies, points, requests, searching, tasks
from rules.backoffice.facts import AskBody, RevocationBody
from rules.clients import Client
from rules.consistency import Problem
from rules.contact_parameters import ContactParameters
from rules.debit import revocations
from rules.facts import DeliveryBody, InconsistencyBody, PointBody, RequestBody, RevealBody, TaskBody
from rules.identity import REVEAL_REASONS
from rules.paying import recordings, taking
from rules.paying.facts import IntentBody, IntentEndBody, RecordingBody, TerminalResultBody
from rules.text import find_card_code, find_pan
from rules.wire import FactBody


def check(body: FactBody, client: Client, now: datetime, p: ContactParameters) -> tuple[Problem, ...]:
    """All that forbids keeping a note, () = nothing.

    Codes: card_number_in_note and card_code_in_note in any of its texts, and those of the
    module of its kind.
    """
    return (*_card(body), *_own(body, client, now, p))


def _card(body: FactBody) -> Iterator[Problem]:
    texts = tuple(_texts(body))
    if any(find_pan(text) for text in texts):
        yield Problem("card_number_in_note")
    elif any(find_card_code(text) for text in texts):
        yield Problem("card_code_in_note")


def _texts(body: FactBody) -> Iterator[str]:
    """Every text that a person may have written; ids and phone numbers are long numbers by nature."""
    for name in body.__struct_fields__:
        value = getattr(body, name)
        phone = name in ("value", "base") and getattr(body, "point", "") == "phone"
        if isinstance(value, str) and not name.endswith("_id") and not phone:
            yield value


def _own(body: FactBody, client: Client, now: datetime, p: ContactParameters) -> Iterator[Problem]:
    match body:
        case PointBody():
            yield from points.check(body, client, p)
        case RequestBody():
            yield from requests.check(body, client, now)
        case InconsistencyBody():
            yield from inconsistencies.check(body, client)
        case TaskBody():
            yield from tasks.check(body, client)
        case DeliveryBody():
            yield from deliveries.check(body, client)
        case IntentBody():
            yield from taking.check(body, client)
        case TerminalResultBody():
            yield from taking.check_result(body, client)
        case IntentEndBody():
            yield from taking.check_end(body, client)
        case RecordingBody():
            yield from recordings.check(body)
        case RevocationBody():
            yield from revocations.check(body, client)
        case AskBody():
            from rules.backoffice import asking  # here: requests are few, and its calculators many

            yield from asking.check(body, client, now)
        case RevealBody() if body.reason not in REVEAL_REASONS:
            yield Problem("unknown_reveal", {"reason": body.reason})


def apply(client: Client, fact_id: str, body: FactBody, at: datetime, agent: str) -> Client:
    """The client after a note; refusals and reveals change nothing of it."""
    match body:
        case PointBody():
            return points.apply(client, fact_id, body, at, agent)
        case RequestBody():
            return requests.apply(client, fact_id, body, at, agent)
        case InconsistencyBody():
            return inconsistencies.apply(client, fact_id, body, at, agent)
        case TaskBody():
            return searching.go_on(tasks.apply(client, body), fact_id, body, at)
        case DeliveryBody():
            return deliveries.apply(client, body, at)
        case AskBody():
            from rules.backoffice import asking  # as above

            return asking.apply(client, fact_id, body, at, agent)
        case IntentBody():
            return taking.apply(client, fact_id, body, at, agent)
        case TerminalResultBody():
            return taking.apply_result(client, body)
        case IntentEndBody():
            return taking.apply_end(client, body)
        case RevocationBody():
            return revocations.apply(client, body, at)
        case _:
            return client
