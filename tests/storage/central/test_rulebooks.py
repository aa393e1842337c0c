"""The rules of a portfolio as versions at the centre: loaded, told, held by."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.central import rulebooks
from storage.central.changes import changes
from storage.central.connection import StoreError
from storage.central.rulebooks import Results, RulebookRefused, load

LABEL = '[results.NOCO]\nes = "No contestan"\n'
NEW = '[results.WHAT]\nes = "Por mensaje"\nen = "By message"\ngroup = "right_party"\nflags = "ACR7"\n'


def test_each_load_is_a_version_of_its_own(town, ana) -> None:
    assert [book.version for book in load(town.store, "Cards", LABEL, by="root")] == [1]
    assert [book.version for book in load(town.store, "Cards", NEW, by="root")] == [2]
    told = rulebooks.rulebooks(town.store, ana).books
    assert [(book.portfolio, book.kind, book.version, book.text) for book in told] == [
        ("Cards", "results", 2, NEW)
    ]


def test_a_file_with_a_fault_leaves_everything_as_it_was(town, ana) -> None:
    with pytest.raises(RulebookRefused) as refused:
        load(town.store, "Cards", LABEL + "nothing = 1\n", by="root")
    assert [fault.line for fault in refused.value.faults] == [3]
    with pytest.raises(StoreError, match="Nobody"):
        load(town.store, "Nobody", LABEL, by="root")
    assert rulebooks.rulebooks(town.store, ana).books == ()


def test_rules_of_later_are_told_beside_those_of_now(town, ana, clock) -> None:
    load(town.store, "Cards", LABEL, by="root")
    load(town.store, "Cards", NEW, by="root", since=clock.now() + timedelta(days=1))
    assert [book.version for book in rulebooks.rulebooks(town.store, ana).books] == [1, 2]
    clock.move(days=2)
    assert [book.version for book in rulebooks.rulebooks(town.store, ana).books] == [2]


def test_nobody_is_told_the_rules_of_portfolios_of_others(town) -> None:
    town.portfolio("Loans")
    load(town.store, "Loans", LABEL, by="root")
    assert rulebooks.rulebooks(town.store, town.agent("cleo", portfolios=("Cards",))).books == ()
    assert len(rulebooks.rulebooks(town.store, town.agent("dora", portfolios=("Loans",))).books) == 1


def test_the_feed_tells_of_other_rules(town, ana) -> None:
    before = changes(town.store, ana, None, 100).cursor
    load(town.store, "Cards", LABEL, by="root")
    assert [change.entity for change in changes(town.store, ana, before, 100).changes] == ["rulebooks"]


def test_contact_parameters_hold_at_once_in_the_queue(town, ana) -> None:
    (client,) = town.clients(1)
    (lease,) = town.lease(ana).leases
    town.record(ana, town.event(ana, "result", {"client_id": client, "code": "OCUP"}, lease))
    assert town.standing(client) == "waiting"
    load(town.store, "Cards", '[parameters]\n"mx.attempts.per_day" = 1\n', by="root")
    document = town.document(client)
    assert document.rules == {"mx.attempts.per_day": 1}
    assert document.rules_version == "Cards/2"
    with pytest.raises(StoreError, match="since"):
        load(town.store, "Cards", "[parameters]\n", by="root", since=town.store.now() + timedelta(days=1))


def test_a_result_of_an_older_version_is_kept_and_read_as_it_was_then(town, ana, clock) -> None:
    (client,) = town.clients(1)
    load(town.store, "Cards", NEW, by="root")
    then = clock.now()
    clock.move(minutes=5)
    load(town.store, "Cards", NEW.replace("ACR7", "ACRV7"), by="root")
    (lease,) = town.lease(ana).leases
    (answer,) = town.record(ana, town.event(ana, "result", {"client_id": client, "code": "WHAT"}, lease))
    assert answer.status == "applied"
    with town.store.read() as tx:
        known = Results(rulebooks.listed(tx), "Cards")
    assert known.find("WHAT", then).flags == "ACR7"
    assert known.find("WHAT", clock.now()).flags == "ACRV7"
    assert known.find("WHAT", then - timedelta(days=9)).flags == "ACRV7"
    assert known.find("NONE", then) is None
