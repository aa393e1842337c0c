"""Requests to the back office in the demo: some of each kind, the first of them late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from rules.backoffice import ask_figures, asking
from rules.backoffice.ask_line import read_offset
from rules.backoffice.asks import Asked, Cancellation, ChannelChange, Endorse, FrequencyChange, Rehabilitation
from rules.backoffice.calculations import NoFigures, default_method
from rules.capture.scope import Refused
from rules.insurance.policies import Policy
from rules.zones import local_time
from storage.central.clients import documents
from storage.central.connection import Store, Tx
from storage.central.policies.asks import INSERT, columns
from storage.portfolio.demo.debits import clabe

EACH = 2
"""Requests of each kind."""

LOOKED_AT = 400
"""Policies among which they are found, at most."""

_POLICIES = """
    SELECT DISTINCT a.client_id
    FROM policy p
    JOIN account a ON a.id = p.account_id
    WHERE p.status IN ('in_force', 'grace', 'lapsed')
        AND NOT EXISTS (SELECT 1 FROM mandate m WHERE m.account_id = a.id)
    ORDER BY a.client_id
    LIMIT :most
"""


def _channel(policy: Policy, _: date) -> Asked | None:
    first = next((one for one in policy.receipts if one.status == "pending"), None)
    if first is None or policy.channel != "agente":
        return None
    return ChannelChange(
        to="domi",
        first_receipt=first.id,
        clabe=clabe("012", policy.id),
        consent="voice",
        evidence="GRAB-0077",
    )


def _frequency(policy: Policy, _: date) -> Asked | None:
    return FrequencyChange(to="annual" if policy.frequency == "monthly" else "monthly")


def _rehabilitation(policy: Policy, _: date) -> Asked | None:
    return Rehabilitation(mode="extend", amount=0) if policy.status == "lapsed" else None


def _cancellation(policy: Policy, today: date) -> Asked | None:
    paid = any(one.status == "paid" for one in policy.receipts)
    return Cancellation(on=today, method=default_method(policy)) if paid else None


def _offset(policy: Policy, _: date) -> Asked | None:
    try:
        return read_offset("", policy)[0]
    except Refused:  # no claim on this one
        return None


def _endorsement(policy: Policy, _: date) -> Asked | None:
    return Endorse(delta=850_00, what="Se agrega conductor") if policy.kind == "car" else None


_WISHES: tuple[tuple[Callable[[Policy, date], Asked | None], str], ...] = (
    (_rehabilitation, "paga hoy por SPEI"),
    (_offset, "pérdida parcial"),
    (_channel, "ya no le cobra su agente"),
    (_frequency, ""),
    (_cancellation, "vendió el auto"),
    (_endorsement, ""),
)


def ask(store: Store, agent_id: int, agent: str, office_id: int, office: str) -> None:
    """Write requests of agents, and the endorsements of the back office; the oldest was due before today.

    Args:
        store: where.
        agent_id: who asks on the call, called `agent`.
        agent: that person's name.
        office_id: who enters endorsements, called `office`.
        office: that person's name.
    """
    with store.begin() as tx:
        ids = [row[0] for row in tx.all(_POLICIES, most=LOOKED_AT)]
        places = _found(tx, ids)
        for place, (client_id, policy, asked, note) in enumerate(places):
            client = documents(tx, [client_id])[client_id]
            account = next(one for one in client.accounts if one.id == policy.account_id)
            by_office = isinstance(asked, Endorse)
            zone = asking.zone_of(client)
            row = columns(
                f"demo-ask-{place:02}", asked, policy, account, _asked_at(tx.now, place), zone, client.country
            )
            tx.run(
                INSERT,
                **row,
                client=client_id,
                user=office_id if by_office else agent_id,
                agent=office if by_office else agent,
                note=note,
            )


def _asked_at(now: datetime, place: int) -> datetime:
    """The first a week ago, so that its day has passed, the others today."""
    return now - (timedelta(days=7) if place == 0 else timedelta(minutes=17 * place))


def _found(tx: Tx, client_ids: list[int]) -> Iterator[tuple[int, Policy, Asked, str]]:
    """For each kind the first policies of which it can be asked, each policy once."""
    known = documents(tx, client_ids)
    policies = [(client, policy) for client in known.values() for policy in client.policies]
    taken: set[int] = set()
    for wish, note in _WISHES:
        left = EACH
        for client, policy in policies:
            now = local_time(tx.now, asking.zone_of(client))
            asked = None if policy.id in taken else wish(policy, now.date())
            if asked is None or not _possible(asked, policy, now):
                continue
            taken.add(policy.id)
            yield client.id, policy, asked, note
            left -= 1
            if not left:
                break


def _possible(asked: Asked, policy: Policy, now: datetime) -> bool:
    try:
        ask_figures.figures(asked, policy, now)
    except NoFigures:
        return False
    return True
