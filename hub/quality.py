"""Quality: draw calls to be heard, read samples, keep evaluations."""

from __future__ import annotations

from http import HTTPStatus

from litestar import get, post
from litestar.params import FromPath, JSONBody

from hub.auth import BEARER, DECIDERS, WATCHERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.problems import problem_specs
from rules.evaluations import Evaluated, Heard, Sample, SampleRule, Samples
from storage.central.leading import quality

_REFUSED = problem_specs(*REFUSED)


@post(
    "/v1/samples",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="draw_sample",
    summary="Draw calls to be heard",
)
def draw_sample(data: JSONBody[SampleRule], who: SignedIn, store: TheStore) -> Sample:
    """Draw by a seed, which is kept: the same seed over the same calls draws the same ones."""
    return quality.draw(store, who, data)


@get(
    "/v1/samples",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=WATCHERS,
    responses=problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    operation_id="samples",
    summary="The newest samples",
)
def samples(who: SignedIn, store: TheStore) -> Samples:
    """Samples of the reader's portfolios and team, the newest first."""
    return quality.samples(store, who)


@get(
    "/v1/samples/{sample_id:str}",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=WATCHERS,
    responses=_REFUSED,
    operation_id="sample",
    summary="A sample with its calls",
)
def sample(sample_id: FromPath[str], who: SignedIn, store: TheStore) -> Sample:
    """The calls of a sample, those that wait first."""
    return quality.sample(store, who, sample_id)


@post(
    "/v1/evaluations",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="evaluate",
    summary="Keep how a call was",
)
def evaluate(data: JSONBody[Heard], who: SignedIn, store: TheStore) -> Evaluated:
    """Score a call by the portfolio's form; a newer evaluation counts instead of an older one."""
    return quality.evaluate(store, who, data)
