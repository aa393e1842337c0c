"""Examples about portfolios: promises, roll rates, recovery, cancellations."""

from __future__ import annotations

from typing import Any

from rules.cancellations import Pipeline, Request, pipeline
from rules.promises import follow_up, kept
from rules.rates import Ratio
from rules.recovery import Recovery, recovery_table
from rules.rolls import Move, Row, roll_rates
from tests.rules.adapters.forms import day, minor, money, percent, percent_rate

Case = dict[str, Any]

PROMISE_STATUSES = {"kept": "cumplida", "open": "vigente", "partial": "parcial", "broken": "rota"}
REQUEST_STATUSES = {"retenido": "saved", "cancelado": "cancelled", "en_proceso": "open"}


def promise_follow_up(case: Case) -> Case:
    rows, found = [], []
    for promise in case["promises"]:
        amount = minor(promise["amount"])
        fate = follow_up(
            day(promise["made"]),
            day(promise["due"]),
            amount,
            [(day(on), minor(paid)) for on, paid in promise["payments"]],
            day(case["as_of"]),
            grace_days=case["grace_days"],
            tolerance=minor(case["tolerance"]),
        )
        found.append((amount, fate))
        rows.append(
            {
                "id": promise["id"],
                "agent": promise["agent"],
                "status": PROMISE_STATUSES[fate.status],
                "paid_in_window": money(fate.paid),
                "counted_amount": money(fate.counted),
            }
        )
    total = kept(found)
    return {
        "rows": rows,
        "matured": total.matured,
        "kept": total.kept,
        "kept_rate_pct": percent(Ratio(total.kept, total.matured)),
        "promised_matured": money(total.promised),
        "paid_counted": money(total.paid),
        "kept_amount_rate_pct": percent(Ratio(total.paid, total.promised)),
    }


def roll_rate_matrix(case: Case) -> Case:
    moves = [
        Move(account["bucket_open"], minor(account["balance_open"]), account["bucket_close"])
        for account in case["accounts"]
    ]
    rows = roll_rates(moves)
    return {
        "matrix": {
            opened: {
                closed: {"count": cell.count, "balance": money(cell.balance), "pct": percent(cell.of_opening)}
                for closed, cell in row.cells.items()
            }
            for opened, row in rows.items()
        },
        "summary": {opened: _roll_summary(row) for opened, row in rows.items()},
        "goal_met": {
            opened: rows[opened].contained.reaches(percent_rate(goal))
            for opened, goal in case["goals_pct"].items()
        },
    }


def _roll_summary(row: Row) -> Case:
    return {
        "opening": money(row.opening),
        "roll_forward_pct": percent(row.forward),
        "stay_pct": percent(row.stay),
        "roll_back_pct": percent(row.back),
        "cure_pct": percent(row.cure),
        "cure_count_pct": percent(row.cure_count),
        "bucket_efficiency_pct": percent(row.contained),
    }


def assigned_vs_recovered(case: Case) -> Case:
    table = recovery_table(
        Recovery(row["agent"], row["product"], minor(row["assigned"]), minor(row["recovered"]))
        for row in case["rows"]
    )
    return {
        "by_agent": {name: _recovered(ratio) for name, ratio in table.by_agent.items()},
        "by_product": {name: _recovered(ratio) for name, ratio in table.by_product.items()},
        "total": _recovered(table.total),
        "rows": [{"agent": row.agent, "product": row.product} | _recovered(row.rate) for row in table.rows],
    }


def _recovered(ratio: Ratio) -> Case:
    return {
        "assigned": money(ratio.denominator),
        "recovered": money(ratio.numerator),
        "pct": percent(ratio),
    }


def cancellation_pipeline(case: Case) -> Case:
    groups = pipeline(
        Request(
            request["tier"], request["room"], minor(request["amount"]), REQUEST_STATUSES[request["status"]]
        )
        for request in case["requests"]
    )
    return {"groups": {name: _pipeline(group) for name, group in groups.items()}}


def _pipeline(group: Pipeline) -> Case:
    return {
        "requests": group.requests,
        "requested": money(group.requested),
        "closed": group.closed,
        "saved": group.saved,
        "saved_amount": money(group.saved_amount),
        "save_rate_pct": percent(group.save_rate),
        "save_amount_rate_pct": percent(group.save_amount_rate),
        "open": group.open,
    }


ADAPTERS = (promise_follow_up, roll_rate_matrix, assigned_vs_recovered, cancellation_pipeline)
