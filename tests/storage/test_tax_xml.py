"""Stamped tax receipts are read; whatever else comes is refused with a word on what is wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rules.tax.tax_board import MOST_FILE_BYTES, ReadTaxFiles
from rules.tax.tax_receipts import Applied, Premium, needs
from storage import tax_xml
from storage.tax_xml import TaxXmlError
from tests.storage.central.tax_files import complement_xml, invoice_xml, uuid

PREMIUM = Premium(id=1, opens=date(2026, 10, 10), subtotal=1_000_000, tax=160_000, total=1_160_000)
INVOICE, COMPLEMENT = (
    one.figures
    for one in needs(PREMIUM, [Applied(payment_id=1, on=date(2026, 11, 25), amount=500_000, channel="spei")])
)


def test_an_invoice_is_read() -> None:
    found = tax_xml.read(invoice_xml(INVOICE, 1))
    assert (found.kind, found.uuid, found.receiver, found.currency) == (
        "invoice", uuid(1), "PEGJ800101AB1", "MXN",
    )  # fmt: skip
    assert (found.total, found.method, found.form, found.base, found.tax) == (
        1_160_000, "PPD", "99", Decimal("10000.00"), Decimal("1600.00"),
    )  # fmt: skip
    assert found.stamped == "2026-11-26T10:00:00"
    assert "AUT-12345" in found.words


def test_an_exempt_invoice_has_a_base_and_no_tax() -> None:
    exempt = Premium(id=1, opens=date(2026, 11, 10), subtotal=920_000, tax=0, total=920_000)
    (need,) = needs(exempt, [Applied(payment_id=1, on=date(2026, 11, 25), amount=920_000)])
    found = tax_xml.read(invoice_xml(need.figures, 1))
    assert (found.base, found.tax, found.total) == (Decimal("9200.00"), Decimal(0), 920_000)


def test_a_complement_is_read_with_its_lines() -> None:
    found = tax_xml.read(complement_xml([(uuid(1).lower(), COMPLEMENT)], 2))
    assert (found.kind, found.currency, found.total, found.use) == ("complement", "XXX", 0, "CP01")
    (payment,) = found.payments
    (line,) = payment.lines
    assert (payment.on, payment.form, payment.amount) == (date(2026, 11, 25), "03", 500_000)
    assert (line.invoice, line.number, line.before, line.paid, line.after) == (
        uuid(1), 1, 1_160_000, 500_000, 660_000,
    )  # fmt: skip
    assert (line.base, line.tax) == (Decimal("4310.344828"), Decimal("689.655172"))


GOOD = invoice_xml(INVOICE, 1)
LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        ("", "not XML"),
        ("no XML at all", "not XML"),
        (b"\x00\x01\x02", "not XML"),
        (GOOD[:400], "not XML"),
        ("<a><b/></a>", "not a CFDI 4.0: its first element is a"),
        (GOOD.replace("cfd/4", "cfd/3"), "not a CFDI 4.0"),
        (GOOD.replace("tfd:TimbreFiscalDigital", "tfd:Otro"), "not stamped"),
        (GOOD.replace('TipoDeComprobante="I"', 'TipoDeComprobante="N"'), "of type N"),
        (GOOD.replace('TipoDeComprobante="I"', 'TipoDeComprobante="P"'), "without the payment complement"),
        (GOOD.replace('Total="11600.00"', 'Total="once mil"'), "missing or badly written"),
        (GOOD.replace('Total="11600.00"', 'Total="NaN"'), "missing or badly written|is none"),
        (GOOD.replace('Total="11600.00"', 'Total="11600.005"'), "parts of a cent"),
        (GOOD.replace("<cfdi:Emisor", "<cfdi:Nadie").replace("</cfdi:Emisor", "</cfdi:Nadie"), "missing"),
        (GOOD.replace('UUID="', 'Uid="'), "missing.*UUID"),
        (GOOD.replace("?>", f"?>{LAUGHS}", 1), "document type"),
        (GOOD.replace("?>", '?><!DOCTYPE a SYSTEM "file:///etc/passwd">', 1), "document type"),
        ("<a>" * 5_000, "not XML"),
        (GOOD + " " * MOST_FILE_BYTES, "bigger than 256 kB"),
    ],
)
def test_what_is_no_stamped_cfdi_is_refused(xml: str | bytes, why: str) -> None:
    with pytest.raises(TaxXmlError, match=why):
        tax_xml.read(xml)


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "b.XML").write_text(GOOD, encoding="utf-8")
    (tmp_path / "a.xml").write_text("broken", encoding="utf-8")
    (tmp_path / "c.pdf").write_text("not looked at", encoding="utf-8")
    found = tax_xml.read_files(ReadTaxFiles(path=f"'{tmp_path}'"))
    assert [(one.name, one.uuid) for one in found.files] == [("b.XML", uuid(1))]
    assert [one.name for one in found.unread] == ["a.xml"]


def test_a_path_with_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(TaxXmlError, match=r"no file or folder .*nowhere"):
        tax_xml.read_files(ReadTaxFiles(path=str(tmp_path / "nowhere")))
    with pytest.raises(TaxXmlError, match=r"no \.xml file"):
        tax_xml.read_files(ReadTaxFiles(path=str(tmp_path)))
