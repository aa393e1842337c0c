"""Stamped tax receipts as files, made with satcfdi."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from satcfdi.cfdi import CFDI
from satcfdi.create.cfd import cfdi40, pago20

from rules.tax.tax_receipts import Figures

RFC = "PEGJ800101AB1"
ISSUER = {"Rfc": "SEG010101AB1", "Nombre": "SEGUROS", "RegimenFiscal": "601"}
STAMPED = datetime(2026, 11, 26, 10)  # noqa: DTZ001 - a stamp has no zone


def stamp(uuid: str) -> CFDI:
    found = CFDI(
        {
            "Version": "1.1",
            "UUID": uuid,
            "FechaTimbrado": STAMPED,
            "RfcProvCertif": "AAA010101AAA",
            "SelloCFD": "x",
            "NoCertificadoSAT": "0" * 20,
            "SelloSAT": "y",
        }
    )
    found.tag = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"
    return found


def receiver(use: str, rfc: str = RFC) -> dict[str, str]:
    return {
        "Rfc": rfc, "Nombre": "JUANA PEREZ", "DomicilioFiscalReceptor": "06000",
        "RegimenFiscalReceptor": "605", "UsoCFDI": use,
    }  # fmt: skip


def uuid(number: int) -> str:
    return f"6F1B0D1E-1111-4222-8333-{number:012d}"


def invoice_xml(
    figures: Figures, number: int, *, words: str = "Prima AUT-12345 1/4", rfc: str = RFC, **more: Any
) -> str:
    """An invoice with one concept. more: attributes that differ."""
    rate = Decimal(figures.rate).scaleb(-4)
    tax = (
        cfdi40.Traslado("002", "Tasa", rate.quantize(Decimal("0.000001")))
        if figures.rate
        else cfdi40.Traslado("002", "Exento")
    )
    concept = cfdi40.Concepto(
        clave_prod_serv="84131500",
        cantidad=1,
        clave_unidad="E48",
        descripcion=words,
        valor_unitario=figures.base,
        impuestos=cfdi40.Impuestos(traslados=[tax]),
    )
    given = {"metodo_pago": figures.method, "forma_pago": figures.form or "03"} | more
    made = cfdi40.Comprobante(
        emisor=ISSUER,
        lugar_expedicion="06000",
        receptor=receiver("G03", rfc),
        conceptos=[concept],
        complemento={"TimbreFiscalDigital": stamp(uuid(number))},
        fecha=STAMPED,
        **given,
    )
    return str(made.xml_bytes().decode())


def complement_xml(lines: Sequence[tuple[str, Figures]], number: int, *, rfc: str = RFC) -> str:
    """A complement of one payment on some invoices, each by its uuid."""
    doctos = []
    for invoice, one in lines:
        rate = Decimal(one.rate).scaleb(-4).quantize(Decimal("0.000001"))
        tax = (
            pago20.TrasladoDR(one.base, "002", "Tasa", rate, one.tax)
            if one.rate
            else pago20.TrasladoDR(one.base, "002", "Exento")
        )
        doctos.append(
            pago20.DoctoRelacionado(
                id_documento=invoice,
                moneda_dr="MXN",
                equivalencia_dr=1,
                num_parcialidad=one.number,
                imp_saldo_ant=Decimal(one.before).scaleb(-2),
                imp_pagado=Decimal(one.total).scaleb(-2),
                objeto_imp_dr="02",
                impuestos_dr=pago20.ImpuestosDR(traslados_dr=[tax]),
            )
        )
    first = lines[0][1]
    assert first.paid_on
    pagos = pago20.Pagos(
        pago=[
            pago20.Pago(
                fecha_pago=datetime(first.paid_on.year, first.paid_on.month, first.paid_on.day, 12),  # noqa: DTZ001 - as above
                forma_de_pago_p=first.form,
                moneda_p="MXN",
                tipo_cambio_p=1,
                monto=Decimal(sum(one.total for _, one in lines)).scaleb(-2),
                docto_relacionado=doctos,
            )
        ]
    )
    made = cfdi40.Comprobante.pago(
        emisor=ISSUER,
        lugar_expedicion="06000",
        receptor=receiver("CP01", rfc),
        complemento_pago={"Pagos": pagos, "TimbreFiscalDigital": stamp(uuid(number))},
        fecha=STAMPED,
    )
    return str(made.xml_bytes().decode())
