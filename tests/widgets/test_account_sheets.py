from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from syrupy.assertion import SnapshotAssertion
from textual.content import Content

from agent_tui.i18n import set_language
from rules.clients import Account, Case, Client, Phone, Promise
from rules.companies import Collateral, Company, Contact, Exposure
from rules.contracts import Adjustment, Contract
from widgets.company_sheet import company_sheet
from widgets.contract_sheet import contract_sheet
from widgets.credit_sheet import credit_sheet

NOW = datetime(2026, 11, 18, 10, 42, tzinfo=ZoneInfo("America/Mexico_City"))
CONTRACT = Contract(
    number="CTO-0000007-1",
    members=("Rosa Díaz Peña", "Iván Mora Gil"),
    plan="Anual una recámara",
    price=300_000_00,
    down_payment=60_000_00,
    paid=60_000_00,
    signed_on=date(2026, 11, 13),
    room="Cancún Centro",
    fees=9_800_00,
    adjustments=(Adjustment(on=date(2026, 11, 16), amount=-3_000_00, why="Bonificación de bienvenida"),),
    terms="Después de cinco días hábiles se devuelve según la cláusula 12",
)
OWED = Account(
    id=1,
    product="timeshare",
    number="CTO-0000007-1",
    currency="USD",
    overdue=20_000_00,
    total=181_000_00,
    components={"moratorios": 4_000_00, "capital_vencido": 16_000_00, "capital_vigente": 161_000_00},
    contract=CONTRACT,
)
COMPANY = Company(
    legal_name="Textiles del Norte, S.A. de C.V.",
    tax_id="TNO010203AB1",
    line="working_capital",
    limit=1_000_000_00,
    drawn=400_000_00,
    contacts=(
        Contact(name="Elena Ríos Soto", role="legal_representative", right="Poder notarial 12,345"),
        Contact(name="Tomás Gil Mena", role="guarantor", phone="+525555550100", right="Aval en pagaré"),
    ),
    collateral=(
        Collateral(kind="fund", what="NAFIN 50 %", value=250_000_00),
        Collateral(kind="pledge", what="Maquinaria", value=90_000_00, valued_on=date(2026, 2, 3)),
    ),
    group="Grupo Sierra",
    exposure=(
        Exposure(company="Sierra Logística", account="PYM-2", total=300_000_00, overdue=20_000_00, days=45),
    ),
    incorporated_on=date(2001, 2, 3),
    activity="Transporte de carga",
)
CREDIT = Account(
    id=2,
    product="sme",
    number="PYM-0000009-1",
    currency="MXN",
    overdue=50_000_00,
    total=500_000_00,
    minimum=10_000_00,
    creditor="Banco Norte",
    deposit=1_500_00,
    components={"gastos_cobranza": 350_00, "capital_vencido": 49_650_00, "capital_vigente": 450_000_00},
    company=COMPANY,
)


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


def client(*accounts: Account, cases: tuple[Case, ...] = ()) -> Client:
    return Client(
        id=1,
        name="Rosa Díaz Peña",
        country="MX",
        zones=("America/Mexico_City",),
        as_of=NOW.astimezone(UTC),
        accounts=accounts,
        phones=(
            Phone(id="1", number="+525555550111"),
            Phone(id="2", number="+525555550100", label="reference", source="aval"),
        ),
        promises=(
            Promise(
                id="p", account_id=2, made=NOW.astimezone(UTC), due=date(2026, 11, 27),
                amount=1_500_00, currency="MXN", status="partial", paid=500_00,
            ),
        ),
        cases=cases,
    )  # fmt: skip


def text(lines: list[Content]) -> str:
    return "\n".join(line.plain.rstrip() for line in lines)


@pytest.mark.parametrize("width", [78, 118])
def test_a_contract_whole(width: int, snapshot: SnapshotAssertion) -> None:
    assert text(contract_sheet(OWED, client(OWED), NOW, width)) == snapshot


def test_a_balance_that_the_account_does_not_bear_out_is_said() -> None:
    wrong = msgspec.structs.replace(OWED, components=OWED.components | {"capital_vigente": 161_000_01})

    assert "differs by 0.01: report it" in text(contract_sheet(wrong, client(wrong), NOW, 78))
    assert "report it" not in text(contract_sheet(OWED, client(OWED), NOW, 78))


def test_a_late_refund_of_a_revocation_is_said_in_words() -> None:
    case = Case(
        id="c",
        kind="cancellation",
        opened=NOW.astimezone(UTC),
        account_id=1,
        due=date(2026, 12, 8),
        tier="T1",
    )
    later = datetime(2026, 12, 9, 9, tzinfo=NOW.tzinfo)

    shown = text(contract_sheet(OWED, client(OWED, cases=(case,)), later, 118))

    assert "! cancellation asked for on Nov 18, 2026, T1 · LATE: to be settled by Dec 08, 2026" in shown
    assert shown.index("process the cancellation now") < shown.index("only if asked for")


@pytest.mark.parametrize("width", [78, 118])
def test_a_company_whole(width: int, snapshot: SnapshotAssertion) -> None:
    assert text(company_sheet(CREDIT, client(CREDIT), width)) == snapshot


def test_a_credit_whole(snapshot: SnapshotAssertion) -> None:
    bare = msgspec.structs.replace(CREDIT, company=None)

    assert text(credit_sheet(bare, client(bare), 78)) == snapshot


@pytest.mark.parametrize("width", [58, 78, 118])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    someone = client(OWED, CREDIT)
    lines = [
        *contract_sheet(OWED, someone, NOW, width),
        *company_sheet(CREDIT, someone, width),
        *credit_sheet(CREDIT, someone, width),
    ]

    assert max(line.cell_length for line in lines) <= width
