"""Tax receipts over the wire: seen, asked for, stamped, sent."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from rules.tax.tax_board import TaxBoard, TaxDetail
from rules.tax.tax_receipts import Figures
from storage.central.cfdi import needs
from storage.central.connection import Store
from tests.hub.conftest import Caller
from tests.hub.test_requests import refused
from tests.storage.central.tax_files import RFC, invoice_xml


@pytest.fixture
def premium(central: Store) -> Store:
    """A premium that was brought in paid in its month, its tax receipt still to come."""
    with central.begin() as tx:
        account, client = tx.all("SELECT id, client_id FROM account ORDER BY id")[0]
        tx.run("UPDATE client SET tax_id = :rfc WHERE id = :id", rfc=RFC, id=client)
        policy = tx.value(
            """
            INSERT INTO policy (account_id, number, kind, insurer, starts, ends, status, channel, frequency,
                sum_insured)
            VALUES (:account, 'AUT-12345', 'car', 'S', :starts, :ends, 'in_force', 'spei', 'annual', 0)
            RETURNING id
            """,
            account=account,
            starts=date(2026, 11, 10),
            ends=date(2027, 11, 10),
        )
        tx.run(
            """
            INSERT INTO receipt (policy_id, number, of, due, net, surcharge, fee, tax, total, status, paid_on,
                cfdi)
            VALUES (:policy, 1, 1, :on, 1000000, 0, 0, 160000, 1160000, 'paid', :on, 'needed')
            """,
            policy=policy,
            on=date(2026, 11, 10),
        )
    needs.catch_up(central)
    return central


def test_a_tax_receipt_from_the_board_to_the_client(
    premium: Store, http: TestClient[Any], lead: Caller
) -> None:
    board = msgspec.json.decode(lead.get("/v1/cfdi").content, type=TaxBoard)
    (row,) = board.rows
    assert (row.kind, row.method, row.status, row.due) == ("invoice", "PUE", "needed", date(2026, 11, 30))
    refused(lead.get("/v1/cfdi", params={"view": "nonsense"}), 400, "unknown_view")
    refused(lead.get("/v1/cfdi/nothing"), 404, "unknown_tax_receipt")

    table = lead.post("/v1/cfdi/requested", {"ids": [row.id]}).json()
    assert [one["key"] for one in table["rows"]] == [row.id]
    refused(lead.post("/v1/cfdi/requested", {"ids": []}), 400, "nothing_chosen")
    refused(lead.post("/v1/cfdi/requested", {"id": row.id}), 400, "bad_request")

    found = msgspec.json.decode(lead.get(f"/v1/cfdi/{row.id}").content, type=TaxDetail)
    file = {"name": "a.xml", "xml": invoice_xml(figures_with_form(found.figures), 1)}
    (attached,) = lead.post("/v1/cfdi/stamped", {"files": [file]}).json()["files"]
    assert attached["ids"] == [row.id]
    (bad,) = lead.post("/v1/cfdi/stamped", {"files": [{"name": "b.xml", "xml": "<a/>"}]}).json()["files"]
    assert bad["code"] == "unreadable"

    refused(lead.post(f"/v1/cfdi/{row.id}/sent", {"medium": "pigeon"}), 400, "unknown_medium")
    refused(lead.post(f"/v1/cfdi/{row.id}/sent", {"medium": "email"}), 409, "no_email")
    refused(lead.post(f"/v1/cfdi/{row.id}/accepted", {"why": "x"}), 409, "no_differences")
    assert lead.post(f"/v1/cfdi/{row.id}/sent", {"medium": "portal"}).status_code == 200
    assert msgspec.json.decode(lead.get("/v1/cfdi").content, type=TaxBoard).rows == ()


def figures_with_form(figures: Figures) -> Figures:
    """A history does not say how it was paid; the stamped file does."""
    return msgspec.structs.replace(figures, form="03")
