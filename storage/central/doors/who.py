"""Who asks, and which rows are theirs: the one place that says what a person may see."""

from __future__ import annotations

import msgspec


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks. portfolio_ids None = every portfolio, and then portfolio_names is empty."""

    user_id: int
    name: str
    display_name: str
    role: str
    device: str
    team: str = ""
    portfolio_ids: tuple[int, ...] | None = None
    portfolio_names: tuple[str, ...] = ()

    def may_see(self, portfolio_id: int) -> bool:
        """Whether a portfolio is in this person's scope."""
        return self.portfolio_ids is None or portfolio_id in self.portfolio_ids

    @property
    def only_team(self) -> str | None:
        """The one team whose people and matters a lead sees; None = everybody's."""
        return (self.team or None) if self.role == "lead" else None

    def leads(self, team: str | None) -> bool:
        """Whether a matter of somebody of a team is in scope; None = nobody's doing, so of any team."""
        return self.only_team is None or team is None or team == self.only_team
