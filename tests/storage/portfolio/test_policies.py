from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rules.insurance.policies import Policy
from storage.central.clients import documents
from storage.central.connection import Store
from storage.central.upkeep.consistency import check as check_store
from storage.portfolio.importing import import_file
from storage.portfolio.mapping import parse_mapping
from storage.portfolio.policies import Outcome, take_policies
from storage.portfolio.policy_mapping import PolicyMapping, parse_policy_mapping, propose

CLIENTS = """cliente,nombre,cuenta,vencido,total
7,Rosa Díaz,CRE-7,0,1000
8,Ana Gil,CRE-8,0,1000
"""
CLIENT_MAP = """
namespace = "seguros"
[portfolio]
product = "insurance"
[client]
ref = "cliente"
name = "nombre"
[account]
ref = "cuenta"
overdue = "vencido"
total = "total"
"""
MAP = """
namespace = "seguros"
[policy]
client = "cliente"
number = "poliza"
kind = "ramo"
insurer = "aseguradora"
starts = "desde"
frequency = "forma"
channel = "conducto"
insured = "asegurados"
beneficiaries = "beneficiarios"
net = "prima"
fee = "derecho poliza"
surcharge = "recargo pct"
[receipt]
number = "recibo"
of = "de"
due = "vence"
net = "neta"
surcharge = "recargo"
fee = "derecho"
tax = "iva"
total = "importe"
paid_on = "pagado"
"""
HEAD = (
    "cliente,poliza,ramo,aseguradora,desde,forma,conducto,asegurados,beneficiarios,prima,derecho poliza,"
    "recargo pct,recibo,de,vence,neta,recargo,derecho,iva,importe,pagado\n"
)
AUTO = "7,AUT-1,Auto,Seguros Norte,01/09/2026,Semestral,agente,Rosa Díaz;Versa 2021,,12000,550,3.7"
FILE = HEAD + (
    f"{AUTO},1,2,01/09/2026,6000.00,222.00,550.00,1083.52,7855.52,05/09/2026\n"
    f"{AUTO},2,2,01/03/2027,6000.00,222.00,0,995.52,7217.52,\n"
    "8,VID-1,Vida,Seguros Norte,01/11/2026,Anual,domi,Ana Gil,Luis Gil=60%;Eva Gil=40%,9000,0,,1,1,"
    "01/11/2026,9000.00,0,0,0,9000.00,\n"
)
WRONG = HEAD + (
    f"{AUTO},1,2,01/09/2026,6000.00,222.00,550.00,1083.52,7855.53,\n"  # a cent too much
    "99,AUT-9,Auto,Norte,01/09/2026,Anual,agente,,,1,0,,1,1,01/09/2026,1,0,0,0,1,\n"  # an unknown client
    "8,AUT-8,Barco,Norte,01/09/2026,Anual,agente,,,1,0,,1,1,01/09/2026,1,0,0,0,1,\n"  # an unknown kind
    "8,VID-2,Vida,Norte,01/09/2026,Anual,agente,,,1,0,,1,1,,1,0,0,0,1,\n"  # without a day
)

Take = Callable[..., Outcome]


@pytest.fixture
def take(store: Store, tmp_path: Path) -> Take:
    brought = tmp_path / "clientes.csv"
    brought.write_text(CLIENTS, encoding="utf-8")
    import_file(store, brought, "Vida", parse_mapping(CLIENT_MAP, "map.toml"))

    def take(text: str, *, dry_run: bool = False) -> Outcome:
        path = tmp_path / "recibos.csv"
        path.write_text(text, encoding="utf-8")
        return take_policies(store, path, "Vida", mapping(), where="map.toml", dry_run=dry_run)

    return take


def mapping() -> PolicyMapping:
    return parse_policy_mapping(MAP, "map.toml")


def policies(store: Store) -> dict[str, Policy]:
    with store.read() as tx:
        ids = [row[0] for row in tx.all("SELECT id FROM client ORDER BY id")]
        return {policy.number: policy for client in documents(tx, ids).values() for policy in client.policies}


