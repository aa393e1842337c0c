"""What one token is read against, and how a token is refused."""

from __future__ import annotations

from datetime import date

import msgspec

from rules.capture.values import CaptureContext, CaptureError
from rules.catalogue import FIELDS, Catalogue, Result


class Scope(msgspec.Struct, frozen=True):
    """The client and account, the catalogue, and the result that the line names (if it does)."""

    context: CaptureContext
    catalogue: Catalogue
    result: Result | None = None

    @property
    def today(self) -> date:
        """The day in the client's own zone."""
        return self.context.now.date()

    @property
    def language(self) -> str:
        """The language of what is offered: "en" or, for any other, "es"."""
        return "en" if self.context.language == "en" else "es"

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the result takes; without a result all of them."""
        return FIELDS if self.result is None else self.result.required + self.result.optional

    @property
    def names_party(self) -> bool:
        """Whether ``a:`` names a person here, not an area."""
        return self.result is not None and "party" in self.fields

    @property
    def looks_back(self) -> bool:
        """Whether dates lie in the past: the client says when it *was* paid."""
        return self.result is not None and self.result.effect == "claims_paid"


class Refused(Exception):
    """A token has the shape of a field and still can't be taken; `error` says why."""

    def __init__(self, fault: str, token: str, *offers: str, **params: str) -> None:
        super().__init__(fault)
        self.error = CaptureError(code=fault, token=token, offers=offers, params=params)
