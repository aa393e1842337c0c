"""A call that the contact rules forbid: said in words, and recorded all the same by a second Enter."""

from __future__ import annotations

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules import compliance
from rules.contact import Permission
from rules.desk import PhoneView, Refused, Saved
from rules.facts import ResultBody
from widgets.wording import PERMISSIONS

pytestmark = pytest.mark.anyio

SIZES = [(80, 24), (120, 40), (200, 50)]


@pytest.fixture
def closed_desk(make_desk):
    """A desk on which the hours are over: saved is what was confirmed against the rule of the hour."""
    desk = make_desk()
    desk.rule = "mx.window"
    keep = desk.save

    def save(body: ResultBody) -> Saved | Refused:
        if body.breach == desk.rule:
            return keep(body)
        params = {"rule": desk.rule, "until": "2026-11-21T13:00:00+00:00", "start": "07:00", "end": "22:00"}
        return Refused(code="call_forbidden", params=params)

    desk.save = save
    return desk


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", ["noco<enter>", "<f5>"])
async def test_the_same_entry_again_records_the_breach(
    make_app, closed_desk, type_keys, screen_text, size, keys
):
    async with make_app(closed_desk).run_test(size=size) as pilot:
        await type_keys(pilot, keys)
        text = screen_text(pilot.app)
        assert "fuera del horario" in text or "07:00-22:00" in text
        assert "⏎" in text
        assert not closed_desk.saved
        await type_keys(pilot, "<enter>" if keys.endswith("<enter>") else keys)
        assert [(body.code, body.breach) for body in closed_desk.saved] == [("NOCO", "mx.window")]


async def test_a_changed_line_is_asked_about_anew(make_app, closed_desk, type_keys):
    async with make_app(closed_desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "noco<enter>")
        await type_keys(pilot, " /no contesta<enter>")
        assert not closed_desk.saved
        await type_keys(pilot, "<enter>")
        assert [body.note for body in closed_desk.saved] == ["no contesta"]


async def test_another_rule_is_told_before_it_is_confirmed(make_app, closed_desk, type_keys):
    async with make_app(closed_desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "noco<enter>")
        closed_desk.rule = "mx.cease"
        await type_keys(pilot, "<enter>")
        assert not closed_desk.saved
        await type_keys(pilot, "<enter>")
        assert [body.breach for body in closed_desk.saved] == ["mx.cease"]


async def test_what_has_to_be_known_stands_on_the_card(make_app, make_desk, screen_text, monkeypatch):
    desk = make_desk()
    page = desk._page
    barred = Permission(allowed=True, rule="mx.prescription.years", action="warn")
    close = Permission(allowed=True, rule="us.calls.pattern", action="warn")

    def with_care(client):
        made = page(client)
        phones = (PhoneView(made.phones[0].phone, close), *made.phones[1:])
        return msgspec.structs.replace(made, care=(barred,), phones=phones)

    monkeypatch.setattr(desk, "_page", with_care)
    set_language("en")
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        text = screen_text(pilot.app)
        assert "! time-barred: no word of a suit" in text
        assert "called a moment ago" in text


def test_every_rule_that_can_speak_has_words():
    """By its own name or that of its group: a window has one name for its start and end."""
    speaking = ("rules/contact.py", "rules/stops.py", "rules/cautions.py", "rules/frequency.py")
    silent = ("holidays.extra", "calls.days", "calls.consent_exclusion", "calls.student_loans")
    for rule, told in compliance.in_force().rules.items():
        name = rule.partition(".")[2]
        names = [name, *(name[:place] for place, sign in enumerate(name) if sign == ".")]
        if told.used_by in speaking and name not in silent:
            assert any(one in PERMISSIONS for one in names), rule


@pytest.mark.parametrize("size", SIZES[:2], ids=["80x24", "120x40"])
async def test_a_blocked_call(make_app, closed_desk, type_keys, screen_text, snapshot, size):
    async with make_app(closed_desk).run_test(size=size) as pilot:
        await type_keys(pilot, "<ctrl+l>noco<enter>")
        assert "07:00" in screen_text(pilot.app)
        assert screen_text(pilot.app) == snapshot
