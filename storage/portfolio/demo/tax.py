"""Tax receipts in the demo: what is needed and late, some stamped as they have to be, a few that are not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from rules.tax.tax_board import StampedFiles, TaxFile
from rules.tax.tax_receipts import Figures
from storage.central.cfdi import needs, stamping
from storage.central.connection import Store, document
from storage.central.doors.who import Who
from storage.central.portfolios import books

STAMPED, DIFFERENT = 4, 1
"""Invoices that came back, and those among them with another method than needed."""

ISSUER = "SID980701QX4"
_INVOICE = """\
<?xml version="1.0" encoding="UTF-8"?>
<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  Version="4.0" Folio="{folio}" Fecha="{at}" Sello="" NoCertificado="" Certificado="" SubTotal="{base}"
  Moneda="{currency}" Total="{total}" TipoDeComprobante="I" Exportacion="01" MetodoPago="{method}"
  FormaPago="{form}" LugarExpedicion="06600">
  <cfdi:Emisor Rfc="{issuer}" Nombre="ASEGURADORA" RegimenFiscal="601"/>
  <cfdi:Receptor Rfc="{rfc}" Nombre="ASEGURADO" DomicilioFiscalReceptor="06600" RegimenFiscalReceptor="616"
    UsoCFDI="G03"/>
  <cfdi:Conceptos>
    <cfdi:Concepto ClaveProdServ="84131500" Cantidad="1" ClaveUnidad="E48" Descripcion="Prima {label}"
      ValorUnitario="{base}" Importe="{base}" ObjetoImp="02"/>
  </cfdi:Conceptos>
  <cfdi:Impuestos TotalImpuestosTrasladados="{tax}">
    <cfdi:Traslados>
      <cfdi:Traslado Base="{base}" Impuesto="002" TipoFactor="{factor}"{rate}/>
    </cfdi:Traslados>
  </cfdi:Impuestos>
  <cfdi:Complemento>
    <tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" Version="1.1" UUID="{uuid}"
      FechaTimbrado="{at}" RfcProvCertif="SAT970701NN3" SelloCFD="" NoCertificadoSAT="" SelloSAT=""/>
  </cfdi:Complemento>
</cfdi:Comprobante>
"""
_ASKED = """
    SELECT t.id, t.figures, t.currency, c.tax_id, p.number, r.number, r.of, c.portfolio_id
    FROM tax_receipt t
    JOIN client c ON c.id = t.client_id
    JOIN receipt r ON r.id = t.receipt_id
    JOIN policy p ON p.id = r.policy_id
    WHERE t.kind = 'invoice' AND t.status = 'requested'
    ORDER BY t.due DESC, t.id
    LIMIT :most
"""


def follow_up(store: Store, user_id: int, name: str) -> None:
    """Follow what was brought in, and attach the first invoices that came back.

    Args:
        store: where.
        user_id: who attaches them.
        name: what that person is called.
    """
    needs.catch_up(store)
    who = Who(user_id=user_id, name=name, display_name=name, role="backoffice", device="")
    with store.read() as tx:
        rows = tx.all(_ASKED, most=STAMPED)
        at = (tx.now - timedelta(days=1)).replace(microsecond=0)
        zones = {book.id: book.zone for book in books(tx).values()}
    for place, row in enumerate(rows):
        file = TaxFile(name=f"{place + 1}.xml", xml=_xml(place, row, at.astimezone(zones[row[7]])))
        stamping.attach(store, who, StampedFiles(files=(file,), target=row[0]))


def _xml(place: int, row: tuple[Any, ...], at: datetime) -> str:
    figures = msgspec.convert(document(row[1]), Figures)
    other = place < DIFFERENT
    taxed = f' TasaOCuota="0.{figures.rate:04d}00" Importe="{figures.tax}"'
    return _INVOICE.format(
        folio=place + 1,
        at=at.replace(tzinfo=None).isoformat(),
        base=figures.base,
        tax=figures.tax,
        total=figures.base + figures.tax,
        currency=row[2],
        method={"PUE": "PPD", "PPD": "PUE"}[figures.method] if other else figures.method,
        form=figures.form or "03",
        issuer=ISSUER,
        rfc=row[3] or "XAXX010101000",
        label=f"{row[4]} {row[5]}/{row[6]}",
        factor="Tasa" if figures.rate else "Exento",
        rate=taxed if figures.rate else "",
        uuid=f"5D0C1F6A-7C3B-4E21-9A58-{place + 1:012d}",
    )
