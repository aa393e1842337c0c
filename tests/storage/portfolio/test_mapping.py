from __future__ import annotations

import csv
import re
from pathlib import Path

import msgspec
import pytest

from storage.central.connection import Store
from storage.portfolio.importing import import_file
from storage.portfolio.mapping import (
    AccountColumns,
    ClientColumns,
    MappingError,
    load_mapping,
    parse_mapping,
)
from storage.portfolio.proposal import propose

LEAST = '[client]\nref = "a"\nname = "b"\n[account]\nref = "a"\noverdue = "c"\n'
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[client\n", "m.toml: Expected ']'"),
        ("", "missing required field `client`"),
        (LEAST.replace("overdue", "overdu"), r"unknown field `overdu`.*; did you mean overdue\?"),
        (LEAST + '[portfolio]\ncountry = "FR"\n', r"Invalid enum value 'FR' - at `\$.portfolio.country`"),
        (LEAST + "[reading]\ndecimal = 5\n", r"at `\$.reading.decimal`"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_said(text: str, said: str) -> None:
    with pytest.raises(MappingError, match=said) as caught:
        parse_mapping(text, "m.toml")
    assert str(caught.value).startswith("m.toml")


def test_a_missing_or_odd_mapping_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"none\.toml: there is no such mapping"):
        load_mapping(tmp_path / "none.toml")
    odd = tmp_path / "odd.toml"
    odd.write_bytes("año = 1".encode("cp1252"))
    with pytest.raises(MappingError, match="UTF-8"):
        load_mapping(odd)


def set_in(section: ClientColumns | AccountColumns) -> dict[str, object]:
    """The fields that a section of a mapping sets."""
    return {name: value for name, value in msgspec.structs.asdict(section).items() if value != ""}


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        (
            ("No. de Cliente", "Nombre del Cliente", "RFC", "Núm. Cuenta", "Saldo Vencido", "Saldo Total",
             "Días de Mora",             "Tel. Celular", "Teléfono Casa", "Correo Electrónico", "Sucursal"),
            {
                "client": {"ref": "No. de Cliente", "name": "Nombre del Cliente", "tax_id": "RFC"},
                "account": {
                    "ref": "Núm. Cuenta",
                    "overdue": "Saldo Vencido",
                    "total": "Saldo Total",
                    "oldest_due": "days_before([Días de Mora])",
                },
                "phones": [("Tel. Celular", "'mobile'"), ("Teléfono Casa", "'home'")],
                "emails": ["Correo Electrónico"],
            },
        ),
        (
            ("account_number", "customer_name", "past_due_amount", "balance", "due_date",
             "home_phone", "email"),
            {
                "client": {"ref": "account_number", "name": "customer_name"},
                "account": {
                    "ref": "account_number",
                    "overdue": "past_due_amount",
                    "total": "balance",
                    "oldest_due": "due_date",
                },
                "phones": [("home_phone", "'home'")],
                "emails": ["email"],
            },
        ),
    ],
)  # fmt: skip
def test_a_mapping_is_proposed_from_the_headers(columns: tuple[str, ...], wanted: dict[str, object]) -> None:
    proposal = propose(columns)
    assert proposal.missing == ()
    mapping = parse_mapping(proposal.text, "proposal")
    assert set_in(mapping.client) == wanted["client"]
    assert set_in(mapping.account) == wanted["account"]
    assert [(phone.number, phone.label) for phone in mapping.phones] == wanted["phones"]
    assert [email.address for email in mapping.emails] == wanted["emails"]
    unused = [name for name in columns if name not in proposal.text.partition("#")[0]]
    assert all(name in proposal.text for name in unused)


def test_a_proposal_says_what_it_did_not_find() -> None:
    proposal = propose(("foo", "nombre", "telefono"))
    assert proposal.missing == ("account.ref", "account.overdue")
    assert "# ref = ?" in proposal.text
    assert re.search("# .*: foo", proposal.text)


def test_the_lending_club_example_queues_what_is_late_and_leaves_the_rest(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """Rows in the form of that file; the figures are made up."""
    columns = ("loan_id", "state", "loan_purpose", "loan_amount", "term", "interest_rate", "installment",
               "grade", "issue_month", "loan_status", "balance", "paid_total", "paid_principal")  # fmt: skip
    loans = {
        "Current": ("5000", "4000.10", "999.90"),
        "Fully Paid": ("5000", "0.0", "5000"),
        "In Grace Period": ("5000", "4500", "500"),
        "Late (16-30 days)": ("5000", "4500", "500"),
        "Late (31-120 days)": ("5000", "120.5", "4879.5"),
        "Charged Off": ("5000", "0.0", "250"),
    }
    path = tmp_path / "loans.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for number, (status, (amount, balance, paid)) in enumerate(loans.items()):
            writer.writerow(
                (
                    number,
                    "NY",
                    "car",
                    amount,
                    36,
                    12.5,
                    "150.00",
                    "B",
                    "Feb-2018",
                    status,
                    balance,
                    paid,
                    paid,
                )
            )
    mapping = load_mapping(ROOT / "examples" / "lending_club.toml")
    outcome = import_file(sqlite_store, path, "Lending Club", mapping)
    assert (outcome.rejected, outcome.accounts.made, outcome.unlocatable) == (0, 6, 4)
    with sqlite_store.read() as tx:
        rows = tx.all("SELECT details, status, overdue, total, minimum FROM account ORDER BY id")
        assert tx.value("SELECT count(*) FROM ready") == 0
    assert [row[1:] for row in rows] == [
        ("open", 0, 400010, 15000),
        ("paid", 0, 0, 0),
        ("open", 15000, 450000, 15000),
        ("open", 15000, 450000, 15000),
        ("open", 12050, 12050, 12050),
        ("charged_off", 475000, 475000, 15000),
    ]
