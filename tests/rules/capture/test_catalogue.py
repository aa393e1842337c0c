"""The catalogue of results: all codes, consistent, and readable with nothing but a code."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

import pytest

from rules.capture.values import Reading
from rules.catalogue import Catalogue, load

RIGHT_PARTY = """
PPT PPP PLAN QUIT PAGA YPAG DOMI RLLA INFO NEGP SINC REST
DISP NREC CANC RETN REFI SINI ENFE ABOG CESE NOHA COLG
"""
THIRD_PARTY = "MSJT TERC TLOC AVAL AGTE NOVI DESC FALL"
NO_CONTACT = "NOCO OCUP BUZN BUZM FSER FAXM CORT"
SYSTEM = "NOLI ABAN BLOQ REGU SMSE MAIL MAIR"
ALIASES = "p PPT l PLAN r RLLA d DISP y YPAG n NEGP m MSJT e DESC x FALL i INFO"


def data() -> str:
    return files("rules").joinpath("data", "results.toml").read_text(encoding="utf-8")


def test_all_codes_by_group(catalogue: Catalogue) -> None:
    groups: dict[str, list[str]] = {}
    for result in catalogue.results.values():
        groups.setdefault(result.group, []).append(result.code)
    assert groups == {
        "right_party": RIGHT_PARTY.split(),
        "third_party": THIRD_PARTY.split(),
        "no_contact": NO_CONTACT.split(),
        "system": SYSTEM.split(),
    }
    assert {result.code for result in catalogue.results.values() if not result.agent} == set(SYSTEM.split())
    assert (len(catalogue.reasons), len(catalogue.destinations)) == (26, 18)


def test_aliases(catalogue: Catalogue) -> None:
    pairs = ALIASES.split()
    wanted = dict(zip(pairs[::2], pairs[1::2], strict=True))
    assert {result.alias: result.code for result in catalogue.results.values() if result.alias} == wanted


def test_flags_agree_with_the_groups(catalogue: Catalogue) -> None:
    for result in catalogue.results.values():
        assert set(result.flags) <= set("ACRVP7")
        assert result.has("R") == (result.group == "right_party")
        assert result.has("C") == (result.group in ("right_party", "third_party"))
        assert result.has("A") == (result.group != "system" or result.code in ("NOLI", "ABAN"))
        assert not result.has("P") or result.has("V")


def test_every_required_field_has_a_default(catalogue: Catalogue) -> None:
    for result in catalogue.results.values():
        assert set(result.required) <= result.defaults.keys(), result.code


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_code_that_people_give_is_complete_by_itself(
    reads: Callable[..., Reading], catalogue: Catalogue, language: str
) -> None:
    for result in catalogue.offered():
        reading = reads(result.code, language)
        assert (reading.code, reading.errors, reading.complete) == (result.code, (), True)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('alias = "l"', 'alias = "p"', "alias 'p' stands for both PPT and PLAN"),
        ('key = "f6"', 'key = "f5"', "key 'f5' stands for both"),
        ('aliases = ["oxxo"]', 'aliases = ["spei"]', "channel 'spei' stands for both"),
        ('channel = "nd"', 'channel = "zz"', "PPT: the default channel = 'zz' stands for nothing"),
        ('note = "no_attorney"', 'note = "zz"', "the default note = 'zz' stands for nothing"),
        ('required = ["callback"]', 'required = ["callback", "date"]', "can't mean both"),
        ('required = ["callback"]', 'required = ["colour"]', "unknown field 'colour'"),
        ("hold_days", "hold_weeks", "hold_weeks"),
        ('flags = "AC"', "flags = 7", "flags"),
        ("[results.PPT]", "[results.PPT", "can't be read"),
    ],
)
def test_an_inconsistent_catalogue_is_refused(old: str, new: str, fault: str) -> None:
    assert old in data()
    with pytest.raises(ValueError, match=fault):
        load(data().replace(old, new, 1))
