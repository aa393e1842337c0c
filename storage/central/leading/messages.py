"""What leads write to agents: who may write to whom, and what the writer learns of it.

Everybody sees what they wrote and what was written to them, and nothing else: there is no other
way in, for any role. The audit log keeps that a message was sent, never its words.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from rules import correspondence, messages
from rules.correspondence import Messages, NewMessage, Reader, Readers, Sent
from rules.messages import Message
from storage.central.changes import tell_users
from storage.central.connection import Store, Tx, day, instant, maybe_instant
from storage.central.doors.users import own_portfolios
from storage.central.doors.who import Who
from storage.central.leading import inbox
from storage.central.portfolios import Book, books, home_book
from storage.central.records.closing import NotDone
from storage.central.records.decisions import masked
from storage.central.upkeep import audit

MOST = 200
"""Messages of a list; older ones stay in the store."""

_SENT = """
    SELECT m.id, m.at, m.kind, m.audience, m.text, c.name, count(r.user_id), count(r.delivered_at),
        count(r.read_at)
    FROM message m
    LEFT JOIN message_receipt r ON r.message_id = m.id
    LEFT JOIN client c ON c.id = m.client_id
    WHERE m.user_id = :user AND (CAST(:audience AS TEXT) IS NULL OR m.audience = :audience)
        AND (CAST(:id AS TEXT) IS NULL OR m.id = :id)
    GROUP BY m.id, m.at, m.kind, m.audience, m.text, c.name
    ORDER BY m.at DESC, m.id DESC
    LIMIT :limit
"""


class _Agent(msgspec.Struct, frozen=True):
    """An agent whom the writer leads. scope: portfolios, None = all."""

    id: int
    name: str
    team: str
    scope: frozenset[int] | None
    home: Book

    def may_see(self, portfolio_id: int) -> bool:
        return self.scope is None or portfolio_id in self.scope


def send(store: Store, who: Who, new: NewMessage) -> Sent:
    """Write to one agent, a team or all of the own scope; sent again it is the same message.

    Whoever is absent or disabled is none of its readers.

    Raises:
        NotDone: unknown_kind, bad_audience, empty_message, long_message, card_number_in_note,
            card_code_in_note, coaching_to_one, client_in_broadcast, unknown_agent, unknown_team,
            nobody_there, unknown_client (also one that writer or reader may not see), id_taken.
    """
    text = messages.cleaned(new.text)
    _check(new, text)
    with store.begin() as tx:
        known = tx.one("SELECT user_id FROM message WHERE id = :id", id=new.id)
        if known is not None:
            if known[0] != who.user_id:
                raise NotDone("id_taken")
            return _sent(tx, who, message_id=new.id)[0]
        readers = _readers(tx, who, new.audience)
        client_id = _client(tx, who, new, readers)
        message = Message(
            id=new.id,
            at=tx.now,
            kind=new.kind,
            writer=who.name,
            writer_name=who.display_name,
            text=text,
            client_id=client_id,
        )
        ids = [one.id for one in readers]
        inbox.keep(tx, who, message, new.audience, ids)
        tell_users(tx, inbox.ENTITY, new.id, ids)
        detail: dict[str, Any] = {"kind": new.kind, "readers": len(ids)}
        if new.kind != "coaching":
            detail |= {"audience": new.audience, "client": client_id}
        audit.note(tx, who.name, "message_sent", f"message:{new.id}", **detail)
        return _sent(tx, who, message_id=new.id)[0]


def listed(store: Store, who: Who, agent: str = "") -> Messages:
    """What somebody wrote and was written, newest first; agent: to and from this one alone."""
    with store.read() as tx:
        return Messages(
            sent=_sent(tx, who, audience=f"user:{agent}" if agent else None),
            received=inbox.received(tx, who, agent),
        )


def readers(store: Store, who: Who, message_id: str) -> Readers:
    """Who has a message and who has read it, by name.

    Raises:
        NotDone: unknown_message (also one of another writer).
    """
    with store.read() as tx:
        _own(tx, who, message_id)
        rows = tx.all(
            """
            SELECT u.name, u.display_name, r.delivered_at, r.read_at
            FROM message_receipt r
            JOIN app_user u ON u.id = r.user_id
            WHERE r.message_id = :id
            ORDER BY u.name
            """,
            id=message_id,
        )
        return Readers(
            readers=tuple(
                Reader(
                    name=row[0],
                    display_name=row[1] or row[0],
                    delivered_at=maybe_instant(row[2]),
                    read_at=maybe_instant(row[3]),
                )
                for row in rows
            )
        )


def read(store: Store, who: Who, message_id: str) -> None:
    """Somebody has read a message on a board.

    Raises:
        NotDone: unknown_message (also one that is for others).
    """
    with store.begin() as tx:
        if not inbox.note_read(tx, who.user_id, message_id, tx.now):
            raise NotDone("unknown_message")
        audit.note(tx, who.name, "message_read", f"message:{message_id}")


def _check(new: NewMessage, text: str) -> None:
    if new.kind not in messages.KINDS:
        raise NotDone("unknown_kind")
    kind, _, name = new.audience.partition(":")
    if not (new.audience == "all" or (kind in ("user", "team") and name)):
        raise NotDone("bad_audience")
    if problem := messages.problem(text):
        raise NotDone(problem)
    if correspondence.to_one(new.audience):
        return
    if new.kind == "coaching":
        raise NotDone("coaching_to_one")
    if new.client_id is not None or new.matter or correspondence.holds_client_data(text):
        raise NotDone("client_in_broadcast")


def _readers(tx: Tx, who: Who, audience: str) -> list[_Agent]:
    """Who is addressed and here, by id."""
    kind, _, name = audience.partition(":")
    people = _led(tx, who)
    if kind == "user":
        people = [one for one in people if one.name == name]
    elif kind == "team":
        people = [one for one in people if one.team == name]
    if not people and kind in ("user", "team"):
        raise NotDone(f"unknown_{'agent' if kind == 'user' else 'team'}")
    absent = _absent(tx, people)
    here = [one for one in people if one.id not in absent]
    if not here:
        raise NotDone("nobody_there")
    return here


def _led(tx: Tx, who: Who) -> list[_Agent]:
    """The agents in somebody's scope, by id."""
    known = {key: book for key, book in books(tx).items() if who.may_see(key)}
    scopes = own_portfolios(tx)
    found = []
    for user_id, name, team in tx.all(
        "SELECT id, name, team FROM app_user WHERE role = 'agent' AND NOT disabled ORDER BY id"
    ):
        own = scopes.get(user_id)
        home = home_book(known, None if own is None else tuple(own))
        if home is not None and who.leads(team):
            found.append(_Agent(user_id, name, team, own, home))
    return found


