"""Matters of records on the board: what is wrong or late, whose it is, how old it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agent_tui.i18n import set_language
from rules.catalogue import CASES
from rules.inconsistencies import ISSUES
from rules.protocol import Decision
from screens.board.rows import KINDS, REASONS
from screens.board.words import behind

NOW = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)


def told(kind: str, reason: str, age: timedelta, **fields: str) -> str:
    matter = Decision(id="1", kind=kind, at=NOW - age, agent="", client="Juan P.", reason=reason, **fields)
    return behind(matter, NOW, NOW, 100, 2).plain


def test_every_reason_has_its_words():
    set_language("en")
    assert {"inconsistency", "case_due"} <= set(KINDS)
    assert {*ISSUES, *CASES} <= set(REASONS)


@pytest.mark.parametrize(("owner", "said"), [("", "owner nobody yet"), ("lupe", "owner lupe")])
def test_an_inconsistency_says_what_whose_and_since_when(owner, said):
    line = told("inconsistency", "payment_twice", timedelta(days=3), owner=owner)
    assert "wrong data" in line
    assert "Payment posted twice" in line
    assert said in line
    assert "Nov 17 17:30" in line


def test_an_overdue_case_says_which():
    line = told("case_due", "cancellation", timedelta(hours=2))
    assert "case overdue" in line
    assert "Cancellation" in line
    assert "owner" not in line
