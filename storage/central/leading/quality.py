"""Calls drawn to be heard, and how they were: samples with their seed, evaluations that stay."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import msgspec

from rules.configuration import in_force
from rules.evaluations import Evaluated, Heard, Sample, SampledCall, SampleRule, Samples
from rules.quality import Form, FormRefused, drawn, score
from rules.zones import midnight
from storage.central.connection import Store, Tx, document, instant
from storage.central.doors.who import Who
from storage.central.portfolios import Book, books
from storage.central.records.closing import NotDone, checked_note
from storage.central.records.decisions import masked
from storage.central.rulebooks import listed
from storage.central.upkeep import audit
from storage.reference import quality

MOST_EACH = 100
MOST_SAMPLES = 100
_SEED_BITS = 31

NEWEST = """
    SELECT e.interaction_id, e.score, e.failed
    FROM evaluation e
    WHERE NOT EXISTS (
        SELECT 1 FROM evaluation later
        WHERE later.interaction_id = e.interaction_id AND (later.at, later.id) > (e.at, e.id)
    )
"""
"""The evaluation of each call that counts: the newest."""

_CALLS = """
    SELECT i.user_id, i.id
    FROM interaction i
    JOIN client c ON c.id = i.client_id
    JOIN app_user u ON u.id = i.user_id
    WHERE c.portfolio_id = :portfolio AND i.at >= :since AND i.at < :until
        AND i.retracted_by IS NULL AND i.flags LIKE '%C%'
        AND (:team = '' OR u.team = :team) AND (:agent = '' OR u.name = :agent)
        AND (:every_code OR i.code IN :codes)
"""


def draw(store: Store, who: Who, rule: SampleRule) -> Sample:
    """Draw calls in which somebody was spoken to, so many of each agent, and keep the sample.

    Raises:
        NotDone: unknown_portfolio, unknown_team (of others), bad_period, bad_number, or no_calls.
    """
    if rule.since > rule.until:
        raise NotDone("bad_period")
    if not 1 <= rule.each <= MOST_EACH:
        raise NotDone("bad_number")
    if not who.leads(rule.team or None):
        raise NotDone("unknown_team")
    seed = secrets.randbits(_SEED_BITS) if rule.seed is None else rule.seed
    with store.begin() as tx:
        book = _book(tx, who, rule.portfolio)
        chosen = _chosen(tx, who, book, rule, seed)
        if not chosen:
            raise NotDone("no_calls")
        sample_id = f"{tx.now:%Y%m%d}-{secrets.token_hex(6)}"
        tx.run(
            """
            INSERT INTO quality_sample (id, portfolio_id, at, user_id, seed, rule)
            VALUES (:id, :portfolio, :now, :user, :seed, :rule)
            """,
            id=sample_id,
            portfolio=book.id,
            now=tx.now,
            user=who.user_id,
            seed=seed,
            rule=msgspec.to_builtins(rule),
        )
        tx.many(
            """
            INSERT INTO quality_item (sample_id, position, interaction_id)
            VALUES (:sample, :position, :call)
            """,
            [
                {"sample": sample_id, "position": position, "call": call}
                for position, call in enumerate(chosen, 1)
            ],
        )
        audit.note(
            tx, who.name, "sample_drawn", f"sample:{sample_id}", device=who.device, seed=seed, n=len(chosen)
        )
        return _sample(tx, who, sample_id)


def _chosen(tx: Tx, who: Who, book: Book, rule: SampleRule, seed: int) -> list[str]:
    """The calls of each agent that the seed draws."""
    rows = tx.all(
        _CALLS,
        portfolio=book.id,
        since=midnight(rule.since, book.zone.key),
        until=midnight(rule.until + timedelta(days=1), book.zone.key),
        team=who.only_team or rule.team,
        agent=rule.agent,
        every_code=not rule.codes,
        codes=list(rule.codes),
    )
    of_agent: dict[int, list[str]] = {}
    for user_id, call in sorted(rows):
        of_agent.setdefault(user_id, []).append(call)
    return [call for calls in of_agent.values() for call in drawn(calls, seed, rule.each)]


def samples(store: Store, who: Who) -> Samples:
    """The newest samples of the reader's portfolios and team, without their calls."""
    with store.read() as tx:
        rows = tx.all(
            """
            SELECT s.id
            FROM quality_sample s
            JOIN app_user u ON u.id = s.user_id
            WHERE (:all OR s.portfolio_id IN :scope)
                AND (CAST(:team AS TEXT) IS NULL OR u.team = :team)
            ORDER BY s.at DESC, s.id
            LIMIT :most
            """,
            all=who.portfolio_ids is None,
            scope=list(who.portfolio_ids or ()),
            team=who.only_team,
            most=MOST_SAMPLES,
        )
        return Samples(
            samples=tuple(msgspec.structs.replace(_sample(tx, who, row[0]), calls=()) for row in rows)
        )


