"""Direct debit: what may be charged, charge files out, result files in, mandates taken back."""

from __future__ import annotations

from http import HTTPStatus

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody

from hub.auth import BEARER, OFFICE, OFFICE_READERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.live import TheLive
from hub.problems import problem_specs
from rules.debit.charging import Batch, BatchPart, NewBatch, Results, Taken, Why
from rules.tables import Table
from storage.central.charges import batches, mandates, results, views

_REFUSED = problem_specs(*REFUSED)


@get(
    "/v1/charges",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE_READERS,
    responses=_REFUSED,
    operation_id="charges",
    summary="Automatic charges as a table",
)
def charges(who: SignedIn, store: TheStore, view: FromQuery[str] = "due") -> Table:
    """What may be charged, what is left out, files, answers, mandates, or whom to invite."""
    return views.table(store, who, view)


@post(
    "/v1/charges/batches",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="make_charge_batch",
    summary="Charge what may be charged today",
)
def make_batch(data: JSONBody[NewBatch], who: SignedIn, store: TheStore, live: TheLive) -> Batch:
    """Make the charges of a portfolio, channel and currency; a receipt has one open charge at most."""
    made = batches.make(store, who, data)
    live.nudge()
    return made


@get(
    "/v1/charges/batches/{batch_id:str}",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="charge_batch",
    summary="Lines of a charge file",
)
def batch_part(
    batch_id: FromPath[str], who: SignedIn, store: TheStore, start: FromQuery[int] = 0
) -> BatchPart:
    """Some lines from `start` on, with account numbers; without those whose mandate was taken back."""
    return batches.part(store, who, batch_id, max(start, 0))


@post(
    "/v1/charges/results",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="take_charge_results",
    summary="Take the bank's answers",
)
def take_results(data: JSONBody[Results], who: SignedIn, store: TheStore, live: TheLive) -> Taken:
    """Post what was charged, each once; rejects become tasks. The same lines again change nothing."""
    taken = results.take(store, who, data)
    live.nudge()
    return taken


@post(
    "/v1/mandates/{mandate_id:str}/revoke",
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="revoke_mandate",
    summary="Take a mandate back",
)
def revoke_mandate(
    mandate_id: FromPath[str], data: JSONBody[Why], who: SignedIn, store: TheStore, live: TheLive
) -> None:
    """Nothing is charged by it any more; what is with the bank is stopped."""
    mandates.revoke_by_office(store, who, mandate_id, data.why)
    live.nudge()


@post(
    "/v1/mandates/{mandate_id:str}/renewal",
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="tell_renewal",
    summary="Note that the client was told of the renewal",
)
def tell_renewal(mandate_id: FromPath[str], who: SignedIn, store: TheStore) -> None:
    """The renewal may be charged from five days after today on."""
    mandates.tell_renewal(store, who, mandate_id)
