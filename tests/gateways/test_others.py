"""The practice gateway, the choice of gateways with their secrets, and terminals' files on the disk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from gateways.choosing import GatewayError, gateways, secret
from gateways.practice import PAYS_AFTER, Practice
from gateways.terminal import read
from rules.paying.gateways import GatewayAway, Wish
from rules.paying.intent_orders import ReadTerminalFile
from rules.paying.terminal_columns import FileRefused


class Now:
    at = datetime(2026, 11, 20, 16, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def wish(amount: int, method: str = "link") -> Wish:
    return Wish(key=f"k-{amount}-{method}", method=method, amount=amount, currency="MXN", about="")


@pytest.fixture
def now() -> Now:
    return Now()


def test_practice_pays_a_terminal_at_once_and_a_link_after_a_while(now: Now) -> None:
    practice = Practice(now)
    paid = practice.take(wish(100_00, "terminal"))
    assert (paid.status, len(paid.auth_code), paid.terminal) == ("approved", 6, "TPV-1")
    link = practice.take(wish(100_00))
    assert (link.status, bool(link.url)) == ("pending", True)
    now.at += PAYS_AFTER
    assert practice.look(wish(100_00).key, link.external).status == "approved"
    assert practice.withdraw(wish(100_00).key, link.external).status == "approved"


def test_practice_tells_by_the_cents_what_happens(now: Now) -> None:
    practice = Practice(now)
    assert practice.take(wish(100_01, "terminal")).reason == "insufficient_funds"
    assert practice.take(wish(100_02, "terminal")).status == "expired"
    silent = wish(100_03, "terminal")
    with pytest.raises(GatewayAway):
        practice.take(silent)
    assert practice.take(silent).status == "approved"


def test_practice_gives_back_once_for_each_order(now: Now) -> None:
    practice = Practice(now)
    paid = practice.take(wish(100_00, "terminal"))
    key = wish(100_00, "terminal").key
    for order in ("a", "a"):
        assert practice.refund(key, paid.external, 40_00, order).refunded == 40_00
    assert practice.refund(key, paid.external, 60_00, "b").status == "refunded"


def test_practice_is_refused_on_a_real_store(now: Now) -> None:
    with pytest.raises(GatewayError, match="training"):
        gateways(["practice"], now, training=False)
    assert [one.name for one in gateways(["practice", "practice"], now, training=True)] == ["practice"]


def test_a_secret_comes_from_the_environment_or_a_file_and_is_missed_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, now: Now
) -> None:
    for name in ("AGENT_TUI_STRIPE_KEY", "AGENT_TUI_STRIPE_WEBHOOK_SECRET"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(GatewayError, match="AGENT_TUI_STRIPE_KEY_FILE"):
        gateways(["stripe"], now, training=False)
    file = tmp_path / "key"
    monkeypatch.setenv("AGENT_TUI_STRIPE_KEY_FILE", str(file))
    with pytest.raises(GatewayError, match="can't be read"):
        secret("AGENT_TUI_STRIPE_KEY")
    file.write_text(" \n")
    with pytest.raises(GatewayError, match="empty"):
        secret("AGENT_TUI_STRIPE_KEY")
    file.write_text("sk_test_1\n")
    monkeypatch.setenv("AGENT_TUI_STRIPE_WEBHOOK_SECRET", "whsec_1")
    [stripe] = gateways(["stripe"], now, training=False)
    assert stripe.name == "stripe"
    stripe.close()


LINES = "Fecha;Importe;Autorización;Referencia\n20/11/2026 14:05;1,500.00;123456;0A1B2C3D\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_terminals_csv_is_read_in_the_encodings_of_portals(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "ventas.csv"
    file.write_bytes(LINES.encode(encoding))
    [row] = read(ReadTerminalFile(path=str(file), zone="America/Mexico_City"))
    assert (row.amount, row.auth_code, row.reference) == (1500_00, "123456", "0A1B2C3D")
    assert row.at is not None
    assert row.at.utcoffset() == timedelta(hours=-6)


def test_a_terminals_workbook_is_read(tmp_path: Path) -> None:
    file = tmp_path / "ventas.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Importe", "Autorización", "Tarjeta"])
        sheet.write_row(1, 0, [1500.5, "123456", "************4242"])
    [row] = read(ReadTerminalFile(path=str(file)))
    assert (row.amount, row.auth_code, row.last4) == (1500_50, "123456", "4242")


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ventas.xlsx"
    file.write_bytes(b"nothing")
    with pytest.raises(FileRefused, match="no table"):
        read(ReadTerminalFile(path=str(file)))
    with pytest.raises(FileNotFoundError):
        read(ReadTerminalFile(path=str(tmp_path / "none.csv")))
