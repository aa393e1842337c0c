"""Stamped tax receipts read from XML: CFDI 4.0 and its payment complement 2.0, by satcfdi.

What comes may be anything: it is parsed without entities, document types, network or huge trees
before satcfdi sees it. Importing this module is slow; who needs it imports it then.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree
from satcfdi.cfdi import CFDI

from rules.explained import Explained
from rules.tax.tax_board import MOST_FILE_BYTES, ReadTaxFiles, TaxFile, TaxFiles, UnreadFile
from rules.tax.tax_checks import Stamped, StampedLine, StampedPayment
from rules.tax.tax_receipts import COMPLEMENT, INVOICE
from rules.text import clean
from rules.words import tr

_ROOT = "{http://www.sat.gob.mx/cfd/4}Comprobante"
_PAYMENTS = "{http://www.sat.gob.mx/Pagos20}Pagos"
_STAMP = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"
_KINDS = {"I": INVOICE, "P": COMPLEMENT}
_VAT = "002"
_UNREADABLE = (KeyError, ValueError, ArithmeticError, AttributeError, TypeError, IndexError)
"""What satcfdi raises of an element or attribute that is missing or of another form."""

MOST_FILES = 2_000
_lock = threading.Lock()
"""satcfdi looks codes up through one SQLite connection for all threads."""


class TaxXmlError(Explained):
    """A file is no stamped CFDI that could be used; the message says what is wrong with it."""


def digest(xml: str) -> str:
    """SHA-256 of a file's text."""
    return hashlib.sha256(xml.encode()).hexdigest()


