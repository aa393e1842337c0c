"""The dialogs that the desk opens, and what their answers do."""

from __future__ import annotations

from collections.abc import Callable

from rules.desk import ClientPage, Refused, Saved
from rules.facts import FactBody, InconsistencyBody, PointBody, RevealBody
from rules.words import tr
from screens.desk_view import DeskView
from widgets.wording import refusal


class DeskDialogs(DeskView):
    """One action for each dialog; it opens only when it is needed, and is imported only then."""

    def done(self, call: Callable[[], Saved | Refused], line: str = "") -> bool:
        """Do something durable, then show what comes next; a refusal changes nothing."""
        raise NotImplementedError

    def undo_hint(self) -> str:
        """When it was done, and the key that takes it back."""
        raise NotImplementedError

    def note(self, body: FactBody, said: str) -> bool:
        """Make a note about the client on the desk, and say so; the desk stays as it is."""
        service = self.service
        if service is None:
            return False
        answer = service.note(body)
        if isinstance(answer, Refused):
            self.tell(refusal(answer, self.now()))
            return False
        self.show(answer.desk, fresh=False)
        self.head.say(f"✓ {said}")
        return True

    def client_page(self) -> ClientPage | None:
        """The client on the desk, None when there is none."""
        page = self.desk.page if self.desk else None
        return page if isinstance(page, ClientPage) else None

    def action_skip(self) -> None:
        """Ask for a reason, then put the client back and go on."""
        from screens.skip import SkipScreen

        if self.desk and isinstance(self.desk.page, ClientPage):
            self.app.push_screen(SkipScreen(), self._skipped)

    def _skipped(self, reason: str | None) -> None:
        service = self.service
        if service and reason and self.done(lambda: service.skip(reason)):
            self.head.say(f"{tr('Skipped.')} {self.undo_hint()}", "$text-warning")

    def action_agenda(self) -> None:
        """Show what is due, and open a client that is held here."""
        from screens.agenda import AgendaScreen

        if self.service:
            self.app.push_screen(AgendaScreen(self.service.agenda(), self.now()), self._open)

    def _open(self, client_id: int | None) -> None:
        if client_id is None or self.service is None:
            return
        answer = self.service.open_client(client_id)
        if isinstance(answer, Refused):
            self.tell(refusal(answer, self.now()))
        else:
            self.show(answer)

    def action_state(self) -> None:
        """Ask for the agent's state and record it."""
        from screens.state import StateScreen

        if self.service:
            self.app.push_screen(StateScreen(), self._set_state)

    def _set_state(self, state: str | None) -> None:
        if state and self.service:
            self.top.show(self.service.set_state(state), self.now())

    def action_help(self) -> None:
        """Show the keys in force and how a capture is written."""
        from screens.desk_help import HelpScreen

        self.app.push_screen(HelpScreen(self.key_help()))

    def action_offers(self) -> None:
        """Offers for the account: one key takes one into the capture, or asks for approval."""
        from screens.offers import OffersScreen

        page, context = self.client_page(), self.line.context
        if page and context and self.desk:
            self.app.push_screen(OffersScreen(page, context, self.desk.header.level), self._offered)

    def action_contacts(self) -> None:
        """Phones, e-mails and addresses: add, correct, retire."""
        from screens.contacts import ContactsScreen

        if page := self.client_page():
            self.app.push_screen(ContactsScreen(page, self.now()), self._changed_point)

    def _changed_point(self, body: PointBody | None) -> None:
        if body:
            self.note(body, tr("Contact point changed."))

    def action_report(self) -> None:
        """Report data that can't be right."""
        from screens.report import ReportScreen

        page = self.client_page()
        account = self.debt.account
        if page:
            self.app.push_screen(ReportScreen(page, account.id if account else None), self._reported)

    def _reported(self, body: InconsistencyBody | None) -> None:
        if body:
            self.note(body, tr("Reported to the lead."))

    def action_records(self) -> None:
        """Cases, requests, agreements and tasks of the client."""
        from screens.records import RecordsScreen

        if page := self.client_page():
            self.app.push_screen(RecordsScreen(page, self.now()), self._recorded)

    def _recorded(self, body: FactBody | None) -> None:
        if body:
            self.note(body, tr("Noted."))

    def action_day(self) -> None:
        """The agent's own day: time by state, calls, money and goals."""
        from screens.day import DayScreen

        if self.service:
            self.app.push_screen(DayScreen(self.service.day(), self.now()))

    def action_reveal(self) -> None:
        """Show balances without confirmed identity, for a reason that is recorded."""
        from screens.reveal import RevealScreen

        if self.client_page():
            self.app.push_screen(RevealScreen(), self._revealed)

    def _revealed(self, reason: str | None) -> None:
        page = self.client_page()
        if page and reason:
            self.note(RevealBody(client_id=page.client.id, reason=reason), tr("Balances shown; noted."))

    def action_search(self) -> None:
        """The next client without a usable number, to be searched for."""
        service = self.service
        if service:
            answer = service.open_search()
            if isinstance(answer, Refused):
                self.tell(refusal(answer, self.now()))
            else:
                self.show(answer)
