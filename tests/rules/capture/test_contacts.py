from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from rules.capture.body import to_body
from rules.capture.read import read
from rules.capture.values import CaptureContext, Reading
from rules.capture.wording import describe
from rules.capture.write import write
from rules.catalogue import Catalogue

CONTEXT = CaptureContext(
    now=datetime(2026, 11, 25, 11, tzinfo=ZoneInfo("America/Mexico_City")),
    language="en",
    client_id=1,
    account_id=1,
    due=1_000_00,
    total=9_000_00,
    contacts=("guarantor:Tomás Gil", "authorised:Jorge Paz", "legal_representative:Elena Ríos"),
)


def reading(line: str, catalogue: Catalogue, context: CaptureContext = CONTEXT) -> Reading:
    return read(line, catalogue, context)


def test_a_right_party_contact_is_the_legal_representatives_unless_another_is_named(
    catalogue: Catalogue,
) -> None:
    usual = reading("ppt 500 +2", catalogue)
    assert usual.complete
    assert (usual.contact, "contact" in usual.defaulted) == ("3", True)
    assert ("with Elena Ríos, legal representative", True) in describe(usual, catalogue, CONTEXT)

    named = reading("ppt 500 +2 c2", catalogue)
    assert (named.contact, "contact" in named.defaulted) == ("2", False)
    body = to_body(named, CONTEXT, catalogue, line="ppt 500 +2 c2")
    assert body.contact == "authorised:Jorge Paz"


def test_nobody_spoke_where_nobody_answered_and_a_person_has_no_contacts(catalogue: Catalogue) -> None:
    assert reading("noco", catalogue).contact is None
    person = CaptureContext(now=CONTEXT.now, due=1_000_00, total=9_000_00)
    assert reading("ppt 500 +2", catalogue, person).contact is None
    assert reading("ppt 500 +2 c1", catalogue, person).errors[0].code == "token_unknown"


def test_a_contact_that_the_sheet_has_not_is_refused_with_those_it_has(catalogue: Catalogue) -> None:
    (error,) = reading("ppt 500 +2 c4", catalogue).errors

    assert (error.code, error.offers) == ("contact_unknown", ("c1", "c2", "c3"))


@pytest.mark.parametrize("line", ["ppt 500 +2", "ppt 500 +2 c1", "noco c1"])
def test_the_canonical_line_reads_the_same(line: str, catalogue: Catalogue) -> None:
    first = reading(line, catalogue)

    assert reading(write(first, CONTEXT), catalogue) == first