def read(xml: str | bytes) -> Stamped:
    """A stamped CFDI 4.0: an invoice (I), or a payment (P) with complement 2.0.

    Raises:
        TaxXmlError: it is too big, no XML, another document, not stamped, or lacks something.
    """
    data = xml.encode() if isinstance(xml, str) else xml
    if len(data) > MOST_FILE_BYTES:
        raise TaxXmlError(tr("bigger than {size} kB: no tax receipt is", size=MOST_FILE_BYTES // 1024))
    root = _root(data)
    if root.tag != _ROOT:
        raise TaxXmlError(tr("not a CFDI 4.0: its first element is {tag}", tag=clean(str(root.tag))[:80]))
    if root.find(f".//{_STAMP}") is None:
        raise TaxXmlError(tr("not stamped: it has no TimbreFiscalDigital"))
    try:
        with _lock:
            found: Mapping[str, Any] = CFDI.from_xml(root)
        return _stamped(found, root)
    except TaxXmlError:
        raise
    except _UNREADABLE as error:
        what = clean(str(error.args[0] if error.args else error))[:80]
        raise TaxXmlError(tr("something is missing or badly written in it: {what}", what=what)) from error


def _root(data: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
    )
    try:
        root = etree.fromstring(data.removeprefix(b"\xef\xbb\xbf"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise TaxXmlError(tr("not XML: {what}", what=clean(str(error))[:80])) from error
    if root.getroottree().docinfo.doctype:
        raise TaxXmlError(tr("it declares a document type, as no CFDI does"))
    return root


def _stamped(found: Mapping[str, Any], root: Any) -> Stamped:
    kind = str(_code(found["TipoDeComprobante"]))
    if kind not in _KINDS:
        raise TaxXmlError(
            tr("a CFDI of type {kind}; only I (invoice) and P (payment) are followed up", kind=kind)
        )
    if kind == "P" and root.find(f".//{_PAYMENTS}") is None:
        raise TaxXmlError(tr("a payment without the payment complement 2.0"))
    stamp, complement = found["Complemento"]["TimbreFiscalDigital"], found["Complemento"]
    base, tax = _vat(found.get("Impuestos") or {}, "Traslados", "")
    return Stamped(
        uuid=str(stamp["UUID"]).upper(),
        kind=_KINDS[kind],
        issuer=str(found["Emisor"]["Rfc"]).upper(),
        receiver=str(found["Receptor"]["Rfc"]).upper(),
        issued=_moment(found["Fecha"]),
        stamped=_moment(stamp["FechaTimbrado"]),
        currency=_code(found["Moneda"]),
        total=_minor(found["Total"]),
        use=_code(found["Receptor"]["UsoCFDI"]),
        method=_code(found.get("MetodoPago")),
        form=_code(found.get("FormaPago")),
        base=base,
        tax=tax,
        words=_words(found),
        payments=tuple(map(_payment, complement["Pagos"]["Pago"])) if kind == "P" else (),
    )


def _payment(pago: Mapping[str, Any]) -> StampedPayment:
    return StampedPayment(
        on=pago["FechaPago"].date(),
        form=_code(pago["FormaDePagoP"]),
        currency=_code(pago["MonedaP"]),
        amount=_minor(pago["Monto"]),
        lines=tuple(map(_line, pago["DoctoRelacionado"])),
    )


def _line(docto: Mapping[str, Any]) -> StampedLine:
    base, tax = _vat(docto.get("ImpuestosDR") or {}, "TrasladosDR", "DR")
    return StampedLine(
        invoice=str(docto["IdDocumento"]).upper(),
        number=int(docto["NumParcialidad"]),
        before=_minor(docto["ImpSaldoAnt"]),
        paid=_minor(docto["ImpPagado"]),
        after=_minor(docto["ImpSaldoInsoluto"]),
        currency=_code(docto["MonedaDR"]),
        base=base,
        tax=tax,
    )


def _vat(taxes: Mapping[str, Any], group: str, suffix: str) -> tuple[Decimal, Decimal]:
    """Base and amount of the value added tax, exempt parts with an amount of 0."""
    parts = taxes.get(group) or ()
    rows: Iterable[Mapping[str, Any]] = parts.values() if isinstance(parts, Mapping) else parts
    mine = [one for one in rows if _code(one[f"Impuesto{suffix}"]) == _VAT]
    base = sum((Decimal(one[f"Base{suffix}"]) for one in mine), Decimal(0))
    return base, sum((Decimal(one.get(f"Importe{suffix}") or 0) for one in mine), Decimal(0))


def _words(found: Mapping[str, Any]) -> str:
    own = [found.get(name) for name in ("Serie", "Folio", "CondicionesDePago")]
    concepts = [
        concept.get(name) for concept in found["Conceptos"] for name in ("NoIdentificacion", "Descripcion")
    ]
    return clean(" ".join(str(one) for one in (*own, *concepts) if one))[:2_000]


def _code(value: Any) -> str:
    """A code as it stands in the file; satcfdi keeps its description beside it."""
    return "" if value is None else str(getattr(value, "code", value))


def _moment(value: datetime | str) -> str:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.replace(tzinfo=None).isoformat()


def _minor(value: Decimal) -> int:
    try:
        minor = Decimal(value).scaleb(2)
        whole = int(minor)
    except InvalidOperation as error:
        raise TaxXmlError(tr("an amount that is none: {what}", what=clean(str(value))[:40])) from error
    if minor != whole:
        raise TaxXmlError(tr("an amount with parts of a cent: {what}", what=str(value)[:40]))
    return whole


def read_files(job: ReadTaxFiles) -> TaxFiles:
    """The XML files at a path, a file or a folder; those that can't be used with the reason.

    Raises:
        TaxXmlError: there is nothing at the path, or no XML file in the folder.
        OSError: it can't be read.
    """
    path = Path(job.path.strip().strip("'\"")).expanduser()
    if not path.exists():
        raise TaxXmlError(tr("There is no file or folder {path}.", path=clean(str(path))))
    paths = sorted(one for one in path.iterdir() if one.suffix.lower() == ".xml") if path.is_dir() else [path]
    if not paths:
        raise TaxXmlError(tr("There is no .xml file in {path}.", path=clean(str(path))))
    if len(paths) > MOST_FILES:
        raise TaxXmlError(tr("{count} files at once; {most} at most.", count=len(paths), most=MOST_FILES))
    found: list[TaxFile] = []
    unread: list[UnreadFile] = []
    for one in paths:
        name = clean(one.name)[:120]
        try:
            found.append(_file(one, name))
        except TaxXmlError as error:
            unread.append(UnreadFile(name=name, why=str(error)))
    return TaxFiles(files=tuple(found), unread=tuple(unread))


def _file(path: Path, name: str) -> TaxFile:
    with path.open("rb") as opened:
        data = opened.read(MOST_FILE_BYTES + 1)
    uuid = read(data).uuid
    try:
        return TaxFile(name=name, xml=data.decode("utf-8-sig"), uuid=uuid)
    except UnicodeDecodeError as error:
        raise TaxXmlError(tr("not in UTF-8, as the tax authority wants it")) from error
