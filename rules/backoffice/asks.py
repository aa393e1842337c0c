"""What is asked of the back office about a policy: the request, and how it goes on.

Asked at the desk as a fact (`rules.facts.AskBody`) or at the receipts desk; done by the back office.
Who asked never answers. Money is integer minor units.
"""

from __future__ import annotations

from datetime import date, datetime

from rules.wire import FactBody, Wire


class ChannelChange(FactBody, frozen=True, tag_field="kind", tag="channel"):
    """Collect by another channel from a receipt on (endorsement B).

    to: a channel of `rules.debit.mandates.CHANNELS`. clabe: of a bank account, by check digit; token: of a
    card, as the gateway gave it, with last4: never a card's number; for payroll, the employee's number
    there. amount_rule: receipt (whatever a receipt says) or up_to (no more than `limit`). first_receipt:
    id of the first receipt charged so. consent: how it was given: voice, written, electronic. evidence:
    recording, folio or file. payer: whose account it is, "" = the policyholder's.
    """

    to: str
    first_receipt: int
    clabe: str = ""
    token: str = ""
    last4: str = ""
    brand: str = ""
    amount_rule: str = "receipt"
    limit: int = 0
    consent: str = ""
    evidence: str = ""
    payer: str = ""


class FrequencyChange(FactBody, frozen=True, tag_field="kind", tag="frequency"):
    """Pay in other parts (endorsement A or D): to is a key of `rules.insurance.receipts.INSTALMENTS`."""

    to: str


class Rehabilitation(FactBody, frozen=True, tag_field="kind", tag="rehabilitation"):
    """Bring cover back after it ceased, for an amount to be paid.

    mode: extend (the end moves by the gap) or keep_end (the premium of the gap comes back).
    """

    mode: str
    amount: int


class Cancellation(FactBody, frozen=True, tag_field="kind", tag="cancellation"):
    """End a policy early, on a day; method: one of `rules.backoffice.calculations.METHODS`. reason: a code.

    amount: what the client was told that it comes to, as in `Ask`; None = nothing.
    """

    on: date
    method: str
    reason: str = ""
    amount: int | None = None


class ClaimOffset(FactBody, frozen=True, tag_field="kind", tag="claim_offset"):
    """Set owed premium off against a claim (LSCS 33): scope as in `rules.insurance.premiums.claim_offset`.

    amount: what the client was told that is set off; None = nothing.
    """

    claim_id: int
    gross: int
    deductible: int
    scope: str = "overdue_only"
    amount: int | None = None


class Endorse(FactBody, frozen=True, tag_field="kind", tag="endorsement"):
    """Change the net premium by an amount (A more, D less), or something else (B, delta 0)."""

    delta: int
    what: str


Asked = ChannelChange | FrequencyChange | Rehabilitation | Cancellation | ClaimOffset | Endorse

KINDS = ("channel", "frequency", "rehabilitation", "cancellation", "claim_offset", "endorsement")
STATUSES = ("open", "approved", "denied", "done", "failed", "withdrawn")
"""open: waits for an answer. approved: may be done. done: it is. failed: tried in vain."""


class Step(Wire, frozen=True):
    """A step of a calculation: its name in English, to be translated; how, in figures; minor units."""

    name: str
    how: str
    amount: int


class Ask(Wire, frozen=True):
    """A request as it stands; id is the fact's. steps: the calculation that it rests on.

    amount: what it comes to: positive is to be paid by the client, negative goes back.
    first_charge: result of the first charge by a new channel, "" = none yet.
    """

    id: str
    folio: str
    account_id: int
    asked: datetime
    asks: Asked
    status: str = "open"
    policy_id: int | None = None
    agent: str = ""
    note: str = ""
    amount: int = 0
    currency: str = ""
    steps: tuple[Step, ...] = ()
    answered: datetime | None = None
    answered_by: str = ""
    answer: str = ""
    due: date | None = None
    first_charge: str = ""
