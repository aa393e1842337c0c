from __future__ import annotations

import msgspec

from rules.clients import Account
from rules.companies import Collateral, Company, Contact, Exposure, covered, drawn, exposure, spokesperson
from rules.facts import ResultBody
from rules.speaking import check
from storage.reference import catalogue

REPRESENTATIVE = Contact(name="Elena Ríos", role="legal_representative", right="Poder 123")
AUTHORISED = Contact(name="Jorge Paz", role="authorised")
GUARANTOR = Contact(name="Tomás Gil", role="guarantor", phone="+525555550100")
COMPANY = Company(
    legal_name="Textiles del Norte, S.A. de C.V.",
    tax_id="TNO010203AB1",
    line="working_capital",
    limit=1_000_000_00,
    drawn=400_000_00,
    contacts=(GUARANTOR, AUTHORISED, REPRESENTATIVE),
    collateral=(Collateral(kind="fund", what="NAFIN 50 %", value=250_000_00),),
    group="Grupo Sierra",
    exposure=(Exposure(company="Sierra Logística", account="PYM-2", total=300_000_00, overdue=20_000_00),),
)
ACCOUNT = Account(
    id=1, product="sme", number="PYM-1", currency="MXN", overdue=50_000_00, total=500_000_00, company=COMPANY
)


def said(contact: str | None, code: str = "PPT", account: Account = ACCOUNT) -> list[str]:
    body = ResultBody(client_id=1, code=code, account_id=1, contact=contact)
    return [problem.code for problem in check(catalogue().results[code], body, account)]


def test_the_legal_representative_speaks_for_the_company_before_who_is_authorised() -> None:
    assert spokesperson(COMPANY) == REPRESENTATIVE
    assert spokesperson(msgspec.structs.replace(COMPANY, contacts=(GUARANTOR, AUTHORISED))) == AUTHORISED
    assert spokesperson(msgspec.structs.replace(COMPANY, contacts=(GUARANTOR,))) is None


def test_right_party_contact_needs_somebody_who_may_discuss_the_debt() -> None:
    assert said("legal_representative:Elena Ríos") == []
    assert said("authorised:Jorge Paz") == []
    assert said(None) == ["contact_missing"]
    assert said("guarantor:Tomás Gil") == ["not_right_party"]
    assert said("legal_representative:Nadie") == ["unknown_contact"]


def test_no_answer_asks_for_nobody_and_a_person_has_no_roles() -> None:
    assert said(None, "NOCO") == []
    assert said(None, account=msgspec.structs.replace(ACCOUNT, company=None)) == []


def test_exposure_is_the_whole_groups_with_this_account() -> None:
    assert exposure(COMPANY, ACCOUNT.total, ACCOUNT.overdue) == (800_000_00, 70_000_00)
    assert str(drawn(COMPANY).percent) == "40.00"
    assert str(covered(COMPANY, ACCOUNT.total).percent) == "50.00"
