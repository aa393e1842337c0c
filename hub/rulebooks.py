"""The rules of the portfolios as data: what each does differently from the house."""

from __future__ import annotations

from http import HTTPStatus

from litestar import get

from hub.auth import BEARER, EVERYBODY, SignedIn, TheStore, signed_in
from hub.problems import problem_specs
from rules.protocol import Rulebooks
from storage.central import rulebooks as kept


@get(
    "/v1/rulebooks",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=EVERYBODY,
    responses=problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    operation_id="rulebooks",
    summary="Rules of the portfolios",
)
def rulebooks(who: SignedIn, store: TheStore) -> Rulebooks:
    """What the reader's portfolios do differently from the house, now and later."""
    return kept.rulebooks(store, who)
