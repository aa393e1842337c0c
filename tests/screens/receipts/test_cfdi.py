"""The CFDI page by what the back office types and sees."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules.questions import Done
from rules.tables import Table
from rules.tax.tax_board import (
    AcceptTax,
    Attached,
    AttachedFiles,
    AttachTax,
    ReadTaxFiles,
    RequestTax,
    SendTax,
    TaxBoard,
    TaxBoardQuery,
    TaxDetail,
    TaxFile,
    TaxFiles,
    TaxQuery,
    TaxRow,
    UnreadFile,
)
from rules.tax.tax_checks import Difference
from rules.tax.tax_receipts import Figures
from tests.screens.board.conftest import NOW

pytestmark = pytest.mark.anyio

TODAY = NOW.date()


def _row(number: int, **more: Any) -> TaxRow:
    row = TaxRow(
        id=f"t{number}",
        kind="complement",
        status="needed",
        client="Juana P.",
        portfolio="Seguros Norte",
        policy=f"AUT-1234{number}",
        receipt="2/12",
        amount=500_000,
        currency="MXN",
        due=TODAY + timedelta(days=10),
        alarm="ok",
    )
    return msgspec.structs.replace(row, **more)


ROWS = (
    _row(1, due=date(2026, 11, 5), alarm="late"),
    _row(2, kind="invoice", method="PPD", due=TODAY + timedelta(days=1), alarm="soon", status="requested"),
    _row(3, kind="invoice", method="PUE", status="stamped", differs=2, alarm="late", due=date(2026, 10, 31)),
    _row(4),
)
BOARD = TaxBoard(
    rows=ROWS,
    at=NOW,
    counts={"open": 4, "late": 2, "needed": 2, "requested": 1, "stamped": 1, "different": 1},
)
DETAIL = TaxDetail(
    row=ROWS[2],
    figures=Figures(
        total=500_000, form="03", rate=1600, base=Decimal("4310.344828"), tax=Decimal("689.655172"),
        paid_on=date(2026, 10, 20), number=1, before=1_160_000, after=660_000,
    ),
    name="Juana Pérez Gil",
    tax_id="PEGJ800101AB1",
    uuid="6F1B0D1E-1111-4222-8333-000000000002",
    invoice="6F1B0D1E-1111-4222-8333-000000000001",
    differences=(Difference(code="before", expected="11600.00", found="11000.00"),),
    emails=("juana@example.mx",),
)  # fmt: skip


@pytest.fixture
def cfdi(receipts: Any) -> Any:
    receipts.service.replies |= {
        TaxBoardQuery: lambda question: msgspec.structs.replace(
            BOARD, rows=ROWS if question.view == "open" else ROWS[:1]
        ),
        TaxQuery: DETAIL,
        RequestTax: lambda question: Table(
            name="cfdi_request", title="CFDI to be stamped", columns=(), rows=(), at=NOW
        ),
        SendTax: Done(),
        AcceptTax: Done(),
    }
    return receipts


async def typed(app: Any, pilot: Any, *keys: str) -> None:
    for key in keys:
        app.type(key)
        await pilot.pause()
    await pilot.pause()
    await pilot.pause()


def asked(app: Any, kind: type) -> list[Any]:
    return [question for question in app.service.asked if isinstance(question, kind)]


async def test_what_is_late_is_first_and_says_so_in_words(cfdi: Any) -> None:
    async with cfdi.run_test(size=(80, 24)) as pilot:
        await typed(cfdi, pilot, "c")
        lines = cfdi.text().splitlines()
        first = next(line for line in lines if "AUT-12341" in line)
        assert "! LATE" in first
        assert "complement" in first
        assert "late 2" in lines[0]
        assert "! soon" in next(line for line in lines if "AUT-12342" in line)
        assert "stamped ≠2" in next(line for line in lines if "AUT-12343" in line)


async def test_a_key_goes_to_the_next_view_with_something_in_it(cfdi: Any) -> None:
    async with cfdi.run_test(size=(80, 24)) as pilot:
        await typed(cfdi, pilot, "c", *"vvvvvvvv")
        assert [one.view for one in asked(cfdi, TaxBoardQuery)] == [
            "open", "late", "needed", "requested", "stamped", "different", "sent", "cancelled", "open",
        ]  # fmt: skip


async def test_asking_for_one_writes_the_request_with_its_figures(cfdi: Any) -> None:
    async with cfdi.run_test(size=(80, 24)) as pilot:
        await typed(cfdi, pilot, "c", "a")
        assert [one.body.ids for one in asked(cfdi, RequestTax)] == [("t1",)]
        [(table, form)] = cfdi.service.exported
        assert (table.name, form) == ("cfdi_request", "xlsx")
        assert "cfdi_request.xlsx" in cfdi.text()


async def test_asking_for_all_leaves_out_what_is_stamped(cfdi: Any) -> None:
    async with cfdi.run_test(size=(80, 24)) as pilot:
        await typed(cfdi, pilot, "c", "A")
        assert [one.body.ids for one in asked(cfdi, RequestTax)] == [("t1", "t2", "t4")]


async def test_one_in_full_shows_figures_and_what_does_not_fit(cfdi: Any) -> None:
    async with cfdi.run_test(size=(80, 24)) as pilot:
        await typed(cfdi, pilot, "c", "enter")
        text = cfdi.text()
        for words in ("11,600.00 MXN", "6,600.00 MXN", "4310.344828", "689.655172", "PEGJ800101AB1"):
            assert words in text
        assert "balance before: has to be 11600.00, is 11000.00" in text
        assert "juana@example.mx" in text
        await typed(cfdi, pilot, "escape")
        assert "AUT-12344" in cfdi.text()


async def test_a_folder_is_read_sent_in_parts_and_told_about(cfdi: Any) -> None:
    files = tuple(TaxFile(name=f"{n}.xml", xml="x" * 200_000, uuid=str(n)) for n in range(5))
    cfdi.service.replies |= {
        ReadTaxFiles: TaxFiles(files=files, unread=(UnreadFile(name="bad.xml", why="no XML: empty"),)),
        AttachTax: lambda question: AttachedFiles(
            files=tuple(
                Attached(name=one.name, code="unknown" if one.name == "3.xml" else "", ids=("t1",))
                for one in question.body.files
            )
        ),
    }
    async with cfdi.run_test(size=(80, 24)) as pilot:
        await typed(cfdi, pilot, "c", "x", *"/sat/xml", "enter")
        assert [job.path for job in cfdi.service.jobs] == ["/sat/xml"]
        assert [len(one.body.files) for one in asked(cfdi, AttachTax)] == [2, 2, 1]
        text = cfdi.text()
        assert "4 attached, 0 of them do not fit; 2 not attached" in text
        assert "bad.xml: no XML: empty" in text
        assert "3.xml: nothing here waits for it" in text


async def test_one_file_is_read_for_the_receipt_under_the_cursor(cfdi: Any) -> None:
    cfdi.service.replies |= {
        ReadTaxFiles: TaxFiles(files=(TaxFile(name="a.xml", xml="x"),)),
        AttachTax: AttachedFiles(files=(Attached(name="a.xml", ids=("t1",)),)),
    }
    async with cfdi.run_test(size=(80, 24)) as pilot:
        await typed(cfdi, pilot, "c", "X", *"a.xml", "enter")
        assert [one.body.target for one in asked(cfdi, AttachTax)] == ["t1"]
        assert "✓ 1 attached" in cfdi.text()


async def test_it_was_sent_to_the_validated_address_unless_another_way_is_typed(cfdi: Any) -> None:
    async with cfdi.run_test(size=(80, 24)) as pilot:
        await typed(cfdi, pilot, "c", "m")
        assert "it is not stamped yet" in cfdi.text()
        await typed(cfdi, pilot, "down", "down", "m", "enter")
        [first] = asked(cfdi, SendTax)
        assert (first.id, first.body.medium, first.body.to) == ("t3", "email", "juana@example.mx")
        await typed(cfdi, pilot, "m", "ctrl+u", *"en mano", "enter")
        assert asked(cfdi, SendTax)[-1].body.medium == "hand"
        await typed(cfdi, pilot, "m", "ctrl+u", *"paloma", "enter")
        assert len(asked(cfdi, SendTax)) == 2
        assert "Type an e-mail address" in cfdi.text()


async def test_differences_are_left_with_a_reason(cfdi: Any) -> None:
    async with cfdi.run_test(size=(80, 24)) as pilot:
        await typed(cfdi, pilot, "c", "z")
        assert "Everything in it fits" in cfdi.text()
        await typed(cfdi, pilot, "down", "down", "z", "enter")
        assert "Say why" in cfdi.text()
        await typed(cfdi, pilot, *"corregido", "enter")
        assert [(one.id, one.body.why) for one in asked(cfdi, AcceptTax)] == [("t3", "corregido")]


async def test_what_is_shown_leaves_as_a_file(cfdi: Any) -> None:
    async with cfdi.run_test(size=(80, 24)) as pilot:
        await typed(cfdi, pilot, "c", "e")
        [(table, form)] = cfdi.service.exported
        assert (len(table.rows), form) == (4, "xlsx")
        assert all(len(row.cells) == len(table.columns) for row in table.rows)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)])
async def test_the_page_as_it_looks(cfdi: Any, language: str, size: tuple[int, int], snapshot: Any) -> None:
    set_language(language)
    async with cfdi.run_test(size=size) as pilot:
        await typed(cfdi, pilot, "c")
        assert cfdi.text() == snapshot
