"""Examples about agents and calls: activity, service, working time, commission, goals."""

from __future__ import annotations

from datetime import time
from typing import Any

import msgspec

from rules.activity import Activity, Call, activity, by_agent
from rules.calendars import read_weekdays
from rules.commission import Terms, Tier, earned
from rules.goals import daily_goal as goal_of
from rules.rates import Ratio
from rules.service import Offered, drop_rate
from rules.service import service_level as measure
from rules.worktime import connection, handling
from tests.rules.adapters.forms import day, minor, money, percent, percent_rate, quotient, rate

Case = dict[str, Any]


def activity_rates(case: Case) -> Case:
    calls = [
        Call(
            agent=event["agent"],
            account=event["account"],
            flags=case["flags"].get(event["code"], ""),
            talk=event["talk_s"],
            hold=event["hold_s"],
            wrap=event["wrap_s"],
        )
        for event in case["events"]
    ]
    agents = by_agent(calls, case["assigned"])
    team = activity(calls, sum(case["assigned"].values()))
    return {"by_agent": {agent: _activity(found) for agent, found in agents.items()}, "team": _activity(team)}


def _activity(found: Activity) -> Case:
    return {
        "attempts": found.attempts,
        "contacts": found.contacts,
        "rpc": found.rpc,
        "promises": found.promises,
        "assigned": found.assigned,
        "accounts_touched": found.touched,
        "handled": found.handled,
        "touches_per_assigned": quotient(found.touches_per_assigned),
        "intensity": quotient(found.intensity),
        "coverage_pct": percent(found.coverage),
        "contact_rate_pct": percent(found.contact_rate),
        "rpc_rate_pct": percent(found.rpc_rate),
        "rpc_per_contact_pct": percent(found.rpc_per_contact),
        "ptp_rate_pct": percent(found.promise_rate),
        "aht_s": quotient(found.handle_time),
    }


def service_level(case: Case) -> Case:
    calls = [Offered(call["wait_s"], call["result"] == "answered") for call in case["calls"]]
    found = measure(calls, case["threshold_s"], case["short_abandon_s"])
    return {
        "offered": found.offered,
        "answered": found.answered,
        "abandoned": found.abandoned,
        "short_abandons": found.short,
        "service_level_pct": percent(found.level),
        "service_level_plain_pct": percent(found.plain_level),
        "abandonment_pct": percent(found.abandonment),
        "abandonment_plain_pct": percent(found.plain_abandonment),
        "asa_s": quotient(found.answer_speed),
    }


def dialer_abandonment(case: Case) -> Case:
    found = drop_rate(case["answered_live"], case["dropped"], percent_rate(case["limit_pct"]))
    return {"rate_pct": percent(found.rate), "within_limit": found.within_limit}


def connection_time(case: Case) -> Case:
    sessions = [(_seconds(start), _seconds(end)) for start, end in case["sessions"]]
    pauses = [(_seconds(aux["from"]), _seconds(aux["to"])) for aux in case["aux"] if not aux["productive"]]
    found = connection(sessions, pauses, case["required_s"])
    return {
        "logged_s": found.logged,
        "unproductive_s": found.unproductive,
        "connection_s": found.connected,
        "met": found.met,
        "adherence_pct": percent(found.adherence),
    }


def _seconds(text: str) -> int:
    hour = time.fromisoformat(text)
    return hour.hour * 3600 + hour.minute * 60 + hour.second


def occupancy_aht(case: Case) -> Case:
    found = handling(*(case[key] for key in ("talk_s", "hold_s", "wrap_s", "idle_s", "handled")))
    return {"occupancy_pct": percent(found.occupancy), "aht_s": quotient(found.handle_time)}


def commission(case: Case) -> Case:
    tiers = [(floor, rate(share)) for floor, _, share in case["tiers"]]
    terms = Terms(
        mode="whole",
        tiers=tuple(Tier(int(percent_rate(floor)), int(share)) for floor, share in tiers),
        quality_floor=8500,
        quality_factor=5000,
        caps={"MXN": minor(case["cap"])} if case["cap"] else {},
    )
    paid = {
        mode: earned(
            msgspec.structs.replace(terms, mode=mode),
            minor(case["goal"]),
            minor(case["recovered"]),
            "MXN",
            quality=Ratio(case["quality"], 100),
            breaches=int(case["compliance_breach"]),
        )
        for mode in ("whole", "marginal")
    }
    written: dict[Any, str] = {rate(share): share for _, _, share in case["tiers"]}
    return {
        "attainment_pct": percent(paid["whole"].attainment),
        "rate_whole": written.get(paid["whole"].rate, "0"),
        "commission_whole": money(paid["whole"].amount),
        "commission_marginal": money(paid["marginal"].amount),
    }


def daily_goal(case: Case) -> Case:
    found = goal_of(
        minor(case["goal"]),
        minor(case["achieved"]),
        day(case["as_of"]),
        weekdays=read_weekdays(case["working_weekdays"]),
    )
    return {
        "working_days": found.working_days,
        "elapsed": found.elapsed,
        "remaining": found.remaining,
        "required_per_day": None if found.required is None else money(found.required),
        "projection": None if found.projection is None else money(found.projection),
    }


ADAPTERS = (
    activity_rates,
    service_level,
    dialer_abandonment,
    connection_time,
    occupancy_aht,
    commission,
    daily_goal,
)
