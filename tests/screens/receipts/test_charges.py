"""The page for direct debit by what the back office types and sees."""

from __future__ import annotations

import msgspec
import pytest

from rules.debit.charge_files import ChargeLine, ResultFile, ResultLine
from rules.debit.charging import (
    PART,
    Batch,
    BatchPart,
    BatchQuery,
    ChargesQuery,
    MakeBatch,
    NewBatch,
    ReadResult,
    ReadResults,
    RevokeMandate,
    Taken,
    TakeResults,
    TellRenewal,
    Why,
    WriteCharges,
    WrittenCharges,
)
from rules.questions import Done
from rules.tables import Column, Row, Table
from screens.receipts.charges import TABS, ChargesScreen
from tests.screens.board.conftest import NOW
from tests.screens.receipts.conftest import TestedReceipts

pytestmark = pytest.mark.anyio

BATCH = Batch(
    id="b1", folio="DD-AAAAA-BBBBB", channel="domi", currency="MXN", day=NOW.date(), charges=2,
    amount=2320_00, digest="d1",
)  # fmt: skip
LINES = tuple(
    ChargeLine(
        reference=f"DD-AAAAA-BBBBB-0000{n}", account="032180000118359719", holder="Ana", amount=1160_00
    )
    for n in (1, 2)
)


def table(question: ChargesQuery) -> Table:
    columns = (
        Column(key="portfolio", title="portfolio"),
        Column(key="channel", title="channel", kind="code"),
        Column(key="currency", title="currency", kind="code"),
        Column(key="ready", title="to be charged", kind="count"),
        Column(key="amount", title="amount", kind="money"),
    )
    row = Row(key="Seguros|domi|MXN", cells=("Seguros", "domi", "MXN", 2, 2320_00), currency="MXN")
    if question.view != "due":
        row = msgspec.structs.replace(row, key=f"{question.view}-1")
    return Table(
        name=f"charges-{question.view}", title=TABS[question.view], columns=columns, rows=(row,), at=NOW
    )


@pytest.fixture
def page(receipts: TestedReceipts) -> TestedReceipts:
    """The desk, whose hub has two charges to make."""
    replies = receipts.service.replies
    replies[ChargesQuery] = table
    replies[MakeBatch] = BATCH
    replies[BatchQuery] = BatchPart(batch=BATCH, lines=LINES)
    replies[WriteCharges] = WrittenCharges("/files/DD-AAAAA-BBBBB.csv", "d1")
    replies[RevokeMandate] = replies[TellRenewal] = Done()
    return receipts


async def typed(pilot, *keys: str) -> None:
    pilot.app.type(*keys)
    for _ in range(4):
        await pilot.pause()


async def test_a_file_is_made_after_a_second_thought_and_written_with_a_digest(
    page: TestedReceipts,
) -> None:
    async with page.run_test(size=(120, 30)) as pilot:
        await typed(pilot, "d")
        assert isinstance(page.screen, ChargesScreen)
        await typed(pilot, "m")
        assert "2 charges by domi, 2,320.00 MXN" in page.text()
        assert not any(isinstance(one, MakeBatch) for one in page.service.asked)
        await typed(pilot, "enter")
        assert "SHA-256 d1" in page.text()
        assert "/files/DD-AAAAA-BBBBB.csv" in page.text()
    [made] = [one for one in page.service.asked if isinstance(one, MakeBatch)]
    assert made.body == NewBatch(portfolio="Seguros", channel="domi", currency="MXN")
    [job] = page.service.jobs
    assert isinstance(job, WriteCharges)
    assert job.file.lines == LINES


async def test_a_file_that_is_not_what_the_hub_charges_is_not_to_be_sent(page: TestedReceipts) -> None:
    page.service.replies[WriteCharges] = WrittenCharges("/files/x.csv", "another")
    async with page.run_test(size=(120, 30)) as pilot:
        await typed(pilot, "d", "m", "enter")
        assert "/files/x.csv is not what the hub charges" in page.text()


