"""``agent-tui agreement``: the issued text comes out as it was, or not at all."""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime

import pytest

from agent_tui.cli import main
from rules.agreement import digest
from rules.agreements import folio
from storage.agreement_pdf import pdf
from storage.central.connection import Store

TEXT = "CONVENIO DE PAGO\nHecho hoy.\n\nPARTES\nCliente: María Ñáñez Łukasz\n" + "Más: $1,500.00\n" * 80
MADE = datetime(2026, 11, 25, 17, tzinfo=UTC)
FOLIO = folio("f1")


@pytest.fixture
def kept(sqlite_store: Store, sqlite_url: str) -> str:
    """A store with one agreement; its URL."""
    add(sqlite_store, TEXT, digest(TEXT))
    return sqlite_url


def add(store: Store, text: str, checked: str) -> None:
    with store.begin() as tx:
        portfolio = tx.value(
            """
            INSERT INTO portfolio (name, product, country, currency, language, creditor, firm, on_hold, goal,
                settings)
            VALUES ('P', 'loan', 'MX', 'MXN', 'es', 'B', 'F', false, 0, '{}') RETURNING id
            """
        )
        client = tx.value(
            """
            INSERT INTO client (portfolio_id, namespace, ref, kind, name, country, zones, language, tax_id,
                national_id, state, address, treatment, do_not_contact, hold_reason, version)
            VALUES (:portfolio, 't', 'C', 'person', 'M', 'MX', '[]', 'es', '', '', '', '', '', false, '', 1)
            RETURNING id
            """,
            portfolio=portfolio,
        )
        account = tx.value(
            """
            INSERT INTO account (client_id, portfolio_id, ref, product, name, currency, status, overdue,
                total, minimum, disputed, components, details)
            VALUES (:client, :portfolio, 'A', 'loan', 'L', 'MXN', 'open', 0, 0, 0, 0, '{}', '{}') RETURNING id
            """,
            client=client,
            portfolio=portfolio,
        )
        tx.run(
            """
            INSERT INTO agreement (id, client_id, account_id, made, terms, folio, agent, text, digest, status,
                medium)
            VALUES ('f1', :client, :account, :made, :terms, :folio, 'ana', :text, :digest, 'issued', '')
            """,
            client=client,
            account=account,
            made=MADE,
            terms={"kind": "plan", "currency": "MXN", "to_pay": 1},
            folio=FOLIO,
            text=text,
            digest=checked,
        )


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as info:
        main(["agreement", *args])
    return int(info.value.code or 0)


def test_the_text_comes_out_as_it_was_issued(kept, capfdbinary) -> None:
    assert run(FOLIO.lower(), "--store", kept) == 0
    assert capfdbinary.readouterr().out == TEXT.encode()


def test_a_pdf_holds_every_line_with_its_letters(kept, tmp_path, capsys) -> None:
    path = tmp_path / "convenio.pdf"
    assert run(FOLIO, "--store", kept, "-o", str(path)) == 0
    content = path.read_bytes()
    written = b"".join(
        zlib.decompress(stream) for stream in re.findall(rb"stream\n(.*?)\nendstream", content, re.DOTALL)
    )
    assert "María Ñáñez Lukasz".encode("cp1252") not in written  # Ł has no plain form: never a wrong letter
    assert "María Ñáñez ?ukasz".encode("cp1252") in written
    assert written.count(b"1,500.00") == 80
    assert content.count(b"/Type /Page\n") == 2


def test_the_same_agreement_gives_the_same_file() -> None:
    assert pdf(TEXT, FOLIO, MADE) == pdf(TEXT, FOLIO, MADE)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [(folio("f2"), "There is no agreement"), ("CV-00000-00001", "is no folio"), ("nothing", "is no folio")],
)
def test_what_is_not_there_is_said(kept, capsys, wanted, told) -> None:
    assert run(wanted, "--store", kept) == 1
    assert told in capsys.readouterr().err


def test_a_text_that_was_changed_is_not_given_out(sqlite_store, sqlite_url, capsys) -> None:
    add(sqlite_store, TEXT + "\nmás", digest(TEXT))
    assert run(FOLIO, "--store", sqlite_url) == 1
    told = capsys.readouterr()
    assert "not the one that was issued" in told.err
    assert told.out == ""
