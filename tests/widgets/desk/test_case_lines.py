"""How a case reads: what it is, how long there is to answer, and how it ended."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rules.cases import OUTCOMES as ENDS
from rules.catalogue import CASES
from rules.clients import Case
from widgets.case_lines import KINDS, OUTCOMES, case_lines

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
"""Still the 20th in Mexico."""

ZONE = "America/Mexico_City"


def lines(amounts: bool = True, **fields: Any) -> list[str]:
    case = Case(**({"id": "1", "kind": "dispute", "opened": NOW} | fields))
    return [line.plain for line in case_lines(case, NOW, ZONE, amounts=amounts)]


def test_every_kind_and_every_end_has_its_words():
    assert set(KINDS) == set(CASES)
    assert set(OUTCOMES) == {outcome for ends in ENDS.values() for outcome in ends}


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (9, "answer by Nov 29, 9 days left"),
        (1, "answer by Nov 21, 1 day left"),
        (0, "answer due today"),
        (-1, "answer 1 day late"),
        (-4, "answer 4 days late"),
    ],
)
def test_the_clock_is_told_in_the_clients_own_days(days, said):
    [line] = lines(due=date(2026, 11, 20) + timedelta(days=days), destination="ACL")
    assert line == f"⚑ Dispute · {said} · → ACL"


def test_a_legal_clock_says_so():
    [line] = lines(due=date(2026, 12, 31), clock="mx.clarification.hold")
    assert "(clarification by law)" in line
    [line] = lines(due=date(2026, 12, 31), clock="service_level")
    assert "(" not in line


def test_what_is_held_is_told_unless_it_is_hidden():
    assert lines(amount=120_000, currency="MXN") == ["⚑ Dispute 1,200.00 MXN"]
    assert lines(amount=120_000, currency="MXN", amounts=False) == ["⚑ Dispute"]


def test_what_is_known_of_it_stands_below():
    told = lines(kind="claim", reference="S-31", party="Lic. Peña", note="espera\x1b[31m dictamen")
    assert told == ["⚑ Claim", "  #S-31 · Lic. Peña · espera[31m dictamen"]


def test_kinds_that_need_a_word_more():
    assert lines(kind="cancellation", tier="T1") == ["⚑ Cancellation T1"]
    assert lines(kind="cease", reason="sms") == ["⚑ Cease of contact: text messages"]


def test_a_case_that_ended_says_how_and_what_was_answered():
    told = lines(
        status="closed", outcome="resolved_for_client", closed=NOW, note="no lo compró", answer="bonificado"
    )
    assert told == ["✓ Dispute: resolved for the client, Nov 20", "  bonificado"]


def test_markup_in_a_note_is_text():
    assert lines(note="[bold]x[/]")[1] == "  [bold]x[/]"
