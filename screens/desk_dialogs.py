"""The dialogs that the desk opens, and what their answers do."""

from __future__ import annotations

from collections.abc import Callable

from rules.desk import ClientPage, DeskPage, Refused, Saved
from rules.facts import InconsistencyBody, PointBody, RequestBody, RevealBody
from rules.searching import FOUND, open_search
from rules.wire import FactBody
from rules.words import tr
from screens.desk_view import DeskView
from widgets.refusals import refusal
from widgets.wording import LEVELS, block_words, word


class DeskDialogs(DeskView):
    """One action for each dialog; it opens only when it is needed, and is imported only then."""

    def done(self, call: Callable[[], Saved | Refused], line: str = "") -> bool:
        """Do something durable, then show what comes next; a refusal changes nothing."""
        raise NotImplementedError

    def choose_phone(self, place: int) -> None:
        """Choose the number to call, by its place among the client's (0-based)."""
        raise NotImplementedError

    def undo_hint(self) -> str:
        """When it was done, and the key that takes it back."""
        raise NotImplementedError

    def note(self, body: FactBody, said: str) -> bool:
        """Make a note about the client on the desk; what is `said` of it shows, and the desk stays."""
        service = self.service
        if service is None:
            return False
        answer = service.note(body)
        if isinstance(answer, Refused):
            self.tell(refusal(answer, self.now()))
            return False
        self.show(answer.desk, fresh=False)
        if said:
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
        if not isinstance(answer, Refused):
            self.show(answer)
            return
        refused = self.service.ask_for(client_id)
        if refused is None:
            self.tell(tr("Asking the hub for that client…"), "$text-muted")
        else:
            self.tell(refusal(refused, self.now()))

    def look_for_asked(self) -> None:
        """Show the client that was asked for when it came, unless something is half typed."""
        outcome = self.service.asked() if self.service else None
        if isinstance(outcome, Refused):
            self.tell(refusal(outcome, self.now()))
        elif outcome is not None and not self.line.value and self.app.screen is self:
            self._open(outcome)
            self.tell(tr("Here is the client that you asked for."), "$text-muted")
        elif outcome is not None:
            self.tell(tr("The client that you asked for is here: the agenda opens it."), "$text-success")

    def action_refused(self) -> None:
        """Show what the hub did not take, to be sent again or given up."""
        from screens.quarantine import QuarantineScreen

        if self.service:
            self.app.push_screen(QuarantineScreen(self.service, self.now()))

    def action_offline(self) -> None:
        """Take clients for working without a link, or give them back."""
        asked = self.service.go_offline() if self.service else None
        if isinstance(asked, Refused):
            self.tell(refusal(asked, self.now()))
        elif asked == "take":
            self.tell(tr("Asking the hub for clients for working offline…"), "$text-muted")
        elif asked == "return":
            self.tell(tr("Giving the clients for working offline back…"), "$text-muted")

    def look_for_block(self) -> None:
        """Say what became of the clients for working offline."""
        block = self.service.went_offline() if self.service else None
        if isinstance(block, Refused):
            self.tell(refusal(block, self.now()))
        elif block is not None:
            self.tell(block_words(block, self.now()), "$text-success" if block.clients else "$text-warning")

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

        page, context, service = self.client_page(), self.line.context, self.service
        if page is None or context is None or service is None or self.desk is None:
            return
        if self.hidden:
            key = self.live_keys().get("desk.reveal", "")
            self.tell(tr("Confirm the identity first, or press {key} to show amounts.", key=key))
            return
        if context.account_id is None:
            self.tell(tr("The client has no account to negotiate."))
            return
        walk = self.script.walk
        said = self.line.reading.reason if self.line.reading else None
        told = (answer.reason for answer in reversed(walk.answers) if answer.reason) if walk else iter(())
        screen = OffersScreen(
            page,
            context,
            self.desk.header.level,
            service.negotiation(),
            service.catalogue(),
            said or next(told, ""),
        )
        self.app.push_screen(screen, self._offered)

    def _offered(self, taken: str | RequestBody | None) -> None:
        """Put an offer on the line, ready for Enter; what is above the agent is asked for."""
        if isinstance(taken, RequestBody):
            self.note(taken, tr("Request sent to {level}.", level=word(LEVELS, taken.level)))
        elif taken:
            self.line.put(taken)

    def tell_answer(self, before: DeskPage, desk: DeskPage) -> None:
        """Say what a lead has answered meanwhile; the line stays as it is being typed."""
        if not isinstance(desk.page, ClientPage):
            return
        if before is not None and isinstance(before.page, ClientPage):
            self.tell_payment(before.page, desk.page)
            self.tell_ask(before.page, desk.page)
        if not desk.page.client.requests:
            return
        from screens.answers import answer_between, answer_words

        request = answer_between(before, desk)
        if request is not None:
            key = self.live_keys().get("desk.offers", "")
            self.head.say(*answer_words(request, key, hidden=self.hidden))

    def tell_ask(self, before: ClientPage, after: ClientPage) -> None:
        """Say what the back office did with a request."""
        if not after.client.asks or before.client.id != after.client.id:
            return
        from screens.answers import ask_between, ask_words

        ask = ask_between(before.client, after.client)
        if ask is not None:
            self.head.say(*ask_words(ask, hidden=self.hidden))

    def tell_payment(self, before: ClientPage, after: ClientPage) -> None:
        """Say how a payment by terminal or link went, and put its capture on the line if that is empty.

        The capture is marked, so that whatever is typed next takes its place.
        """
        if not after.client.intents or before.client.id != after.client.id:
            return
        from screens.answers import paid_between, paid_line, payment_words

        intent = paid_between(before.client, after.client)
        if intent is None:
            return
        self.head.say(*payment_words(intent, hidden=self.hidden))
        if intent.status == "approved" and not self.line.value:
            self.line.put(paid_line(intent))
            self.line.select_all()

    async def action_contacts(self) -> None:
        """Phones, e-mails and addresses: add, correct, retire.

        What is typed in one go with the key waits until the dialog is there.
        """
        from screens.contacts import ContactsScreen

        if page := self.client_page():
            await self.app.push_screen(ContactsScreen(page, self.now()), self._changed_point)

    def _changed_point(self, answer: PointBody | int | None) -> None:
        if isinstance(answer, PointBody):
            self.note(answer, tr("Contact point changed."))
        elif answer is not None:
            self.choose_phone(answer)

    async def action_account(self) -> None:
        """The account whole, and what can be asked for or done about it.

        What is typed in one go with the key waits until the screen is there.
        """
        from screens.account.dialog import About
        from screens.account.screen import AccountScreen

        page, account = self.client_page(), self.debt.account
        if page is None or account is None:
            return
        if self.hidden:
            key = self.live_keys().get("desk.reveal", "")
            self.tell(tr("Confirm the identity first, or press {key} to show amounts.", key=key))
            return
        policy = next((one for one in page.client.policies if one.account_id == account.id), None)
        now = self.now().astimezone(page.local_time.tzinfo)
        about = About(page=page, account=account, policy=policy, now=now)
        await self.app.push_screen(AccountScreen(about, self.take_note, self.client_page))

    def take_note(self, body: FactBody, said: str) -> ClientPage | None:
        """Make a note that a dialog brought; the client after it, None = it was not taken."""
        before = self.client_page()
        if not self.note(body, said):
            return None
        after = self.client_page()
        if before is not None and after is not None:
            self.tell_payment(before, after)
        return after

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
            screen = RecordsScreen(page, self.now(), hidden=self.hidden)
            self.app.push_screen(screen, self._recorded)

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

        if self.hidden:
            self.app.push_screen(RevealScreen(), self._revealed)

    def _revealed(self, reason: str | None) -> None:
        page = self.client_page()
        if page and reason:
            body = RevealBody(client_id=page.client.id, reason=reason)
            if self.note(body, tr("Balances shown; noted.")):
                self.revealed = reason
                self.veil()

    async def action_search(self) -> None:
        """The next client without a usable number, to be searched for; or how a search ended."""
        page = self.client_page()
        if page is None or not page.searched:
            self.find_search()
        elif open_search(page.client) is None:
            self.tell(tr("There is a number now: call it, or skip the client."), "$text-warning")
        else:
            from screens.search import SearchScreen

            await self.app.push_screen(SearchScreen(), self._searched)

    def find_search(self) -> None:
        """Show a client to be searched for, at once or when one has come."""
        service = self.service
        if service is None:
            return
        answer = service.open_search()
        self.awaits_search = isinstance(answer, Refused) and answer.code == "searching"
        if isinstance(answer, Refused):
            self.tell(refusal(answer, self.now()), "$text-warning")
        else:
            self.show(answer)
            keys = self.live_keys()
            add, end = keys.get("desk.contacts", ""), keys.get("desk.search", "")
            self.head.say(tr("{add} adds a number · {end} ends the search", add=add, end=end))

    def look_for_search(self) -> None:
        """Show the client to be searched for when one has come, unless something is half typed."""
        if self.awaits_search and not self.line.value and self.app.screen is self:
            self.find_search()

    def _searched(self, outcome: str | None) -> None:
        service, page = self.service, self.client_page()
        if outcome == FOUND and page:
            from screens.contacts import ContactsScreen

            self.app.push_screen(ContactsScreen(page, self.now(), adding=True), self._changed_point)
        elif outcome and service and self.done(lambda: service.end_search(outcome)):
            self.head.say(f"✓ {tr('Search recorded.')} {self.undo_hint()}")
