"""The script: the step of the call, its answers by number, and what the client may throw in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message

from rules.clients import Account
from rules.desk import ClientPage, NoClient
from rules.placeholders import fill
from rules.scripts import Answer, Node, Script, Walk, answer, back, start
from rules.words import language, tr
from widgets.panel import LABEL, Panel, wrapped
from widgets.shown import row, shown
from widgets.wording import STAGES, word

KEY = "bold $text-primary"
LAST_DIGIT = 9


class ScriptPanel(Panel):
    """Walks through a script; the digits pick answers, ``?`` lists the objections.

    The words to be spoken are in the client's language, whatever the screen's is.

    walk: where the call stands. objections: their list is open. reply: the objection whose
    reply is shown. suggestion: the capture that the answers so far imply.
    """

    page: ClientPage | None = None
    account: Account | None = None
    agent = ""
    walk: Walk | None = None
    objections = False
    reply: int | None = None
    suggestion = ""
    _answer_lines: tuple[int, int] = (0, 0)

    @dataclass
    class Ended(Message):
        """The call came to its end: `line` is a capture that the last answer implies."""

        line: str

    # What the screen asks

    def show(
        self, page: ClientPage | NoClient, account: Account | None, agent: str, *, restart: bool = True
    ) -> None:
        """Show a page's script from its first step, or go on with the same one."""
        self.page = page if isinstance(page, ClientPage) else None
        self.account, self.agent = account, agent
        script = self.script
        if restart or script is None or (self.walk and self.walk.script_id != script.id):
            self.walk = start(script) if script else None
            self.objections, self.reply, self.suggestion = False, None, ""
        self.redraw()

    @property
    def script(self) -> Script | None:
        """The call model in use."""
        return self.page.script if self.page else None

    def answer(self, digit: int) -> None:
        """Take the answer, or the objection, with a number."""
        script, walk = self.script, self.walk
        if script is None or walk is None:
            return
        if self.objections:
            self.reply = digit - 1 if digit <= len(script.objections) else self.reply
        elif (following := answer(script, walk, digit)) is not None:
            self._take(script.nodes[walk.node].answers[digit - 1], script.nodes[following.node])
            self.walk = following
            self.home()
        self.redraw()

    def _take(self, chosen: Answer, following: Node) -> None:
        """Keep what an answer implies; at the end of the script, hand it to the capture line."""
        if chosen.code:
            reason = f" r:{chosen.reason}" if chosen.reason else ""
            self.suggestion = f"{chosen.code}{reason}".lower()
        if self.suggestion and (not chosen.next or not following.answers):
            self.post_message(self.Ended(self.suggestion))

    def move(self, step: int) -> None:
        """Scroll; in the objections, go to the one above or below."""
        if not self.objections or self.script is None:
            super().move(step)
            return
        here = -1 if self.reply is None else self.reply
        self.reply = max(0, min(here + step, len(self.script.objections) - 1))
        self.redraw()

    def back(self) -> None:
        """Leave the objections, or go back to the step before."""
        if self.objections:
            self.objections, self.reply = False, None
        elif self.walk:
            self.walk = back(self.walk)
        self.redraw()

    def toggle_objections(self) -> None:
        """Open or close the list of objections; the step of the call stays."""
        self.objections, self.reply = bool(self.script) and not self.objections, None
        self.redraw()

    # Drawing

    def title(self) -> Content:
        """The call model's name."""
        if self.script is None:
            return shown(tr("SCRIPT"))
        return row(tr("SCRIPT"), f" · {self.script.en if language() == 'en' else self.script.es}")

    def lines(self, width: int) -> Sequence[Content]:
        """Stages, the words to speak, then the answers or the objections."""
        if self.script is None or self.walk is None:
            return []
        node = self.script.nodes[self.walk.node]
        spoken = (f"«{self._filled(node.es, node.en)}»", "bold")
        lines = [_stages(node, width), shown("")]
        lines += wrapped(row(("● " if node.forced else "", "bold $text-warning"), spoken), width)
        lines.append(shown(""))
        if self.objections:
            self._answer_lines = (0, 0)
            return [*lines, *self._objections(self.script, width)]
        self._answer_lines = (len(lines), len(lines) + len(node.answers))
        for number, choice in enumerate(node.answers, 1):
            code = (f"  {choice.code}", "$text-primary")
            lines.append(row((f"{number} ", KEY), self._say(choice.es, choice.en), code))
        if self.suggestion and not node.answers:
            lines.append(row(("⇒ ", KEY), (self.suggestion, "bold")))
        if self.script.objections:
            lines.append(row(("? ", KEY), (tr("objections"), LABEL)))
        return lines

    def item_at(self, line: int) -> int | None:
        """The answer on a line."""
        first, end = self._answer_lines
        return line - first if first <= line < end else None

    def _objections(self, script: Script, width: int) -> list[Content]:
        lines: list[Content] = []
        for number, objection in enumerate(script.objections, 1):
            chosen = self.reply == number - 1
            words = self._say(objection.es, objection.en)
            key = f"{number} " if number <= LAST_DIGIT else "· "
            lines.append(row((key, KEY), (words, "bold" if chosen else "")))
            if chosen:
                reply = self._filled(objection.reply_es, objection.reply_en)
                lines += [
                    row("  ", line) for line in wrapped(shown(f"«{reply}»", "bold $text-success"), width - 2)
                ]
        return [*lines, row(("0 ", KEY), (tr("back to the script"), LABEL))]

    def _say(self, es: str, en: str) -> str:
        """The words in the client's language."""
        return en if self.page and self.page.client.language == "en" else es

    def _filled(self, es: str, en: str) -> str:
        """The words to speak, with the client's and the account's own data in them."""
        page, words = self.page, self._say(es, en)
        if page is None:
            return words
        return fill(words, page.client, self.account, agent=self.agent, now=page.local_time)


def _stages(node: Node, width: int) -> Content:
    """The stages of a call with the present one in brackets; that one alone when narrow."""
    names = [
        row(("[", LABEL), (word(STAGES, stage), KEY), ("]", LABEL))
        if stage == node.stage
        else shown(word(STAGES, stage), LABEL)
        for stage in STAGES
    ]
    line = shown(" › ", LABEL).join(names)
    return line if line.cell_length <= width else shown(f"[{word(STAGES, node.stage)}]", KEY)
