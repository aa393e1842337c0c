"""The receipts desk: what waits there."""

from __future__ import annotations

from http import HTTPStatus

from litestar import get

from hub.auth import BEARER, OFFICE_READERS, SignedIn, TheStore, signed_in
from hub.problems import problem_specs
from rules.office import Office
from storage.central import office


@get(
    "/v1/office",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE_READERS,
    responses=problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    operation_id="office",
    summary="What waits at the receipts desk",
)
def waiting(who: SignedIn, store: TheStore) -> Office:
    """A count for each page, with what is late, in the reader's portfolios."""
    return office.waiting(store, who)