async def test_a_long_file_comes_and_goes_in_parts(page: TestedReceipts) -> None:
    lines = tuple(msgspec.structs.replace(LINES[0], reference=f"DD-{n:05}") for n in range(PART + 1))
    batch = msgspec.structs.replace(BATCH, charges=len(lines))
    page.service.replies[MakeBatch] = batch
    page.service.replies[BatchQuery] = lambda one: BatchPart(
        batch=batch, lines=lines[one.start : one.start + PART]
    )
    results = tuple(ResultLine(reference=one.reference, code="charged", amount=1) for one in lines)
    page.service.replies[ReadResults] = ReadResult(
        ResultFile(folio=batch.folio, day=NOW.date(), lines=results), "r1"
    )
    page.service.replies[TakeResults] = lambda one: Taken(charged=len(one.body.lines))
    async with page.run_test(size=(120, 30)) as pilot:
        await typed(pilot, "d", "m", "enter")
        [job] = page.service.jobs
        assert isinstance(job, WriteCharges)
        assert job.file.lines == lines
        await typed(pilot, "i", "x", "enter")
        assert f"{PART + 1} charged, 0 rejected" in page.text()
    sent = [len(one.body.lines) for one in page.service.asked if isinstance(one, TakeResults)]
    assert sent == [PART, 1]


async def test_answers_that_were_not_taken_stand_on_the_screen(page: TestedReceipts) -> None:
    results = ResultFile(
        folio="F", day=NOW.date(), lines=(ResultLine(reference="a", code="charged", amount=1),)
    )
    page.service.replies[ReadResults] = ReadResult(results, "r1")
    page.service.replies[TakeResults] = Taken(rejected=1, unknown=("DD-9",), differing=("DD-8",))
    async with page.run_test(size=(120, 30)) as pilot:
        await typed(pilot, "d", "i", *"res.csv", "enter")
        text = page.text()
        assert "0 charged, 1 rejected" in text
        assert "DD-9" in text
        assert "other amount, or taken back" in text
        await typed(pilot, "e")
    assert page.service.exported[0][0].name == "charges-untaken"


async def test_what_is_wrong_with_a_file_is_said_and_the_line_stays(page: TestedReceipts) -> None:
    async with page.run_test(size=(120, 30)) as pilot:
        await typed(pilot, "d", "i", *"bad.csv")
        page.service.refuse = "file: bad.csv, line 3: the trailer is missing"
        await typed(pilot, "enter")
        text = page.text()
        assert "✗ bad.csv, line 3" in text
        assert "file:" not in text
        assert page.screen.query_one("#charges-line").value == "bad.csv"


async def test_a_mandate_is_taken_back_with_a_reason_and_a_renewal_noted(page: TestedReceipts) -> None:
    async with page.run_test(size=(120, 30)) as pilot:
        await typed(pilot, "d", "v", "n")
        assert not any(isinstance(one, RevokeMandate | TellRenewal) for one in page.service.asked)
        await typed(pilot, "5", "v")
        assert not page.screen.has_class("-typing"), "the row of the view before is not taken for a mandate"
        await typed(pilot, "v", *"por 1 carta", "enter")
        assert "Taken back" in page.text()
        await typed(pilot, "n")
    asked = page.service.asked
    assert RevokeMandate(mandate_id="mandates-1", body=Why(why="por 1 carta")) in asked
    assert TellRenewal(mandate_id="mandates-1") in asked


async def test_tab_and_digits_walk_through_the_views(page: TestedReceipts) -> None:
    async with page.run_test(size=(80, 24)) as pilot:
        await typed(pilot, "d", "tab", "tab", "4", "shift+tab", "enter")
    views = [one.view for one in page.service.asked if isinstance(one, ChargesQuery)]
    assert views == ["due", "left", "batches", "answers", "batches", "answers"]


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 30)], ids=["60", "80", "120"])
async def test_how_it_looks(page: TestedReceipts, snapshot, size) -> None:
    async with page.run_test(size=size) as pilot:
        await typed(pilot, "d")
        assert page.text() == snapshot