def test_receipts_become_policies_with_their_grace_to_the_hour(store: Store, take: Take) -> None:
    outcome = take(FILE)

    assert (outcome.rejected, outcome.policies.made, outcome.receipts.made) == (0, 2, 3)
    car, life = policies(store)["AUT-1"], policies(store)["VID-1"]
    assert [(one.number, one.total, one.status) for one in car.receipts] == [
        (1, 7_855_52, "paid"),
        (2, 7_217_52, "pending"),
    ]
    assert car.sheet.terms is not None
    assert (car.sheet.terms.net, car.sheet.terms.surcharges) == (12_000_00, {"semiannual": 370})
    assert [one.name for one in car.sheet.insured] == ["Rosa Díaz", "Versa 2021"]
    assert [(one.name, one.share) for one in life.sheet.beneficiaries] == [
        ("Luis Gil", 6000),
        ("Eva Gil", 4000),
    ]
    # Due on the 1st of November, 30 days: cover ceases on the 1st of December at noon in Mexico.
    assert life.status == "grace"
    assert life.receipts[0].grace_ends is not None
    assert life.receipts[0].grace_ends.isoformat() == "2026-12-01T18:00:00+00:00"


def test_what_a_policy_owes_comes_from_its_receipts_and_the_store_stays_sound(
    store: Store, take: Take
) -> None:
    take(FILE)

    with store.read() as tx:
        rows = tx.all("SELECT ref, overdue, total, oldest_due IS NULL FROM account ORDER BY ref")
    assert [(row[0], row[1], row[2]) for row in rows if row[0].startswith(("AUT", "VID"))] == [
        ("AUT-1", 0, 7_217_52),
        ("VID-1", 9_000_00, 9_000_00),
    ]
    assert check_store(store) == []


def test_the_same_file_twice_changes_nothing_and_a_trial_even_less(store: Store, take: Take) -> None:
    tried = take(FILE, dry_run=True)
    assert (tried.policies.made, tried.receipts.made) == (2, 3)
    assert policies(store) == {}

    take(FILE)
    again = take(FILE)

    assert (again.policies.made, again.policies.updated, again.policies.unchanged) == (0, 0, 2)
    assert (again.receipts.made, again.receipts.updated, again.receipts.unchanged) == (0, 0, 3)


def test_open_receipts_follow_a_newer_file_and_settled_ones_do_not(store: Store, take: Take) -> None:
    take(FILE)
    newer = FILE.replace("6000.00,222.00,0,995.52,7217.52", "6100.00,222.00,0,1011.52,7333.52").replace(
        "6000.00,222.00,550.00,1083.52,7855.52", "6100.00,222.00,550.00,1099.52,7971.52"
    )
    outcome = take(newer)

    assert (outcome.receipts.updated, outcome.rejected) == (1, 1)
    assert [one.total for one in policies(store)["AUT-1"].receipts] == [7_855_52, 7_333_52]
    assert "receipt 1 is settled here" in Path(outcome.rejects).read_text(encoding="utf-8")


def test_rows_that_do_not_fit_are_listed_with_their_reasons(take: Take) -> None:
    outcome = take(WRONG)

    listed = Path(outcome.rejects).read_text(encoding="utf-8")
    assert outcome.rejected == 4
    for reason in (
        "net, surcharge, fee and tax sum to another total",
        "there is no client 99 in this portfolio",
        "Barco is none of car, life, medical, damage, surety",
        "is empty",
    ):
        assert reason in listed


def test_a_mapping_is_guessed_from_the_usual_headers() -> None:
    guess = propose(("No. Cliente", "Póliza", "Recibo", "Vencimiento", "Prima Total", "Ramo", "IVA"))

    assert guess.missing == ()
    read = parse_policy_mapping(guess.text, "guess")
    assert (read.policy.number, read.receipt.total, read.receipt.tax) == (
        "[Póliza]",
        "[Prima Total]",
        "[IVA]",
    )
    assert propose(("Nombre",)).missing == (
        "policy.client",
        "policy.number",
        "receipt.number",
        "receipt.due",
        "receipt.total",
    )
