"""The demo's people: agents, their lead, back office, administrator; passwords made on the spot."""

from __future__ import annotations

import secrets

import msgspec

from storage.central.connection import Store
from storage.central.doors.people import add_user, list_users
from storage.portfolio.demo import wishes
from storage.portfolio.demo.attendance import attend
from storage.portfolio.demo.debits import debit
from storage.portfolio.demo.deposits import leave_deposits
from storage.portfolio.demo.income import count_payments
from storage.portfolio.demo.months import open_months
from storage.portfolio.demo.past import AGENTS
from storage.portfolio.demo.tax import follow_up
from storage.portfolio.demo.team import set_up_team
from storage.portfolio.demo.telephony import give_calls


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One person of the demo; goals in minor units of the person's portfolios.

    required_minutes: least connection time of a day.
    """

    name: str
    display_name: str
    role: str = "agent"
    team: str = "Demo"
    language: str = "es"
    daily_goal: int = 4_000_000
    monthly_goal: int = 80_000_000
    required_minutes: int = 360


STAFF = (
    Member(name="ana", display_name="Ana López"),
    Member(name="beto", display_name="Beto Ramírez"),
    Member(name="carla", display_name="Carla Núñez"),
    Member(name="diego", display_name="Diego Salas"),
    Member(name="emma", display_name="Emma Walker", language="en"),
    Member(
        name="laura",
        display_name="Laura Ibarra",
        role="lead",
        daily_goal=20_000_000,
        monthly_goal=400_000_000,
        required_minutes=0,
    ),
    Member(
        name="olga",
        display_name="Olga Peña",
        role="backoffice",
        daily_goal=0,
        monthly_goal=0,
        required_minutes=0,
    ),
    Member(
        name="nora",
        display_name="Nora Vidal",
        role="admin",
        daily_goal=0,
        monthly_goal=0,
        required_minutes=0,
    ),
)
ADMINISTRATOR, LEAD, BACK_OFFICE, AGENT = "nora", "laura", "olga", "ana"


def seed_users(store: Store) -> list[tuple[str, str, str]]:
    """Add those of the demo's people who are not there yet, each with a random password.

    Returns:
        (name, password, role) of each one added; the passwords are kept nowhere else.
    """
    made = []
    known = {user.name for user in list_users(store)}
    for member in STAFF:
        if member.name in known:
            continue
        password = secrets.token_urlsafe(12)
        user_id = add_user(
            store,
            member.name,
            member.role,
            password,
            display_name=member.display_name,
            team=member.team,
            language=member.language,
            daily_goal=member.daily_goal,
            monthly_goal=member.monthly_goal,
            required_minutes=member.required_minutes,
        )
        _give_past(store, user_id, member.name)
        made.append((member.name, password, member.role))
    if made:
        ids = {user.name: user.id for user in list_users(store)}
        leave_deposits(store, ids[LEAD], LEAD)
        _give_months(store)
        set_up_team(store, ids[ADMINISTRATOR], ADMINISTRATOR)
        attend(store, {user.name: user.id for user in list_users(store) if user.role == "agent"})
        debit(store, ids[BACK_OFFICE], BACK_OFFICE)
        follow_up(store, ids[BACK_OFFICE], BACK_OFFICE)
        wishes.ask(store, ids[AGENT], AGENT, ids[BACK_OFFICE], BACK_OFFICE)
    return made


def _give_months(store: Store) -> None:
    """The payments of the last months are their agents', and the clients were whose they were."""
    users = {user.name: user.id for user in list_users(store)}
    count_payments(store, users)
    open_months(
        store,
        {language: [users[name] for name in names if name in users] for language, names in AGENTS.items()},
    )


def _give_past(store: Store, user_id: int, name: str) -> None:
    """Make somebody the owner of the promises, cases and calls that the portfolio says they took."""
    with store.begin() as tx:
        for statement in (
            "UPDATE promise SET user_id = :user WHERE user_id IS NULL AND agent = :name",
            "UPDATE case_file SET user_id = :user WHERE user_id IS NULL AND agent = :name",
        ):
            tx.run(statement, user=user_id, name=name)
        give_calls(tx, user_id, name)
