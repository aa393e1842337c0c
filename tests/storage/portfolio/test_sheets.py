from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from rules.clients import Client
from rules.contracts import balance
from storage.central.clients import documents
from storage.central.connection import Store
from storage.portfolio.importing import import_file
from storage.portfolio.mapping import Mapping, MappingError, parse_mapping

HEAD = """
namespace = "clubes"

[portfolio]
product = "{product}"
currency = "MXN"

[client]
ref = "cliente"
name = "nombre"
kind = "'{kind}'"

[account]
ref = "cuenta"
overdue = "vencido"
total = "total"
"""
CONTRACT = """
[contract]
number = "cuenta"
price = "precio"
down_payment = "enganche"
paid = "abonado"
signed_on = "firma"
members = "socios"
plan = "plan"
room = "sala"
weeks = "semanas"
"""
COMPANY = """
[company]
legal_name = "nombre"
tax_id = "rfc"
line = "linea"
limit = "limite"
legal_representative = "representante"
guarantors = "avales"
group = "grupo"
"""
CONTRACTS = """cliente,nombre,cuenta,vencido,total,precio,enganche,abonado,firma,socios,plan,sala,semanas
7,Rosa Díaz,CTO-7,1000,150000,"300,000.00",60000,90000.50,13/11/2026,Rosa Díaz; Iván Mora,Anual,Cancún,2
8,Ana Gil,CTO-8,1000,150000,300000,60000,90000,no se sabe,Ana Gil,Anual,Cancún,2
9,Luz Paz,CTO-9,1000,150000,300000,260000,90000,13/11/2026,Luz Paz,Anual,Cancún,2
"""
COMPANIES = """cliente,nombre,cuenta,vencido,total,rfc,linea,limite,representante,avales,grupo
7,"Textiles, S.A.",PYM-7,1000,90000,TNO010203AB1,leasing,500000,Elena Ríos,Tomás Gil=55 5555 0100;Iris Paz,Sur
8,"Fletes, S.A.",PYM-8,1000,90000,FLE010203AB1,leasing,500000,Elena Ríos,Tomás Gil=123,
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "cartera.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def mapped(product: str, kind: str, section: str) -> Mapping:
    return parse_mapping(HEAD.format(product=product, kind=kind) + section, "map.toml")


def clients(store: Store) -> dict[str, Client]:
    with store.read() as tx:
        refs = dict(tx.all("SELECT id, ref FROM client"))
        return {refs[key]: client for key, client in documents(tx, refs).items()}


def test_a_file_brings_contracts_and_says_which_rows_can_be_none(store: Store, write: Write) -> None:
    path = write(CONTRACTS)
    outcome = import_file(store, path, "Club", mapped("timeshare", "person", CONTRACT))

    contract = clients(store)["7"].accounts[0].contract
    assert contract is not None
    assert (contract.price, contract.paid, contract.weeks) == (300_000_00, 90_000_50, 2)
    assert contract.signed_on == date(2026, 11, 13)
    assert contract.members == ("Rosa Díaz", "Iván Mora")
    assert {(one.key, one.value) for one in clients(store)["7"].accounts[0].details} == {
        ("sales_room", "Cancún"),
        ("signed_on", "2026-11-13"),
    }
    assert balance(contract) == 149_999_50
    rejected = path.with_name("cartera.csv.rejected.csv").read_text(encoding="utf-8")
    assert outcome.rejected == 2
    assert "not a date" in rejected
    assert "more is paid than the price" in rejected


def test_a_file_brings_companies_with_who_stands_beside_them(store: Store, write: Write) -> None:
    path = write(COMPANIES)
    outcome = import_file(store, path, "PyME", mapped("sme", "company", COMPANY))

    company = clients(store)["7"].accounts[0].company
    assert company is not None
    assert [(one.role, one.name, one.phone) for one in company.contacts] == [
        ("legal_representative", "Elena Ríos", ""),
        ("guarantor", "Tomás Gil", "+525555550100"),
        ("guarantor", "Iris Paz", ""),
    ]
    assert (company.limit, company.group) == (500_000_00, "Sur")
    assert outcome.rejected == 1
    assert "123 is not a valid phone" in path.with_name("cartera.csv.rejected.csv").read_text("utf-8")


def test_a_file_that_says_nothing_of_sheets_leaves_them_and_the_same_file_changes_nothing(
    store: Store, write: Write
) -> None:
    with_sheets = mapped("timeshare", "person", CONTRACT)
    import_file(store, write(CONTRACTS), "Club", with_sheets)
    again = import_file(store, write(CONTRACTS), "Club", with_sheets)
    assert (again.accounts.made, again.accounts.updated) == (0, 0)

    import_file(
        store, write(CONTRACTS.replace(",1000,", ",2000,")), "Club", mapped("timeshare", "person", "")
    )

    account = clients(store)["7"].accounts[0]
    assert account.overdue == 2_000_00
    assert account.contract is not None


def test_a_misspelt_key_of_a_sheet_is_named_with_the_one_that_was_meant() -> None:
    with pytest.raises(MappingError, match="down_payment"):
        mapped("timeshare", "person", CONTRACT.replace("down_payment", "downpayment"))
