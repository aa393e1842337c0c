"""Policies at the receipts desk: the list, and one of them whole."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter

from hub.auth import BEARER, OFFICE_READERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.problems import problem_specs
from rules.insurance.policy_list import PolicyRows, PolicyWhole
from storage.central.policies import listing

Code = Annotated[str, QueryParameter(max_length=40, description="a code; none = any")]


@get(
    "/v1/policies",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE_READERS,
    responses=problem_specs(HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    operation_id="policies",
    summary="Policies, what lapses next first",
)
def listed(
    who: SignedIn,
    store: TheStore,
    find: Annotated[
        str, QueryParameter(max_length=100, description="part of a number, client or insurer")
    ] = "",
    status: Code = "",
    channel: Code = "",
) -> PolicyRows:
    """The policies of the reader's portfolios, clients masked."""
    return listing.listed(store, who, find=find, status=status, channel=channel)


@get(
    "/v1/policies/{policy_id:int}",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE_READERS,
    responses=problem_specs(*REFUSED),
    operation_id="policy",
    summary="A policy whole",
)
def one(policy_id: FromPath[int], who: SignedIn, store: TheStore) -> PolicyWhole:
    """The document of the policy's client; that it was read is noted in the audit log."""
    return listing.whole(store, who, policy_id)
