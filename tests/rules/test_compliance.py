"""The parameters as data: named as the trade names them, sourced, documented, and really used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rules import compliance
from rules.contact import parameters

ROOT = Path(__file__).parents[2]

# fmt: off
NAMES = [
    "mx.window.start", "mx.window.end", "mx.window.zone_policy", "mx.weekdays.financial",
    "mx.weekdays.commercial", "mx.holidays", "mx.attempts.per_day", "mx.attempts.per_week",
    "mx.first_contact.disclosures", "mx.identify.each_contact", "mx.caller_id.hidden",
    "mx.firm.redeco_registered", "mx.allowed_parties", "mx.third_party.collection", "mx.minor_or_elder",
    "mx.contact_point.sources", "mx.payment.direct_to_collector", "mx.agreement.written",
    "mx.agreement.to_lender", "mx.content.forbidden", "mx.complaint.redeco", "mx.clarification.hold",
    "mx.une.answer_days", "mx.due_on_holiday", "mx.prescription.years", "mx.bureau.purge_months",
    "mx.bureau.payment_update_days", "mx.reus.check", "mx.repep.check", "mx.insurance.agent_receipt",
    "mx.timeshare.revocation_days", "mx.timeshare.third_paid", "mx.auto_charge.consent",
    "mx.recording.notice", "us.apply_regf_to_first_party", "us.window", "us.inconvenient", "us.calls.max",
    "us.calls.after_conversation", "us.calls.consent_exclusion", "us.calls.not_counted", "us.calls.pattern",
    "us.calls.student_loans", "us.state_overrides", "us.voicemail.limited_content",
    "us.third_party.location", "us.mini_miranda", "us.validation.send_days", "us.validation.period",
    "us.validation.items", "us.cease", "us.medium_stop", "us.attorney", "us.employer", "us.email.basis",
    "us.sms.basis", "us.optout.processing", "us.autodialer.consent", "us.timebarred", "us.social",
    "us.multiple_debts", "us.postdated", "us.credit_reporting", "us.amounts", "us.retention.years",
    "us.bankruptcy", "us.scra", "us.recording.consent", "pci.pan.free_text", "pci.cvv", "pci.entry",
    "pci.recording.pause", "pii.clabe.mask", "pii.mask.default", "pii.identity.factors", "mx.privacy.basis",
    "mx.arco.answer_days", "mx.arco.effect_days", "mx.breach.notice", "mx.default_data.delete_months",
    "export.limits", "audit", "dial.abandon.max_pct", "dial.connect_seconds", "dial.ring_min",
    "dial.lines_per_agent", "dial.retry.no_answer_min", "dial.max_attempts", "dial.amd",
    "dial.safe_message", "map.vicidial",
]
# fmt: on


@pytest.fixture(scope="module")
def rules() -> compliance.RuleSet:
    return compliance.in_force()


def test_every_parameter_of_the_trade_is_there_by_its_name(rules: compliance.RuleSet) -> None:
    known = set(rules.rules)
    missing = [
        name for name in NAMES if name not in known and not any(one.startswith(f"{name}.") for one in known)
    ]
    assert missing == []


def test_each_parameter_names_the_module_that_keeps_it(rules: compliance.RuleSet) -> None:
    read = (ROOT / "rules" / "contact_parameters.py").read_text(encoding="utf-8")
    for name, rule in rules.rules.items():
        if rule.status == "outside":
            assert rule.used_by == "", name
            continue
        kept = (ROOT / rule.used_by).read_text(encoding="utf-8")
        assert rule.status == "recorded" or name.rpartition(".")[2] in kept + read, name


def test_every_parameter_is_documented_with_its_default_action_and_source(rules: compliance.RuleSet) -> None:
    text = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
    rows = {match[1]: match[0] for match in re.finditer(r"^\| `([a-z_.]+)` \|.*$", text, flags=re.MULTILINE)}
    assert rows.keys() == rules.rules.keys()
    for name, rule in rules.rules.items():
        for part in (", ".join(rule.action), rules.sources[rule.source].title, rule.status):
            assert part in rows[name], (name, part)
    assert f"version {rules.version}" in text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('source = "desp"', 'source = "hearsay"'), "there is no source 'hearsay'"),
        (('action = ["block"]', 'action = ["forbid"]'), "unknown action 'forbid'"),
        (('status = "recorded"', 'status = "done"'), "unknown status 'done'"),
        (("version =", "versions ="), "can't be read"),
    ],
)
def test_faulty_data_are_named(change: tuple[str, str], message: str) -> None:
    text = (ROOT / "rules" / "data" / "contact.toml").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        compliance.load(text.replace(*change, 1))


@pytest.mark.parametrize("name", ["us.attorney", "us.cease", "mx.window.zone_policy"])
def test_what_the_law_leaves_no_choice_about_can_not_be_switched_off(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is False; it can't be changed"):
        parameters(name[:2].upper(), {name: False})


def test_a_first_party_portfolio_may_be_taken_out_of_regulation_f() -> None:
    assert parameters("US").calls_max == 7
    assert parameters("US", {"us.apply_regf_to_first_party": False}).calls_max is None
