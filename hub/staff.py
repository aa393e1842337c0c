"""The people of a team: who there is, and what a lead changes about them."""

from __future__ import annotations

from http import HTTPStatus

from litestar import get, post
from litestar.params import FromPath, JSONBody

from hub.auth import BEARER, DECIDERS, WATCHERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.live import TheLive
from hub.problems import problem_specs
from rules.staff import Change, Member, Staff
from storage.central.leading import staff


@get(
    "/v1/staff",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=WATCHERS,
    responses=problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    operation_id="staff",
    summary="The agents whom the reader leads",
)
def people(who: SignedIn, store: TheStore) -> Staff:
    """Agents with their shifts, skills, absences and goals, by name."""
    return staff.staff(store, who)


@post(
    "/v1/staff/{name:str}",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=problem_specs(*REFUSED),
    operation_id="change_member",
    summary="Change what is kept about an agent",
)
def change(
    name: FromPath[str], data: JSONBody[Change], who: SignedIn, store: TheStore, live: TheLive
) -> Member:
    """Fields that are left out stay; the agent as from now on."""
    changed = staff.change(store, who, name, data)
    live.nudge()
    return changed
