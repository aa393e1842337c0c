"""Assigning from the board: whose clients, how, among whom, what comes of it, and why."""

from __future__ import annotations

import pytest

from agent_tui.i18n import set_language
from rules.assigning import (
    Assign,
    Assigned,
    AssignmentPreview,
    AssignmentsQuery,
    LoadQuery,
    MovesQuery,
    PreviewAssignment,
)
from rules.tables import Column, Row, Table, totals
from tests.screens.board.conftest import NOW

pytestmark = pytest.mark.anyio

LOAD_COLUMNS = (
    Column(key="agent", title="agent", kind="code"),
    Column(key="name", title="name"),
    Column(key="team", title="team"),
    Column(key="absent", title="absent", kind="code"),
    Column(key="clients", title="clients", kind="count"),
    Column(key="balance", title="balance", kind="money"),
    Column(key="skills", title="skills"),
)
LOAD_ROWS = (
    Row(key="ana", currency="MXN", cells=("ana", "Ana López", "norte", "", 40, 90_000_00, "card es")),
    Row(key="bruno", currency="MXN", cells=("bruno", "Bruno Díaz", "norte", "", 35, 70_000_00, "")),
    Row(key="carla", currency="MXN", cells=("carla", "Carla Méndez", "norte", "absent", 0, 0, "en")),
)
LOAD = Table(
    name="load", title="Agents", columns=LOAD_COLUMNS, rows=LOAD_ROWS, at=NOW,
    totals=totals(LOAD_COLUMNS, LOAD_ROWS),
)  # fmt: skip
BALANCE_COLUMNS = (
    Column(key="owner", title="agent", kind="code"),
    Column(key="name", title="name"),
    Column(key="clients_before", title="clients before", kind="count"),
    Column(key="clients_after", title="clients after", kind="count"),
    Column(key="before", title="balance before", kind="money"),
    Column(key="after", title="balance after", kind="money"),
)
BALANCE_ROWS = (
    Row(key="-MXN", currency="MXN", cells=("-", "", 10, 0, 30_000_00, 0)),
    Row(key="anaMXN", currency="MXN", cells=("ana", "Ana López", 40, 45, 90_000_00, 105_000_00)),
    Row(key="brunoMXN", currency="MXN", cells=("bruno", "Bruno Díaz", 35, 40, 70_000_00, 85_000_00)),
)
PREVIEW = AssignmentPreview(
    digest="d1", chosen=10, moves=10, unplaced=0, on_desk=2,
    totals=Table(name="assignment", title="Before and after", columns=BALANCE_COLUMNS, rows=BALANCE_ROWS,
                 at=NOW, totals=totals(BALANCE_COLUMNS, BALANCE_ROWS)),
)  # fmt: skip
ORDERS = Table(
    name="assignments", title="Assignments", at=NOW,
    columns=(Column(key="by", title="by"), Column(key="moved", title="moved", kind="count", opens=True)),
    rows=(Row(key="o1", cells=("lucia", 10)),),
)  # fmt: skip


@pytest.fixture
def assigning(board):
    board.service.replies |= {
        LoadQuery: LOAD,
        PreviewAssignment: PREVIEW,
        Assign: Assigned(id="o1", moved=10, on_desk=2, left=0),
        AssignmentsQuery: ORDERS,
        MovesQuery: ORDERS,
    }
    return board


async def typed(app, pilot, *keys):
    for key in keys:
        app.type(key)
        await pilot.pause()
    await pilot.pause()


def asked(app, kind):
    return [question for question in app.service.asked if isinstance(question, kind)]


async def test_a_part_of_the_queue_is_shared_out_after_a_look_at_the_totals(assigning) -> None:
    async with assigning.run_test(size=(80, 24)) as pilot:
        await typed(assigning, pilot, "a", "a", "enter")
        [preview] = [question.body for question in asked(assigning, PreviewAssignment)]
        assert (preview.portfolio, preview.bucket) == ("Tarjetas Norte", "B0")
        assert (preview.method, preview.unassigned) == ("round_robin", True)
        assert preview.to_agents == ("ana", "bruno")  # who is absent is left out
        text = assigning.text()
        assert "10 of 10 clients move" in text
        assert "2 on a desk" in text
        await typed(assigning, pilot, "enter", "enter")
        assert "Say why" in assigning.text()
        assert not asked(assigning, Assign)
        await typed(assigning, pilot, *"month", "enter")
        [order] = [question.body for question in asked(assigning, Assign)]
        assert (order.digest, order.why, order.to_agents) == ("d1", "month", ("ana", "bruno"))


async def test_what_is_changed_after_the_preview_is_previewed_again(assigning) -> None:
    async with assigning.run_test(size=(120, 40)) as pilot:
        await typed(assigning, pilot, "a", "space", "enter", "m", "enter")
        assert [question.body.method for question in asked(assigning, PreviewAssignment)] == [
            "round_robin", "balance",
        ]  # fmt: skip
        assert not asked(assigning, Assign)


async def test_an_agents_clients_are_recalled(assigning) -> None:
    async with assigning.run_test(size=(120, 40)) as pilot:
        await typed(assigning, pilot, "tab", "down", "a", "m", "m", "m", "m", "m", "enter")
        [preview] = [question.body for question in asked(assigning, PreviewAssignment)]
        assert (preview.method, preview.to_agents, preview.unassigned) == ("recall", (), False)
        assert len(preview.from_agents) == 1


async def test_whose_clients_and_which_portfolio_go_by_keys(assigning) -> None:
    async with assigning.run_test(size=(120, 40)) as pilot:
        await typed(assigning, pilot, "a", "f", "enter", "down", "f", "enter", "o", "enter")
        bodies = [question.body for question in asked(assigning, PreviewAssignment)]
        assert [(one.unassigned, one.from_agents) for one in bodies] == [
            (False, ()), (False, ("bruno",)), (False, ("bruno",)),
        ]  # fmt: skip
        assert [(one.portfolio, one.bucket) for one in bodies][-1] == ("Vida individual", "")


async def test_the_orders_open_their_moves(assigning) -> None:
    async with assigning.run_test(size=(120, 40)) as pilot:
        await typed(assigning, pilot, "a", "h", "enter")
        assert [question.id for question in asked(assigning, MovesQuery)] == ["o1"]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}")
async def test_pictures(assigning, snapshot, size, language) -> None:
    set_language(language)
    async with assigning.run_test(size=size) as pilot:
        await typed(assigning, pilot, "a", "a", "enter")
        assert assigning.text() == snapshot
