"""Who is on the desk and what is chosen of it; each in the caller's transaction."""

from __future__ import annotations

import msgspec

from rules import demand
from rules.capture.receipts import claimable
from rules.capture.values import CaptureContext
from rules.companies import written
from rules.contact import for_client, may_call
from rules.desk import ClientPage, DeskPage, NoClient, Refused
from rules.promises import last_date
from rules.terms import cover_end
from rules.words import language
from rules.zones import local_time
from storage.local import leases, meta
from storage.local.leases import Held
from storage.local.meta import Shown
from storage.local.view import View


def move_on(view: View) -> None:
    """Put the next client on the desk, or nobody."""
    chosen = view.next_client()
    shown = None if isinstance(chosen, NoClient) else Shown(client_id=chosen.client_id, since=view.now)
    meta.write(view.connection, meta.SHOWN, shown)


def select_account(view: View, account_id: int) -> None:
    """Choose an account of the client on the desk; one of another client is passed over."""
    found = view.on_desk()
    if found and any(account.id == account_id for account in view.client(found[1]).accounts):
        _choose(view, found[0], account_id=account_id)


def select_phone(view: View, index: int) -> ClientPage | Refused:
    """Choose the number to call (0-based): no_client, no_such_phone or the rule that forbids it."""
    found = view.on_desk()
    if found is None:
        return Refused(code="no_client")
    shown, held = found
    client = view.client(held)
    if not 0 <= index < len(client.phones):
        return Refused(code="no_such_phone", params={"phones": str(len(client.phones))})
    phone = client.phones[index]
    permission = may_call(client, phone, view.now, for_client(client, view.settings))
    if not permission.allowed:
        return Refused(code="not_callable")
    return view.client_page(_choose(view, shown, phone=phone.id), held)


def _choose(view: View, shown: Shown, **chosen: int | str) -> Shown:
    shown = msgspec.structs.replace(shown, **chosen)
    meta.write(view.connection, meta.SHOWN, shown)
    return shown


def open_client(view: View, client_id: int) -> DeskPage | Refused:
    """Show a client at hand: not_here if it is not, or not any more."""
    found = view.on_desk()
    if found is None or found[1].client_id != client_id:
        held = leases.of_client(view.connection, client_id)
        if held is None or held.worked or not view.alive(held):
            return Refused(code="not_here")
        meta.write(view.connection, meta.SHOWN, Shown(client_id=client_id, since=view.now))
    return view.screenful()


def context(view: View, shown: Shown, held: Held) -> CaptureContext:
    """What the capture line is read against; due leaves out what is in dispute."""
    client = view.client(held)
    rules = for_client(client, view.settings)
    local = local_time(view.now, (client.zones or rules.default_zones)[0])
    account, phone = view.chosen(client, shown, rules)
    common = CaptureContext(
        now=local,
        country=client.country,
        language=language(),
        client_id=client.id,
        phones=tuple(phone.id for phone in client.phones),
        selected_phone=client.phones[phone].id if client.phones else None,
    )
    if account is None:
        return common
    ends = cover_end(client, account.id, view.now)
    return msgspec.structs.replace(
        common,
        currency=account.currency,
        due=demand.due(account),
        total=demand.payable(account),
        minimum=demand.minimum(account),
        account_id=account.id,
        last_promise_date=last_date(client, account, local.date(), rules),
        cover_ends=local_time(ends, str(local.tzinfo)) if ends else None,
        receipts=claimable(client.policies, account.id),
        contacts=tuple(written(one) for one in account.company.contacts) if account.company else (),
    )
