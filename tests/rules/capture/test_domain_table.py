"""The catalogue against the trade's own table of results: what each code asks for and counts as.

The table is written down here once more, from the disposition sheet that collectors use, so
that a slip in the data shows. ``am`` amount, ``dt`` day, ``ch`` channel, ``hr`` callback,
``rs`` reason, ``nt`` note, ``doc`` document, ``dst`` area; ``?`` = may be given.
"""

from __future__ import annotations

import pytest

from rules.catalogue import Catalogue

SHEET = """
PPT   am dt ch rs          ACRVP7
PPP   am dt ch rs nt       ACRVP7
PLAN  plan doc rs          ACRVP7
QUIT  am dt doc            ACRVP7
PAGA  am ch ref            ACRV7
YPAG  dt am ch doc?        ACRV7
DOMI  ch doc               ACRV7
RLLA  hr                   ACR7
INFO  rs                   ACRV7
NEGP  rs nt                ACRV7
SINC  rs nt                ACRV7
REST  rs dst               ACRV7
DISP  am nt doc?           ACRV7
NREC  nt                   ACRV7
CANC  dt rs nt             ACRV7
RETN  am? nt               ACRV7
REFI  dst nt               ACR7
SINI  ref                  ACRV7
ENFE  nt                   ACRV7
ABOG  party nt             ACR7
CESE  medium doc?          ACR7
NOHA  window               ACR7
COLG  -                    ACR7
MSJT  party                AC7
TERC  -                    AC7
TLOC  party? nt            AC7
AVAL  party                ACV7
AGTE  party                AC7
NOVI  -                    AC7
DESC  -                    AC
FALL  party nt             AC7
NOCO  -                    A7
OCUP  -                    A
BUZN  -                    A7
BUZM  -                    A7
FSER  -                    A
FAXM  -                    A7
CORT  -                    A7
NOLI  -                    A
ABAN  -                    A7
BLOQ  -                    -
REGU  -                    -
SMSE  -                    -
MAIL  -                    -
MAIR  -                    -
"""

NAMES = {
    "am": "amount",
    "dt": "date",
    "ch": "channel",
    "hr": "callback",
    "rs": "reason",
    "nt": "note",
    "doc": "evidence",
    "dst": "destination",
    "ref": "reference",
}

NEVER_HOLDS_UP = {
    # The agreement is written by the workstation once the terms are kept, the mandate follows.
    "doc": {"PLAN", "QUIT", "DOMI"},
    # A promise without its reason is a promise; parse prints null for it.
    "rs": {"PPT", "PPP", "PLAN"},
    # Nobody can know the day or the amount of a payment that was only spoken of.
    "dt": {"YPAG"},
    "am": {"YPAG", "DISP"},
}
"""Fields that the sheet asks for and that have no value which is true by default: they may be given."""

ROWS = [(row.split()[0], row.split()[1:-1], row.split()[-1]) for row in SHEET.strip().splitlines()]


def test_the_sheet_has_every_code(catalogue: Catalogue) -> None:
    assert [code for code, _, _ in ROWS] == list(catalogue.results)
    assert len(ROWS) == 45


@pytest.mark.parametrize(("code", "words", "flags"), ROWS, ids=[row[0] for row in ROWS])
def test_fields_and_flags(catalogue: Catalogue, code: str, words: list[str], flags: str) -> None:
    result = catalogue.results[code]
    assert set(result.flags) == set(flags.replace("-", ""))
    asked = [word for word in words if word != "-"]
    optional = {word for word in asked if word.endswith("?") or code in NEVER_HOLDS_UP.get(word, ())}
    required = {NAMES.get(word, word) for word in asked if word not in optional}
    allowed = {NAMES.get(word.rstrip("?"), word.rstrip("?")) for word in optional}
    if code == "PLAN":
        required.add("date")  # the plan's first day
    assert set(result.required) == required
    assert allowed <= set(result.optional)


@pytest.mark.parametrize(
    ("code", "effect", "retry", "hold"),
    [
        ("YPAG", "claims_paid", None, 2),
        ("NOCO", "", 120, 0),
        ("OCUP", "", 20, 0),
        ("CORT", "", 5, 0),
        ("BUZM", "", 3 * 1440, 0),
        ("NEGP", "refusal", 7 * 1440, 0),
        ("INFO", "", 3 * 1440, 0),
        ("MSJT", "", 1440, 0),
        ("COLG", "", 1440, 0),
        ("NOLI", "", 15, 0),
        ("SMSE", "", 1440, 0),
        ("MAIL", "", 2 * 1440, 0),
        ("CESE", "cease", None, 0),
        ("ABOG", "attorney", None, 0),
        ("FALL", "deceased", None, 0),
        ("DISP", "dispute", 3 * 1440, 0),
    ],
)
def test_next_action(catalogue: Catalogue, code: str, effect: str, retry: int | None, hold: int) -> None:
    result = catalogue.results[code]
    assert (result.effect, result.retry_minutes, result.hold_days) == (effect, retry, hold)
