"""Insurance policies as they are shown and sent: the contract, its receipts, what happened to it.

Money is integer minor units in the currency of the policy. Instants are aware UTC. Source of the
terms: Ley sobre el Contrato de Seguro 20 and 37-40; the breakdown is that of `rules.insurance.receipts`.
"""

from __future__ import annotations

from datetime import date, datetime

from rules.wire import Wire


class Insured(Wire, frozen=True):
    """Who or what is insured: a person with a relation to the policyholder, or a thing."""

    name: str
    relation: str = ""


class Beneficiary(Wire, frozen=True):
    """Who gets the benefit; share in hundredths of a percent."""

    name: str
    share: int
    relation: str = ""


class PolicyTerms(Wire, frozen=True):
    """By what a policy's figures are worked out; rates in hundredths of a percent.

    net: yearly net premium. fee: policy fee. tax_rate: of net, surcharge and fee. surcharges: for
    paying in parts, by frequency. refund_method: pro_rata or short_rate, as the conditions say.
    scale: of a short rate, (upper limit of the time elapsed: "10d", "1.5m"; share earned by then).
    rehabilitation_days: after cover ceased, in which a payment brings it back. offset_scope:
    overdue_only or all_remaining.
    """

    net: int
    fee: int = 0
    tax_rate: int = 1600
    surcharges: dict[str, int] = {}
    refund_method: str = "pro_rata"
    scale: tuple[tuple[str, int], ...] = ()
    rehabilitation_days: int = 30
    offset_scope: str = "overdue_only"


class PolicySheet(Wire, frozen=True):
    """What a policy says beyond its state.

    product, version: of the insurer's conditions. agent: who sold it. holder: the policyholder
    where that is not the client. insurance: voluntary, mandatory or surety (LSCS 40, 150 Bis, 154).
    """

    product: str = ""
    version: str = ""
    agent: str = ""
    holder: str = ""
    insurance: str = "voluntary"
    insured: tuple[Insured, ...] = ()
    beneficiaries: tuple[Beneficiary, ...] = ()
    terms: PolicyTerms | None = None


class PolicyEvent(Wire, frozen=True):
    """Something that happened to a policy.

    kind: a name of `rules.insurance.policy_states.KINDS` (status, endorsement, channel, frequency...).
    was, became: for a status, before and after. why: a code. by: who, "" = by itself.
    """

    id: str
    at: datetime
    kind: str
    was: str = ""
    became: str = ""
    why: str = ""
    by: str = ""


class Receipt(Wire, frozen=True):
    """One premium instalment: number k of n, its breakdown and its state.

    status: pending, paid, overdue, lapsed, cancelled. Amounts in minor units;
    total = net + surcharge + fee + tax. paid: what was applied to it; adjusted: what was let go
    because it fell short by no more than the tolerance. since, until: the period that it pays for.
    channel: by which it is collected, "" = the policy's. cfdi: how its tax receipt stands
    (a status of `rules.tax.tax_receipts`, "" = none needed yet); method: PUE or PPD.
    """

    id: int
    number: int
    of: int
    due: date
    net: int
    surcharge: int
    fee: int
    tax: int
    total: int
    status: str
    grace_ends: datetime | None = None
    paid_on: date | None = None
    cfdi: str = ""
    paid: int = 0
    adjusted: int = 0
    since: date | None = None
    until: date | None = None
    channel: str = ""
    method: str = ""

    @property
    def open(self) -> int:
        """What is still to be paid of it, whatever its state."""
        return max(self.total - self.paid - self.adjusted, 0)


class Endorsement(Wire, frozen=True):
    """A change of the policy: kind A (increase), B (no movement), D (decrease)."""

    id: int
    kind: str
    on: date
    delta: int = 0
    note: str = ""
    folio: str = ""


class Claim(Wire, frozen=True):
    """A claim on the policy; status: open, paid, rejected. deductible, set_off (premium): minor units."""

    id: int
    number: str
    on: date
    status: str
    amount: int = 0
    deductible: int = 0
    set_off: int = 0


class Policy(Wire, frozen=True):
    """An insurance policy behind an account.

    kind: car, life, medical, damage, surety. status: a name of `rules.insurance.policy_states.STATES`.
    channel: collection channel (conducto de cobro). lapsed_at: when cover ceased, while it is lapsed.
    events: what happened to it, oldest first.
    """

    id: int
    account_id: int
    number: str
    kind: str
    insurer: str
    starts: date
    ends: date
    status: str
    channel: str
    currency: str
    frequency: str = "monthly"
    grace_ends: datetime | None = None
    sum_insured: int = 0
    receipts: tuple[Receipt, ...] = ()
    endorsements: tuple[Endorsement, ...] = ()
    claims: tuple[Claim, ...] = ()
    grace_days: int | None = None
    lapsed_at: datetime | None = None
    sheet: PolicySheet = PolicySheet()
    events: tuple[PolicyEvent, ...] = ()
