"""Samples and evaluations as board and centre speak of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

import msgspec

from rules.quality import Form, Said
from rules.questions import Question
from rules.ready import ready


class SampleRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which calls are drawn: of these days (both included), of these agents and codes ("" / () = all).

    each: calls for each agent. seed None = the centre takes one; it is kept with the sample.
    """

    portfolio: str
    since: date
    until: date
    each: int = 3
    team: str = ""
    agent: str = ""
    codes: tuple[str, ...] = ()
    seed: int | None = None


class SampledCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call of a sample: who called whom (masked), what came out, what was skipped of the script.

    score: hundredths of a percent of its newest evaluation, None = not heard yet.
    """

    id: str
    agent: str
    client: str
    at: datetime
    code: str
    amount: int | None
    currency: str
    note: str
    identity: str
    missed: tuple[str, ...]
    breach: str
    score: int | None = None
    failed: tuple[str, ...] = ()


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample with its seed, its rule and how many of its calls were heard. calls: only when asked for."""

    id: str
    portfolio: str
    at: datetime
    by: str
    seed: int
    rule: SampleRule
    size: int
    heard: int
    form: Form
    calls: tuple[SampledCall, ...] = ()


class Samples(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/samples: the newest first, without their calls."""

    samples: tuple[Sample, ...]


class Heard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/evaluations: a call as it was heard; answers to every item of the portfolio's form."""

    call: str
    answers: dict[str, Said]
    sample: str = ""
    note: str = ""


class Evaluated(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of POST /v1/evaluations: the score in hundredths of a percent, and what was critical."""

    id: str
    score: int
    failed: tuple[str, ...]


class Draw(Question[Sample], frozen=True, kw_only=True):
    """POST /v1/samples."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/samples"
    ANSWER: ClassVar[Any] = Sample

    body: SampleRule


class SamplesQuery(Question[Samples], frozen=True, kw_only=True):
    """GET /v1/samples."""

    PATH: ClassVar[str] = "/v1/samples"
    ANSWER: ClassVar[Any] = Samples


class SampleQuery(Question[Sample], frozen=True, kw_only=True):
    """GET /v1/samples/{sample}."""

    PATH: ClassVar[str] = "/v1/samples/{sample}"
    ANSWER: ClassVar[Any] = Sample

    sample: str


class Evaluate(Question[Evaluated], frozen=True, kw_only=True):
    """POST /v1/evaluations."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/evaluations"
    ANSWER: ClassVar[Any] = Evaluated

    body: Heard


ready(SampleRule, Sample, Samples, Heard, Evaluated)