def _absent(tx: Tx, people: Collection[_Agent]) -> set[int]:
    """Who of them is away on this day of theirs."""
    today = {one.id: one.home.moment(tx.now)[0] for one in people}
    rows = tx.all(
        "SELECT user_id, since, until FROM absence WHERE user_id IN :ids AND until >= :day",
        ids=list(today),
        day=min(today.values(), default=tx.now.date()),
    )
    return {user_id for user_id, since, until in rows if day(since) <= today[user_id] <= day(until)}


def _client(tx: Tx, who: Who, new: NewMessage, readers: Collection[_Agent]) -> int | None:
    """Whom the message is about: a client, or the client of a matter before a lead."""
    client_id = new.client_id
    if new.matter:
        client_id = tx.value("SELECT client_id FROM review WHERE id = :id", id=new.matter)
    elif client_id is None:
        return None
    portfolio_id = tx.value("SELECT portfolio_id FROM client WHERE id = :id", id=client_id)
    if portfolio_id is None or not who.may_see(portfolio_id):
        raise NotDone("unknown_client")
    if not all(one.may_see(portfolio_id) for one in readers):
        raise NotDone("unknown_client")
    return client_id


def _own(tx: Tx, who: Who, message_id: str) -> None:
    if not tx.value(
        "SELECT 1 FROM message WHERE id = :id AND user_id = :user", id=message_id, user=who.user_id
    ):
        raise NotDone("unknown_message")


def _sent(
    tx: Tx, who: Who, *, message_id: str | None = None, audience: str | None = None
) -> tuple[Sent, ...]:
    rows = tx.all(_SENT, user=who.user_id, id=message_id, audience=audience, limit=MOST)
    return tuple(
        Sent(
            id=row[0],
            at=instant(row[1]),
            kind=row[2],
            audience=row[3],
            text=row[4],
            client=masked(row[5]) if row[5] else "",
            readers=row[6],
            delivered=row[7],
            read=row[8],
        )
        for row in rows
    )
