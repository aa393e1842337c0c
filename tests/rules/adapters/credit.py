"""Examples of credit: buckets, interest, payoff, payments, settlements, plans, calendars."""

from __future__ import annotations

from typing import Any

from rules import credit, plans, settlements
from rules.buckets import bucket, days_past_due
from rules.calendars import next_business_day, rest_days
from rules.credit import Balance, allocate_above_minimum, minimum_payment, payoff, regularisation, restructure
from rules.plans import monthly_dates, pay_dates
from tests.rules.adapters.forms import day, minor, minors, money, moneys, percent_rate, rate

Case = dict[str, Any]


def aging_bucket(case: Case) -> Case:
    as_of = day(case["as_of"])
    rows = []
    for due in case["oldest_unpaid_due"]:
        days = days_past_due(as_of, day(due))
        rows.append({"oldest_unpaid_due": due, "dpd": days, "bucket": bucket(days)})
    return {"rows": rows}


def minimum_payment_mx(case: Case) -> Case:
    names = (
        "revolving_balance_ex_interest",
        "period_interest",
        "period_iva",
        "credit_limit",
        "total_balance",
    )
    found = minimum_payment(*(minor(case[name]) for name in names))
    return {
        "option_a": money(found.by_balance),
        "option_b": money(found.by_limit),
        "minimum_payment": money(found.payment),
    }


def arrears_interest(case: Case) -> Case:
    found = credit.arrears_interest(
        minor(case["overdue_principal"]),
        rate(case["annual_rate"]),
        case["days"],
        basis=case["basis"],
        tax_rate=rate(case["iva_rate"]),
    )
    return {"moratorios": money(found.interest), "iva": money(found.tax), "total": money(found.total)}


def payoff_and_regularisation(case: Case) -> Case:
    components = minors(case["components"])
    return {"payoff": money(payoff(components)), "amount_to_regularise": money(regularisation(components))}


def payment_waterfall_mx(case: Case) -> Case:
    applied, left = credit.apply_payment(minor(case["amount"]), minors(case["components"]))
    return {"applied": moneys(applied | {"sobrante": left})}


def settlement(case: Case) -> Case:
    if "components" in case:
        waivers = {name: rate(share) for name, share in case["waivers"].items()}
        found = settlements.waive(minors(case["components"]), waivers)
    else:
        found = settlements.offer(minor(case["payoff"]), rate(case["offer_share"]))
    limits = {level: percent_rate(limit) for level, limit in case["authority_limits_pct"]}
    return {
        "to_pay": money(found.to_pay),
        "waived": money(found.waived),
        "discount_pct": str(found.percent),
        "authority_required": settlements.authority(found, limits),
    }


def payment_plan(case: Case) -> Case:
    found = plans.payment_plan(minor(case["total"]), case["instalments"], rate(case["down_share"]))
    return {
        "down_payment": money(found.down),
        "instalments": [money(amount) for amount in found.instalments],
        "sum": money(found.total),
    }


def plan_dates_monthly(case: Case) -> Case:
    return {"dates": [one.isoformat() for one in monthly_dates(day(case["first"]), case["instalments"])]}


def plan_dates_quincenal(case: Case) -> Case:
    return {"dates": [one.isoformat() for one in pay_dates(day(case["not_before"]), case["instalments"])]}


def mx_rest_days(case: Case) -> Case:
    return {"dates": [one.isoformat() for one in sorted(rest_days("MX", case["year"]))]}


def due_date_roll(case: Case) -> Case:
    return {"payable_until": next_business_day(day(case["due"]), "MX").isoformat()}


def restructure_level_payment(case: Case) -> Case:
    level, schedule = restructure(
        minor(case["principal"]), rate(case["monthly_rate"]), case["instalments"], rate(case["iva_rate"])
    )
    return {
        "level_payment": money(level),
        "schedule": [
            {
                "no": line.number,
                "interes": money(line.interest),
                "iva": money(line.tax),
                "capital": money(line.principal),
                "pago": money(line.payment),
                "saldo": money(line.balance),
            }
            for line in schedule
        ],
        "total_paid": money(sum(line.payment for line in schedule)),
    }


def payment_allocation_us_card(case: Case) -> Case:
    balances = tuple(Balance(name, rate(apr), minor(amount)) for name, apr, amount in case["balances"])
    allocated = allocate_above_minimum(minor(case["payment"]), minor(case["minimum"]), balances)
    return {"excess_allocation": moneys(allocated)}


ADAPTERS = (
    aging_bucket,
    minimum_payment_mx,
    arrears_interest,
    payoff_and_regularisation,
    payment_waterfall_mx,
    settlement,
    payment_plan,
    plan_dates_monthly,
    plan_dates_quincenal,
    mx_rest_days,
    due_date_roll,
    restructure_level_payment,
    payment_allocation_us_card,
)
