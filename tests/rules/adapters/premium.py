"""Examples of premium: receipts, grace, refunds, claims, payments, endorsements, tax receipts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rules.identifiers import read_clabe
from rules.insurance.premiums import (
    OpenReceipt,
    apply_payment,
    claim_offset,
    endorsement_kind,
    frequency_change,
)
from rules.insurance.receipts import (
    NOON,
    breakdown,
    cover_after_payment,
    extended_end,
    gap_premium,
    grace,
)
from rules.insurance.receipts import (
    rehabilitation as rehabilitate,
)
from rules.insurance.unearned import by_instalments, pro_rata, short_rate, term
from rules.rates import share
from rules.tax.cfdi import complement_deadline, complement_lines, payment_method
from rules.tools.reconciliation import reconcile
from tests.rules.adapters.forms import FREQUENCIES, INSURANCE_KINDS, day, minor, money, rate

Case = dict[str, Any]


def receipt_breakdown(case: Case) -> Case:
    net, fee = minor(case["prima_neta"]), minor(case["derecho_poliza"])
    surcharge, tax = rate(case["recargo_rate"]), rate(case["iva_rate"])
    receipts = breakdown(
        net, FREQUENCIES[case["forma_pago"]], surcharge_rate=surcharge, fee=fee, tax_rate=tax
    )
    whole = sum(receipt["total"] for receipt in receipts)
    taxes = sum(receipt["tax"] for receipt in receipts)
    return {
        "receipts": [
            {
                "no": number,
                "prima_neta": money(receipt["net"]),
                "recargo": money(receipt["surcharge"]),
                "derecho": money(receipt["fee"]),
                "subtotal": money(receipt["total"] - receipt["tax"]),
                "iva": money(receipt["tax"]),
                "total": money(receipt["total"]),
            }
            for number, receipt in enumerate(receipts, start=1)
        ],
        "sum_prima_neta": money(sum(receipt["net"] for receipt in receipts)),
        "sum_recargo": money(sum(receipt["surcharge"] for receipt in receipts)),
        "sum_iva": money(taxes),
        "prima_total": money(whole),
        "iva_if_computed_once": money(share(whole - taxes, tax)),
    }


def grace_period(case: Case) -> Case:
    found = grace(
        day(case["due_date"]),
        case["agreed_term_days"],
        INSURANCE_KINDS.get(case["insurance_kind"], "voluntary"),
    )
    answer: Case = {
        "term_days": found.days,
        "last_day": found.last_day and found.last_day.isoformat(),
        "coverage_ceases_at": found.last_day and datetime.combine(found.last_day, NOON).isoformat(),
        "rehabilitation_until": found.rehabilitation_until and found.rehabilitation_until.isoformat(),
    }
    return answer | ({"reason": found.reason} if found.reason else {})


def grace_boundary(case: Case) -> Case:
    ceases = case["coverage_ceases_at"]
    status = cover_after_payment(
        datetime.fromisoformat(ceases) if ceases else None, datetime.fromisoformat(case["paid_at"])
    )
    return {"status": status}


def rehabilitation(case: Case) -> Case:
    back = rehabilitate(day(case["ceased_on"]), day(case["paid_on"]))
    answer: Case = {"allowed": back.allowed, "days_after": back.gap_days}
    if back.allowed and "vigencia_hasta" in case:
        ends = day(case["vigencia_hasta"])
        answer["vigencia_hasta_extendida"] = extended_end(ends, back).isoformat()
        if "prima_neta" in case:
            days = (ends - day(case["vigencia_desde"])).days
            answer["prima_devuelta"] = money(gap_premium(minor(case["prima_neta"]), days, back))
    return answer


def unearned_pro_rata(case: Case) -> Case:
    span = _term(case)
    refund = pro_rata(minor(case["prima_neta"]), minor(case["recargo"]), span, rate(case["iva_rate"]))
    return {
        "term_days": span.days,
        "elapsed_days": span.elapsed,
        "unearned_days": span.unearned,
        "prima_neta_no_devengada": money(refund.net),
        "recargo_no_devengado": money(refund.surcharge),
        "derecho_poliza_devuelto": "0.00",
        "iva": money(refund.tax),
        "refund_total": money(refund.total),
    }


def unearned_instalments(case: Case) -> Case:
    span = _term(case)
    balance = by_instalments(minor(case["prima_neta"]), case["receipts"], case["receipts_paid"], span)
    return {
        "elapsed_days": span.elapsed,
        "earned_net": money(balance.earned),
        "paid_net": money(balance.paid),
        "difference_net": money(balance.difference),
        "result": balance.result,
    }


def _term(case: Case) -> Any:
    return term(*(day(case[key]) for key in ("vigencia_desde", "vigencia_hasta", "fecha_cancelacion")))


def unearned_short_rate(case: Case) -> Case:
    earned = dict(case["scale"])[case["band"]]
    refund = short_rate(minor(case["prima_neta"]), rate(earned), rate(case["iva_rate"]))
    return {
        "earned_rate": earned,
        "base": money(refund.net),
        "iva": money(refund.tax),
        "refund_total": money(refund.total),
    }


def claim_offset_(case: Case) -> Case:
    owed = {"vencido": 0, "por_vencer": 0}
    for _, amount, status in case["receipts"]:
        if status in owed:
            owed[status] += minor(amount)
    found = claim_offset(
        minor(case["indemnizacion_bruta"]),
        minor(case["deducible"]),
        owed["vencido"],
        owed["por_vencer"],
        scope=case["scope"],
        kind=INSURANCE_KINDS.get(case["insurance_kind"], "voluntary"),
    )
    return {"offset": money(found.offset), "net_payable": money(found.payable)}


claim_offset_.__name__ = "claim_offset"


def payment_application(case: Case) -> Case:
    states = {"cancelado": "cancelled"}
    receipts = [
        OpenReceipt(
            receipt["id"],
            day(receipt["due_date"]),
            minor(receipt["total"]),
            states.get(receipt.get("status", ""), "pending"),
        )
        for receipt in case["receipts"]
    ]
    lines, rest = apply_payment(
        minor(case["amount"]),
        receipts,
        allow_partial=case["allow_partial"],
        tolerance=minor(case["tolerance"]),
    )
    words = {"paid": "pagado", "partial": "parcial", "pending": "pendiente"}
    return {
        "lines": [
            {
                "id": line.id,
                "applied": money(line.applied),
                "status": words[line.status],
                "open": money(line.open),
            }
            for line in lines
        ],
        "prima_en_deposito": money(rest),
    }


def endorsement(case: Case) -> Case:
    delta = 0
    if case["frequency_change"]:
        delta = frequency_change(
            minor(case["prima_neta"]),
            rate(case["recargo_rate_from"]),
            rate(case["recargo_rate_to"]),
            rate(case["iva_rate"]),
        )
    return {"endorsement_type": endorsement_kind(delta), "delta_total": money(delta)}


def clabe_check_digit(case: Case) -> Case:
    found = read_clabe(case["clabe"])
    return {"valid": found.valid, "check_digit": found.check_digit, "masked": found.masked}


def rep_deadline(case: Case) -> Case:
    deadline = complement_deadline(day(case["paid_on"]))
    return {"deadline": deadline.isoformat(), "weekday": deadline.strftime("%A")}


def pue_or_ppd(case: Case) -> Case:
    paid = case["paid_on"]
    found = payment_method(
        day(case["issued_on"]),
        day(paid) if paid else None,
        financial_sector=case["financial_sector_option"],
    )
    return {"metodo_pago": found.method, "limit": found.limit.isoformat()}


def rep_lines(case: Case) -> Case:
    payments = [(day(payment["date"]), minor(payment["amount"])) for payment in case["payments"]]
    return {
        "lines": [
            {
                "NumParcialidad": line.number,
                "FechaPago": line.paid_on.isoformat(),
                "ImpSaldoAnt": money(line.before),
                "ImpPagado": money(line.paid),
                "ImpSaldoInsoluto": money(line.after),
                "BaseDR": str(line.base),
                "ImporteDR": str(line.tax),
                "TotalTrasladosBaseIVA16": str(line.base_total),
                "TotalTrasladosImpuestoIVA16": str(line.tax_total),
            }
            for line in complement_lines(minor(case["invoice_total"]), payments, rate(case["iva_rate"]))
        ]
    }


def reconciliation(case: Case) -> Case:
    words = {
        "matched": "conciliado",
        "tolerance": "tolerancia",
        "difference": "diferencia",
        "duplicate": "duplicado",
        "not_accounted": "no_contabilizado",
        "not_collected": "no_cobrado",
    }
    ours, theirs = (
        [(receipt, minor(amount)) for receipt, amount in case[side]] for side in ("collected", "accounting")
    )
    rows = reconcile(ours, theirs, minor(case["tolerance"]))
    collected, accounted = sum(row.collected for row in rows), sum(row.accounted for row in rows)
    return {
        "rows": [
            {
                "id": row.id,
                "status": words[row.status],
                "collected": money(row.collected),
                "accounted": money(row.accounted),
                "difference": money(row.difference),
            }
            for row in rows
        ],
        "total_collected": money(collected),
        "total_accounted": money(accounted),
        "net_difference": money(collected - accounted),
    }


ADAPTERS = (
    receipt_breakdown,
    grace_period,
    grace_boundary,
    rehabilitation,
    unearned_pro_rata,
    unearned_instalments,
    unearned_short_rate,
    claim_offset_,
    payment_application,
    endorsement,
    clabe_check_digit,
    rep_deadline,
    pue_or_ppd,
    rep_lines,
    reconciliation,
)
