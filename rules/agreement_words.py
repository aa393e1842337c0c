"""The words of a written agreement, each as (Spanish, English): plain facts, and no pressure."""

from __future__ import annotations

TITLE = ("CONVENIO DE PAGO {folio}", "PAYMENT AGREEMENT {folio}")
MADE = ("Hecho el {day}.", "Made on {day}.")
COLLECTOR = (
    "Este documento es de un despacho que cobra por cuenta del acreedor; los datos que usted dé se usan "
    "para ese fin.",
    "This communication is from a debt collector. This is an attempt to collect a debt, and any "
    "information obtained will be used for that purpose.",
)

PARTIES = ("PARTES", "PARTIES")
CLIENT = ("Cliente", "Customer")
CREDITOR = ("Acreedor", "Creditor")
FIRM = ("Despacho que gestiona", "Collection firm")
FIRM_ADDRESS = ("Domicilio del despacho", "Address of the firm")
FIRM_PHONE = ("Teléfono del despacho", "Phone of the firm")
AGENT = ("Gestor", "Agent")

DEBT = ("ADEUDO AL {day}", "THE DEBT AS OF {day}")
PRODUCT = ("Producto", "Product")
NUMBER = ("Crédito o contrato", "Account number")
OTHER = ("Otros conceptos", "Other items")
TOTAL = ("Total del adeudo", "Total amount of the debt")
DISPUTED = ("Menos: en aclaración, no se cobra", "Less: in dispute, not collected")
CALCULATED = (
    "Cada concepto es el que el acreedor calculó a esa fecha, según el contrato.",
    "Each item is as the creditor calculated it to that date, by the contract. Interest, fees, payments "
    "and credits since then: none are added by this agreement.",
)

WAIVED = ("LO QUE SE CONDONA", "WHAT IS WAIVED")
NOTHING_WAIVED = ("Este convenio no incluye ningún descuento.", "This agreement holds no discount.")
WAIVED_TOTAL = ("Total que se condona ({percent} % del adeudo)", "Total waived ({percent} % of the debt)")

PAYMENTS = ("PAGOS", "PAYMENTS")
PAYMENT = ("{number}. {day}", "{number}. {day}")
TO_PAY = ("Total por pagar", "Total to pay")
RECEIPTS = ("RECIBOS QUE SE PAGAN", "RECEIPTS THAT ARE PAID")
RECEIPT = (
    "Recibo {number}/{of}, póliza {policy}, vence {day}",
    "Receipt {number}/{of}, policy {policy}, due {day}",
)
RECEIPTS_TOTAL = ("Total de los recibos", "Total of the receipts")
WHOLE_RECEIPTS = (
    "Los pagos de este convenio se aplican a estos recibos, completos, en el orden en que vencen.",
    "The payments of this agreement go to these receipts, whole, in the order in which they fall due.",
)
BEYOND_GRACE = (
    "Los pagos siguen después de que termina la cobertura del seguro: este convenio no la prolonga.",
    "Payments go on after the insurance cover ends: this agreement does not prolong it.",
)

SCOPE = ("ALCANCE", "SCOPE")
SETTLES = (
    "Al hacer todos los pagos en su fecha el adeudo queda liquidado por completo: no se debe nada más de "
    "este crédito y el acreedor entrega la carta finiquito.",
    "Once every payment is made on its date the debt is settled in full: nothing more is owed on this "
    "account, and the creditor gives a letter that says so.",
)
PARTIAL = (
    "Los pagos son parciales: no liquidan el adeudo. Después de ellos quedan {rest} por pagar según "
    "el contrato.",
    "The payments are partial: they do not settle the debt. After them {rest} remain, by the contract.",
)

WHERE = ("DÓNDE PAGAR", "WHERE TO PAY")
ONLY_CREDITOR = (
    "Pague sólo a {creditor}. Ni {firm} ni sus gestores reciben pagos.",
    "Pay {creditor} only. Neither {firm} nor its agents take payments.",
)
CLABE = ("CLABE del acreedor", "Creditor's bank account (CLABE)")
REFERENCE = ("Referencia de pago", "Payment reference")
BY_NUMBER = (
    "En los medios de pago del acreedor, con el número de crédito o contrato {number}.",
    "Through the creditor's own ways to pay, with account number {number}.",
)

MISSED = ("SI UN PAGO NO LLEGA", "IF A PAYMENT IS MISSED")
MISSED_TEXT = (
    "Cada pago puede llegar hasta {days} días después de su fecha. Si no llega, el convenio termina: lo "
    "pagado se descuenta del adeudo, lo condonado se vuelve a deber y el contrato sigue como estaba. "
    "Antes de la fecha puede pedir otra.",
    "Each payment may arrive up to {days} days after its date. If it does not, this agreement ends: what "
    "was paid is taken off the debt, what was waived is owed again, and the contract goes on as it was. "
    "Before the date you may ask for another one.",
)

COMPLAINTS = ("QUEJAS Y ACLARACIONES", "COMPLAINTS AND DISPUTES")
COMPLAINTS_UNIT = (
    "Unidad de atención a usuarios de {creditor}: {contact}.",
    "Complaints unit of {creditor}: {contact}.",
)
COMPLAINTS_UNKNOWN = (
    "Pregunte a {creditor} por su unidad de atención a usuarios.",
    "Ask {creditor} for its complaints unit.",
)

COMPONENTS = {
    "gastos_cobranza": ("Gastos de cobranza", "Collection costs"),
    "iva_gastos": ("IVA de los gastos", "VAT on collection costs"),
    "moratorios": ("Intereses moratorios", "Late interest"),
    "iva_moratorios": ("IVA de los moratorios", "VAT on late interest"),
    "interes_ordinario": ("Intereses ordinarios", "Ordinary interest"),
    "iva_interes": ("IVA de los intereses", "VAT on ordinary interest"),
    "prima_neta": ("Prima neta", "Net premium"),
    "recargo": ("Recargo por pago fraccionado", "Instalment surcharge"),
    "derecho": ("Derecho de póliza", "Policy fee"),
    "iva": ("IVA", "VAT"),
    "capital_vencido": ("Capital vencido", "Principal past due"),
    "capital_vigente": ("Capital vigente", "Principal not due"),
}
