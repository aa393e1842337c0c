"""Stamped files find what they are for, are checked against it, and what does not fit becomes a task."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from rules.tax.tax_board import (
    DIFFERENT,
    LATE,
    OPEN,
    StampedFiles,
    TaxAcceptance,
    TaxFile,
    TaxRequests,
    TaxSending,
)
from rules.tax.tax_receipts import Figures
from storage.central import office
from storage.central.cfdi import board, orders, stamping
from storage.central.connection import Store, document
from storage.central.refusing import NotDone
from tests.storage.central.tax_files import complement_xml, invoice_xml, uuid

OCTOBER = datetime(2026, 10, 20, 18, tzinfo=UTC)


def figures(desk: Any, kind: str = "invoice", number: int = 0) -> Figures:
    rows = [row for row in desk.rows("kind", "figures", "id") if row[0] == kind]
    return msgspec.convert(document(rows[number][1]), Figures)


def ids(desk: Any) -> list[str]:
    return [row[0] for row in desk.rows("id")]


def attach(desk: Any, *xmls: str, target: str = "") -> Any:
    files = tuple(TaxFile(name=f"{place}.xml", xml=xml) for place, xml in enumerate(xmls))
    answer = stamping.attach(desk.store, desk.office, StampedFiles(files=files, target=target))
    return answer.files if len(xmls) > 1 else answer.files[0]


def test_invoice_and_complements_that_fit_are_attached_and_sent(desk: Any, store: Store) -> None:
    desk.pays(500_000)
    desk.pays(660_000)
    invoice = attach(desk, invoice_xml(figures(desk), 1))
    assert (invoice.code, invoice.differs) == ("", 0)
    parts = [figures(desk, "complement", number) for number in (0, 1)]
    found = attach(
        desk,
        *(complement_xml([(uuid(1), one)], 2 + place) for place, one in enumerate(parts)),
    )
    assert [(one.code, one.differs, len(one.ids)) for one in found] == [("", 0, 1), ("", 0, 1)]
    assert {row[0] for row in desk.rows("status")} == {"stamped"}
    assert desk.receipt() == ("stamped", "PPD")
    assert desk.tasks() == []
    for one in ids(desk):
        orders.send(store, desk.office, one, TaxSending(medium="portal"))
    assert desk.receipt() == ("sent", "PPD")


def test_one_payment_on_two_receipts_is_one_file(desk: Any) -> None:
    first = desk.pays(1_160_000)
    desk.pays(500_000, 1)
    attach(desk, invoice_xml(figures(desk), 1), target=f"invoice-{desk.receipts[0]}-0-1")
    attach(desk, invoice_xml(figures(desk), 2), target=f"invoice-{desk.receipts[1]}-0-1")
    lines = [(uuid(1), figures(desk, "complement", 0)), (uuid(2), figures(desk, "complement", 1))]
    xml = complement_xml(lines, 3)
    assert len(attach(desk, xml).ids) == 2
    assert attach(desk, xml).code == "known"
    assert first


def test_what_does_not_fit_becomes_a_task_until_the_right_one_comes(desk: Any, store: Store) -> None:
    desk.pays(500_000)
    wrong = msgspec.structs.replace(figures(desk), method="PUE", form="03")
    assert attach(desk, invoice_xml(wrong, 1)).differs == 2
    assert [row[0] for row in desk.tasks()] == ["open"]
    assert desk.tasks()[0][1] == "AUT-12345 1/4"
    (invoice,) = board.shown(store, desk.office, DIFFERENT).rows
    found = board.detail(store, desk.office, invoice.id)
    assert [(one.code, one.expected, one.found) for one in found.differences] == [
        ("method", "PPD", "PUE"),
        ("form", "99", "03"),
    ]
    with pytest.raises(NotDone, match="has_differences"):
        orders.send(store, desk.office, invoice.id, TaxSending(medium="portal"))
    assert attach(desk, invoice_xml(figures(desk), 9)).code == ""
    assert [row[0] for row in desk.tasks()] == ["done"]
    assert board.shown(store, desk.office, DIFFERENT).rows == ()


def test_a_uuid_is_used_once(desk: Any) -> None:
    desk.pays(1_160_000)
    desk.pays(1_160_000, 1)
    xml = invoice_xml(figures(desk), 1, words="Prima AUT-12345 1/4")
    assert attach(desk, xml).code == ""
    other = invoice_xml(figures(desk), 1, words="Prima AUT-12345 2/4")
    assert attach(desk, other).code == "uuid_used"


def test_of_two_receipts_alike_the_file_names_the_one(desk: Any) -> None:
    desk.pays(1_160_000)
    desk.pays(1_160_000, 1)
    assert attach(desk, invoice_xml(figures(desk), 1, words="Prima")).code == "ambiguous"
    found = attach(desk, invoice_xml(figures(desk), 1, words="Prima AUT-12345 2/4"))
    assert found.ids == (f"invoice-{desk.receipts[1]}-0-1",)


@pytest.mark.parametrize("rfc", ["XAXX010101000", "OTRO010101AB1"])
def test_a_file_for_somebody_else_is_not_attached(desk: Any, rfc: str) -> None:
    desk.pays(1_160_000)
    assert attach(desk, invoice_xml(figures(desk), 1, rfc=rfc)).code == "unknown"
    found = attach(desk, invoice_xml(figures(desk), 1, rfc=rfc), target=ids(desk)[0])
    assert found.differs == 1


def test_a_payment_that_bounces_calls_for_the_cancellation_of_its_complement(desk: Any, store: Store) -> None:
    payment = desk.pays(500_000)
    attach(desk, invoice_xml(figures(desk), 1))
    attach(desk, complement_xml([(uuid(1), figures(desk, "complement"))], 2))
    desk.takes_back(payment, 500_000)
    rows = {row[0]: (row[1], row[2]) for row in desk.rows("kind", "status", "differences")}
    assert rows["invoice"][0] == "stamped"  # it holds for what is still to be paid
    assert rows["complement"][0] == "cancelled"
    assert [one["code"] for one in document(rows["complement"][1])] == ["reversed"]
    (task,) = desk.tasks()
    assert task[0] == "open"
    (cancelled,) = board.shown(store, desk.office, DIFFERENT).rows
    orders.accept(store, desk.office, cancelled.id, TaxAcceptance(why="cancelado ante el SAT"))
    assert [row[0] for row in desk.tasks()] == ["done"]
    with pytest.raises(NotDone, match="no_differences"):
        orders.accept(store, desk.office, cancelled.id, TaxAcceptance(why="otra vez"))


def test_hostile_and_foreign_files_say_what_is_wrong(desk: Any) -> None:
    desk.pays(1_160_000)
    found = attach(desk, "<a/>", "no xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert [one.code for one in found] == ["unreadable"] * 3
    assert all(one.why for one in found)


def test_asking_gives_the_figures_as_a_table(desk: Any, store: Store) -> None:
    desk.pays(500_000)
    table = orders.request(store, desk.office, TaxRequests(ids=tuple(ids(desk))))
    invoice, complement = sorted(table.rows, key=lambda row: row.key, reverse=True)
    cells = dict(zip((column.key for column in table.columns), complement.cells, strict=True))
    assert (cells["number"], cells["before"], cells["after"], cells["base"], cells["rate"]) == (
        1, 1_160_000, 660_000, "4310.344828", "0.160000",
    )  # fmt: skip
    assert invoice.cells[table.place("method")] == "PPD"
    assert desk.receipt() == ("requested", "PPD")
    attach(desk, invoice_xml(figures(desk), 1))
    with pytest.raises(NotDone, match="already_stamped"):
        orders.request(store, desk.office, TaxRequests(ids=tuple(ids(desk))))


def test_an_email_goes_to_a_validated_address(desk: Any, store: Store) -> None:
    desk.pays(1_160_000)
    attach(desk, invoice_xml(figures(desk), 1))
    one = ids(desk)[0]
    with pytest.raises(NotDone, match="no_email"):
        orders.send(store, desk.office, one, TaxSending(medium="email"))
    with store.begin() as tx:
        tx.run(
            """
            INSERT INTO contact_point (client_id, kind, value, label, status, use, source, position)
            VALUES (:client, 'email', 'juana@example.mx', '', 'validado', 'collect', 'titular', 0)
            """,
            client=desk.client,
        )
    with pytest.raises(NotDone, match="other_email"):
        orders.send(store, desk.office, one, TaxSending(medium="email", to="otra@example.mx"))
    orders.send(store, desk.office, one, TaxSending(medium="email"))
    assert desk.rows("status", "sent_to")[0] == ("sent", "email juana@example.mx")


def test_the_nearest_day_comes_first_and_each_view_is_counted(desk: Any, store: Store, clock: Any) -> None:
    desk.pays(1_160_000, 1)
    desk.pays(500_000, 0)
    clock.move(days=9)  # the 4th of December: the complement is due tomorrow, the other invoice is late
    found = board.shown(store, desk.office, OPEN)
    assert [(row.receipt, row.kind, row.alarm) for row in found.rows] == [
        ("2/4", "invoice", "late"),
        ("1/4", "invoice", "soon"),
        ("1/4", "complement", "soon"),
    ]
    assert found.rows[0].due == date(2026, 11, 30)
    assert (found.counts[OPEN], found.counts[LATE], found.counts["needed"]) == (3, 1, 3)
    assert [row.receipt for row in board.shown(store, desk.office, LATE).rows] == ["2/4"]
    (waits,) = [one for one in office.waiting(store, desk.office).waiting if one.page == "cfdi"]
    assert (waits.count, waits.late, waits.next_due) == (3, 3, date(2026, 11, 30))
    with pytest.raises(NotDone, match="unknown_view"):
        board.shown(store, desk.office, "nonsense")


def test_nobody_sees_another_portfolio(desk: Any, store: Store) -> None:
    desk.pays(1_160_000)
    stranger = msgspec.structs.replace(desk.office, portfolio_ids=(99,))
    assert board.shown(store, stranger, OPEN).rows == ()
    with pytest.raises(NotDone, match="unknown_tax_receipt"):
        board.detail(store, stranger, ids(desk)[0])
    with pytest.raises(NotDone, match="unknown_tax_receipt"):
        orders.request(store, stranger, TaxRequests(ids=tuple(ids(desk))))
    order = StampedFiles(files=(TaxFile(name="a", xml=invoice_xml(figures(desk), 1)),))
    assert stamping.attach(store, stranger, order).files[0].code == "unknown"


def test_a_single_payment_that_turns_out_to_be_in_parts_calls_for_another_invoice(desk: Any) -> None:
    desk.pays(500_000, at=OCTOBER)
    second = desk.pays(660_000, at=OCTOBER)
    assert attach(desk, invoice_xml(figures(desk), 1)).code == ""
    desk.takes_back(second, 660_000)
    (invoice,) = [row for row in desk.rows("kind", "method", "differences") if row[0] == "invoice"]
    assert invoice[1] == "PPD"
    assert [one["code"] for one in document(invoice[2])] == ["method", "form"]
    assert [row[0] for row in desk.tasks()] == ["open"]


def test_another_invoice_has_its_complements_checked_again(desk: Any) -> None:
    desk.pays(500_000)
    wrong = msgspec.structs.replace(figures(desk), form="03")
    attach(desk, invoice_xml(wrong, 1))
    attach(desk, complement_xml([(uuid(1), figures(desk, "complement"))], 2))
    attach(desk, invoice_xml(figures(desk), 3))
    rows = {row[0]: [one["code"] for one in document(row[1])] for row in desk.rows("kind", "differences")}
    assert rows == {"invoice": [], "complement": ["invoice"]}
    assert sorted(row[0] for row in desk.tasks()) == ["done", "open"]