def sample(store: Store, who: Who, sample_id: str) -> Sample:
    """A sample with its calls, those that wait to be heard first.

    Raises:
        NotDone: unknown_sample.
    """
    with store.read() as tx:
        return _sample(tx, who, sample_id)


def evaluate(store: Store, who: Who, heard: Heard) -> Evaluated:
    """Keep how a call was; a newer evaluation of the same call counts instead of an older one.

    Raises:
        NotDone: unknown_call, unknown_sample, unknown_item, missing_item, bad_answer,
            nothing_applies, or what `checked_note` says.
    """
    note = checked_note(heard.note)
    with store.begin() as tx:
        row = tx.one(
            """
            SELECT c.portfolio_id, i.user_id, u.team
            FROM interaction i
            JOIN client c ON c.id = i.client_id
            JOIN app_user u ON u.id = i.user_id
            WHERE i.id = :call AND i.retracted_by IS NULL
            """,
            call=heard.call,
        )
        if row is None or not who.may_see(row[0]) or not who.leads(row[2]):
            raise NotDone("unknown_call")
        if heard.sample:
            _sample(tx, who, heard.sample)
        book = books(tx)[row[0]]
        form = _form(tx, book)
        try:
            found = score(form, heard.answers)
        except FormRefused as error:
            raise NotDone(error.code) from error
        evaluation = f"{tx.now:%Y%m%d}-{secrets.token_hex(8)}"
        tx.run(
            """
            INSERT INTO evaluation (id, interaction_id, sample_id, user_id, day, at, by_user_id, form,
                answers, score, failed, note)
            VALUES (:id, :call, :sample, :user, :day, :now, :by, :form, :answers, :score, :failed, :note)
            """,
            id=evaluation,
            call=heard.call,
            sample=heard.sample or None,
            user=row[1],
            day=book.moment(tx.now)[0],
            now=tx.now,
            by=who.user_id,
            form=form.version,
            answers=dict(heard.answers),
            score=found.points,
            failed=list(found.failed),
            note=note,
        )
        audit.note(
            tx, who.name, "call_evaluated", f"interaction:{heard.call}", device=who.device, score=found.points
        )
    return Evaluated(id=evaluation, score=found.points, failed=found.failed)


def _book(tx: Tx, who: Who, name: str) -> Book:
    for book in books(tx).values():
        if book.name == name and who.may_see(book.id):
            return book
    raise NotDone("unknown_portfolio")


def _form(tx: Tx, book: Book) -> Form:
    """The form of a portfolio as it is now."""
    found = in_force(listed(tx, (book.id,)), book.name, "quality", tx.now)
    return quality(found.text if found else "")


def _sample(tx: Tx, who: Who, sample_id: str) -> Sample:
    row = tx.one(
        """
        SELECT s.portfolio_id, s.at, u.display_name, s.seed, s.rule, u.team
        FROM quality_sample s
        JOIN app_user u ON u.id = s.user_id
        WHERE s.id = :id
        """,
        id=sample_id,
    )
    if row is None or not who.may_see(row[0]) or not who.leads(row[5] or None):
        raise NotDone("unknown_sample")
    book = books(tx)[row[0]]
    calls = _calls(tx, sample_id)
    return Sample(
        id=sample_id,
        portfolio=book.name,
        at=instant(row[1]),
        by=row[2],
        seed=row[3],
        rule=msgspec.convert(document(row[4]), SampleRule),
        size=len(calls),
        heard=sum(call.score is not None for call in calls),
        form=_form(tx, book),
        calls=calls,
    )


def _calls(tx: Tx, sample_id: str) -> tuple[SampledCall, ...]:
    rows: list[tuple[Any, ...]] = tx.all(
        f"""
        SELECT i.id, i.agent, c.name, i.at, i.code, i.amount, i.currency, i.note, i.identity, i.missed,
            i.breach, newest.score, newest.failed
        FROM quality_item q
        JOIN interaction i ON i.id = q.interaction_id
        JOIN client c ON c.id = i.client_id
        LEFT JOIN ({NEWEST}) newest ON newest.interaction_id = i.id
        WHERE q.sample_id = :sample
        ORDER BY CASE WHEN newest.score IS NULL THEN 0 ELSE 1 END, q.position
        """,  # noqa: S608 - our own words
        sample=sample_id,
    )
    return tuple(
        SampledCall(
            id=row[0],
            agent=row[1],
            client=masked(row[2]),
            at=instant(row[3]),
            code=row[4],
            amount=row[5],
            currency=row[6],
            note=row[7],
            identity=row[8],
            missed=tuple(document(row[9])),
            breach=row[10],
            score=row[11],
            failed=tuple(document(row[12])) if row[12] is not None else (),
        )
        for row in rows
    )
