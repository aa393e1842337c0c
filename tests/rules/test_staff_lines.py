"""What a lead types about a person: skills, absences, goals, team and level."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.capture.scope import Refused
from rules.staff import Change, NewAbsence
from rules.staff_lines import (
    Cancelled,
    read_absence,
    read_goals,
    read_place,
    read_skills,
    write_place,
    write_skills,
)

TODAY = date(2026, 11, 20)


def test_skills_are_read_by_their_words_in_both_languages() -> None:
    assert read_skills("español, inglés  seguros;B2 legal") == ("B2", "en", "es", "insurance", "legal")
    assert read_skills("cards, sme, en, co") == ("CO", "card", "en", "sme")
    assert read_skills(" ") == ()


@pytest.mark.parametrize("language", ["es", "en"])
def test_what_is_written_is_read_as_the_same(language: str) -> None:
    skills = ("B2", "card", "en", "es", "insurance", "legal", "loan", "sme", "timeshare")
    assert read_skills(write_skills(skills, language)) == skills
    assert read_place(write_place("norte", "senior", 360, language)) == Change(
        team="norte", level="senior", required_minutes=360
    )


@pytest.mark.parametrize(
    ("line", "absence"),
    [
        ("vac 1/12-5/12 cubre bruno", ("vacation", date(2026, 12, 1), date(2026, 12, 5), "bruno")),
        ("vacation dec1-dec5 cover Bruno", ("vacation", date(2026, 12, 1), date(2026, 12, 5), "Bruno")),
        ("enf hoy", ("sick", TODAY, TODAY, "")),
        ("sick yesterday to 21nov", ("sick", date(2026, 11, 19), date(2026, 11, 21), "")),
        ("incapacidad 18/11-25/11", ("sick", date(2026, 11, 18), date(2026, 11, 25), "")),
        ("permiso del 28/12 al 4/1", ("leave", date(2026, 12, 28), date(2027, 1, 4), "")),
        ("curso 2026-12-01", ("training", date(2026, 12, 1), date(2026, 12, 1), "")),
    ],
)
def test_absences_are_read_in_both_languages(line: str, absence: tuple[str, date, date, str]) -> None:
    kind, since, until, cover = absence
    wanted = NewAbsence(kind=kind, since=since, until=until, cover=cover)  # type: ignore[arg-type]  # a kind
    assert read_absence(line, TODAY, "es") == wanted


def test_an_absence_is_taken_back_by_a_day_of_it() -> None:
    assert read_absence("quita 3/12", TODAY, "es") == Cancelled(date(2026, 12, 3))
    assert read_absence("cancel 2026-12-03", TODAY, "en") == Cancelled(date(2026, 12, 3))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "absence_kind"),
        ("fiesta 1/12", "absence_kind"),
        ("vac", "absence_days"),
        ("vac 1/12 2/12 3/12", "absence_days"),
        ("vac 5/12-1/12", "absence_order"),
        ("vac 31/2", "date_invalid"),
        ("vac pronto", "absence_day"),
        ("vac 1/12 cubre", "absence_cover"),
        ("vac 1/12 cubre ana beto", "absence_cover"),
        ("quita 1/12-5/12", "absence_days"),
    ],
)
def test_an_absence_that_cant_be_read_is_refused(line: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_absence(line, TODAY, "es")
    assert refused.value.error.code == code


def test_a_date_that_reads_both_ways_in_english_offers_both() -> None:
    with pytest.raises(Refused) as refused:
        read_absence("vac 3/4", TODAY, "en")
    assert refused.value.error.code == "date_ambiguous"
    assert len(refused.value.error.offers) == 2


def test_goals_and_why() -> None:
    assert read_goals("40000 800,000.50 temporada alta") == Change(
        daily_goal=40_000_00, monthly_goal=800_000_50, why="temporada alta"
    )
    assert read_goals("= 0") == Change(monthly_goal=0)


@pytest.mark.parametrize(
    ("line", "code"), [("40000", "goals_form"), ("= =", "goals_form"), ("1.234 5", "amount_form")]
)
def test_goals_that_cant_be_read(line: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_goals(line)
    assert refused.value.error.code == code


def test_team_level_and_minutes() -> None:
    assert read_place("equipo norte nivel senior min 360") == Change(
        team="norte", level="senior", required_minutes=360
    )
    assert read_place("level agent") == Change(level="agent")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "place_form"),
        ("equipo", "place_form"),
        ("color rojo", "place_form"),
        ("nivel dios", "place_level"),
        ("min mucho", "place_minutes"),
        ("min 1441", "place_minutes"),
        ("min 5 min 6", "place_form"),
    ],
)
def test_a_place_that_cant_be_read(line: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_place(line)
    assert refused.value.error.code == code


@given(st.text(max_size=40), st.sampled_from(["es", "en"]))
def test_any_text_is_read_or_refused(line: str, language: str) -> None:
    for prefix in ("", "vac "):
        for read in (read_skills, read_goals, read_place, lambda text: read_absence(text, TODAY, language)):
            with suppress(Refused):
                read(prefix + line)
