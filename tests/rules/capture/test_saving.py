"""What a reading becomes when it is saved, and the words that announce it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from rules.capture.body import to_body
from rules.capture.complete import suggest
from rules.capture.plans import instalments
from rules.capture.read import read
from rules.capture.values import CaptureContext, PlanReading, Reading
from rules.capture.wording import MESSAGES, describe
from rules.catalogue import Catalogue
from rules.facts import Instalment, ResultBody


def body_of(line: str, catalogue: Catalogue, context: CaptureContext) -> ResultBody:
    return to_body(read(line, catalogue, context), context, catalogue, line=line)


def test_promise(catalogue: Catalogue, context: Callable[..., CaptureContext]) -> None:
    body = body_of("ppt 1500 vie spei t2 /paga en la tarde", catalogue, context())
    assert body == ResultBody(
        client_id=7,
        account_id=70,
        code="PPT",
        amount=1_500_00,
        currency="MXN",
        due=date(2026, 11, 27),
        channel="spei",
        phone="ph-2",
        note="paga en la tarde",
        line="ppt 1500 vie spei t2 /paga en la tarde",
    )


def test_plan_with_down_payment(catalogue: Catalogue, context: Callable[..., CaptureContext]) -> None:
    body = body_of("l 1000 500+3xq vie", catalogue, context())
    assert body.instalments == (
        Instalment(due=date(2026, 11, 27), amount=500_00),
        Instalment(due=date(2026, 11, 30), amount=166_66),
        Instalment(due=date(2026, 12, 15), amount=166_66),
        Instalment(due=date(2026, 12, 31), amount=166_68),
    )


def test_what_else_was_said_goes_into_the_fact(
    catalogue: Catalogue, context: Callable[..., CaptureContext]
) -> None:
    body = body_of("cese m:whats e:Oficio-12", catalogue, context())
    assert (body.medium, body.evidence) == ("whatsapp", "Oficio-12")
    assert body_of("cese", catalogue, context()).medium == "all"
    assert body_of("noha 4-7pm", catalogue, context()).window == "16:00-19:00"
    assert body_of("m a:Esposo", catalogue, context()).party == "conyuge"
    assert body_of("m", catalogue, context()).party == "nd"
    assert body_of("sini #2026/88", catalogue, context()).reference == "2026/88"


def test_a_number_or_hours_that_nobody_named_are_none(
    catalogue: Catalogue, context: Callable[..., CaptureContext]
) -> None:
    assert body_of("sini", catalogue, context()).reference is None
    assert body_of("noha", catalogue, context()).window is None


def test_monthly_plan_is_clipped_without_drift() -> None:
    payments = instalments(PlanReading(count=4), 400, date(2026, 12, 31))
    assert [payment.due.isoformat() for payment in payments] == [
        "2026-12-31",
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
    ]


def test_callback_is_kept_in_utc_with_the_phone_that_was_called(
    catalogue: Catalogue, context: Callable[..., CaptureContext]
) -> None:
    body = body_of("r10h", catalogue, context())
    assert body.callback_at == datetime(2026, 11, 25, 17, tzinfo=UTC)
    assert body.callback_at.tzinfo is UTC
    assert (body.phone, body.amount, body.currency) == ("ph-1", None, "")


def test_what_is_not_complete_is_not_saved(
    catalogue: Catalogue, context: Callable[..., CaptureContext]
) -> None:
    with pytest.raises(ValueError, match="not a complete reading"):
        body_of("ppt 1.500", catalogue, context())


def test_an_unsaid_note_is_written_in_the_language_in_use(reads: Callable[..., Reading]) -> None:
    assert reads("n").note == "sin más detalle"
    assert reads("n", "en").note == "no further detail"


@pytest.mark.parametrize(
    ("line", "language", "pieces"),
    [
        (
            "ppt 1500 vie spei",
            "es",
            (
                ("Promesa de pago total/exigible", False),
                ("$1,500.00", False),
                ("vie 27-nov", False),
                ("SPEI", False),
            ),
        ),
        (
            "p",
            "en",
            (
                ("Promise to pay in full", False),
                ("$3,550.00", True),
                ("fri 27-nov", True),
                ("not stated", True),
            ),
        ),
        (
            "m",
            "en",
            (("Neutral message with third party", False), ("person not said", True)),
        ),
        ("m a:spouse", "es", (("Recado con tercero (sin revelar adeudo)", False), ("cónyuge", False))),
        (
            "cese m:sms e:of-9",
            "en",
            (("Cease contact / stop medium", False), ("text messages", False), ("document of-9", False)),
        ),
        (
            "noha 9-12",
            "en",
            (("Inconvenient time/place", False), ("calls suit 09:00-12:00", False)),
        ),
        ("r man", "es", (("Solicita rellamada", False), ("mié 25-nov", False), ("10:00", True))),
        (
            "l3xq 3ene",
            "es",
            (
                ("Convenio / plan de pagos", False),
                ("$3,550.00", True),
                ("2 × $1,183.33 + $1,183.34 on pay days", False),
                ("dom 3-ene-2027", False),
            ),
        ),
    ],
)
def test_words_of_what_would_be_saved(
    line: str,
    language: str,
    pieces: tuple[tuple[str, bool], ...],
    catalogue: Catalogue,
    context: Callable[..., CaptureContext],
) -> None:
    against = context(language=language)
    assert describe(read(line, catalogue, against), catalogue, against) == pieces


def test_money_of_another_country_is_named(
    catalogue: Catalogue, context: Callable[..., CaptureContext]
) -> None:
    against = context(currency="USD")
    assert ("USD 1,500.00", False) in describe(read("p1500", catalogue, against), catalogue, against)


@pytest.mark.parametrize(
    ("line", "language", "ghost"),
    [
        ("pp", "es", "ppt"),
        ("NO", "es", "NOHA"),
        ("p", "es", None),
        ("p 1500 ma", "es", "p 1500 mañana"),
        ("p 1500 tom", "en", None),
        ("p 1500 tomo", "en", "p 1500 tomorrow"),
        ("p vie", "es", None),
        ("p sp", "es", "p spei"),
        ("p r:de", "es", "p r:desemp"),
        ("refi a:s", "es", "refi a:svc"),
        ("cese m:w", "es", "cese m:whatsapp"),
        ("m a:ve", "es", "m a:vecino"),
        ("cese sms", "es", None),
        ("p 1500 /ma", "es", None),
        ("noco sp", "es", None),
        ("p ", "es", None),
        ("", "es", None),
    ],
)
def test_ghost(
    line: str, language: str, ghost: str | None, catalogue: Catalogue, context: Callable[..., CaptureContext]
) -> None:
    assert suggest(line, catalogue, context(language=language)) == ghost


def test_every_refusal_in_the_sources_has_words() -> None:
    import re
    from pathlib import Path

    import rules.capture

    folder = Path(rules.capture.__path__[0])
    sources = "".join(path.read_text() for path in folder.glob("*.py"))
    used = set(re.findall(r'Refused\(\s*"(\w+)"', sources)) | set(re.findall(r'code="(\w+)"', sources))
    assert used
    assert used <= MESSAGES.keys()
