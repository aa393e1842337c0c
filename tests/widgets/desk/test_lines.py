"""Lines of a panel fit their width, whatever they hold; codes always have words."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.i18n import set_language
from rules.contact import Permission
from rules.desk import Figures, Header, Refused
from widgets.panel import columns, wrapped
from widgets.refusals import REFUSALS, refusal
from widgets.shown import shown
from widgets.top_line import top_line
from widgets.wording import why_not

NOW = datetime(2026, 11, 20, 17, 42, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@given(st.lists(st.tuples(words, st.integers(-20, 20).filter(bool)), min_size=1, max_size=8))
def test_columns_are_exactly_as_wide_as_asked(cells):
    line = columns([shown(text) for text, _ in cells], [width for _, width in cells])
    assert line.cell_length == sum(abs(width) for _, width in cells) + len(cells) - 1


def test_amounts_stand_right_and_names_left():
    assert columns(["ab", "1.00"], [4, -6]).plain == "ab     1.00"
    assert columns(["abcdef"], [4]).plain == "abc…"


@given(st.text(st.sampled_from("ab 株á"), max_size=200), st.integers(4, 40))
def test_a_paragraph_keeps_its_words_within_the_width(text, width):
    lines = wrapped(shown(text), width, "  ")
    assert all(line.cell_length <= width for line in lines)
    assert "".join("".join(line.plain.split()) for line in lines) == "".join(text.split())


@pytest.mark.parametrize("language", ["es", "en"])
@given(
    width=st.integers(20, 250),
    agent=words,
    portfolio=words,
    waiting=st.integers(0, 10**6),
    goal=st.integers(0, 10**11),
)
def test_the_top_line_fills_any_width_exactly_and_keeps_the_link(
    language, width, agent, portfolio, waiting, goal
):
    set_language(language)
    header = Header(
        agent=agent,
        portfolio=portfolio,
        link="offline",
        waiting=waiting,
        waiting_since=NOW - timedelta(hours=3),
        state="available",
        state_since=NOW - timedelta(minutes=5),
        figures=Figures(currency="MXN", touches=37, goal=goal, hours=(1, 2, 3)),
    )
    line = top_line(header, NOW, width)
    assert "○" in line.plain
    assert f"↑{waiting}" in line.plain
    assert line.cell_length == width or width < 45, "only a very narrow line is cut"


def test_the_day_stays_in_sight_on_a_narrow_line():
    set_language("es")
    header = Header(
        agent="Ana López",
        portfolio="Seguros",
        link="online",
        waiting=0,
        state="available",
        state_since=NOW,
        training=True,
        figures=Figures(currency="MXN", touches=37, rpc=9, promises=4, recovered=18_450_00, goal=40_000_00),
    )
    assert "37·9·4 46 %" in top_line(header, NOW, 80).plain
    assert "$18,450/$40,000" in top_line(header, NOW, 120).plain


def test_a_call_that_is_not_allowed_says_why_and_until_when():
    set_language("es")
    closed = Permission(allowed=False, rule="mx.window", until=NOW + timedelta(hours=14))
    assert "08:42" not in why_not(closed, NOW)
    assert "mañana 07:42" in why_not(closed, NOW)
    assert why_not(Permission(allowed=True), NOW) == ""
    assert why_not(Permission(allowed=False, rule="xx.unheard_of"), NOW) == "unheard of"


def _problem_codes() -> set[str]:
    """Codes with which the rules and the local store refuse a capture."""
    found = set()
    paths = [ROOT / "rules" / "consistency.py", *(ROOT / "storage" / "local").glob("*.py")]
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Problem", "Refused"):
                values = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "code")]
                found |= {one.value for one in values if isinstance(one, ast.Constant)}
    return found


def test_every_refusal_has_words():
    assert _problem_codes() - set(REFUSALS) - {"not_callable"} == set()


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_refusal_reads_in_both_languages(code):
    params = {
        "last": "2026-11-30", "date": "2026-11-30", "due": "2026-11-30", "field": "date",
        "next": "2026-11-21T14:00:00+00:00", "at": "2026-11-21T14:00:00+00:00",
        "amount": "1.00", "total": "1.00", "minimum": "1.00", "account": "MXN", "currency": "USD",
        "rule": "", "phones": "2", "code": "X", "reason": "x", "words": "x", "level": "senior",
        "value": "x", "medium": "email", "folio": "CV-1", "status": "equivocado", "point": "phone",
        "limit": "1000", "what": "hours", "name": "Elena", "right": "Elena", "number": "2", "digits": "17",
        "check": "9", "word": "x", "free": "2",
    }  # fmt: skip
    for language in ("es", "en"):
        set_language(language)
        said = refusal(Refused(code=code, params=params), NOW)
        assert "{" not in said
        assert len(said) > 10
