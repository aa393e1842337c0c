"""The script: the step of the call, its answers by number, and what the client may throw in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from textual.content import Content
from textual.message import Message

from rules.clients import Account
from rules.desk import ClientPage, NoClient
from rules.identity import Factor, factors
from rules.placeholders import fill
from rules.scripts import Answer, Node, Script
from rules.walks import Walk, answer, back, objected, offered, start
from rules.words import language, tr
from widgets.formats import full_day
from widgets.panel import LABEL, Panel, columns, wrapped
from widgets.shown import row, shown
from widgets.wording import FACTORS, IDENTITIES, STAGES, word

KEY = "bold $text-primary"
LAST_DIGIT = 9
SHORT = 14
"""Height of the panel under which nothing is left blank."""

ENDINGS = ("account_ending", "tax_id_ending", "policy_number")
"""Data of which the end is compared."""


class ScriptPanel(Panel):
    """Walks through a script; the digits pick answers, ``?`` lists the objections.

    The words to be spoken are in the client's language, whatever the screen's is.

    script: the call model, as it was when the call began. walk: where the call stands.
    objections: their list is open, from its page `listed` on. reply: the objection whose
    reply is shown. suggestion: the capture that the answers so far imply.
    """

    page: ClientPage | None = None
    account: Account | None = None
    agent = ""
    script: Script | None = None
    walk: Walk | None = None
    objections = False
    listed = 0
    reply: int | None = None
    suggestion = ""
    _answer_lines: tuple[int, int] = (0, 0)

    @dataclass
    class Ended(Message):
        """The call came to its end: `line` is a capture that the last answer implies."""

        line: str

    # What the screen asks

    def show(
        self,
        page: ClientPage | NoClient,
        account: Account | None,
        agent: str,
        *,
        restart: bool = True,
        hidden: bool,
    ) -> None:
        """Show a page's script from its first step, or go on with the same one."""
        self.page = page if isinstance(page, ClientPage) else None
        self.account, self.agent, self.hidden = account, agent, hidden
        found = self.page.script if self.page else None
        if restart or found is None or self.script is None or found.id != self.script.id:
            self.script, self.walk = found, start(found) if found else None
            self.objections, self.reply, self.suggestion = False, None, ""
        self.redraw()

    def answer(self, digit: int) -> None:
        """Take the answer, or the objection, with a number."""
        script, walk = self.script, self.walk
        if script is None or walk is None:
            return
        if self.objections:
            self._object(script, walk, self.listed * LAST_DIGIT + digit - 1)
        elif (following := answer(script, walk, digit)) is not None:
            self._take(offered(script, walk)[digit - 1], script.nodes[following.node])
            self.walk = following
            self.home()
        self.redraw()

    def _take(self, chosen: Answer, following: Node) -> None:
        """Keep what an answer implies; at the end of the script, hand it to the capture line."""
        if chosen.code:
            fields = (("a:", chosen.destination), ("m:", chosen.medium), ("r:", chosen.reason))
            said = [chosen.code, *(f"{sign}{value}" for sign, value in fields if value)]
            self.suggestion = " ".join(said).lower()
        if self.suggestion and (not chosen.next or not following.answers):
            self.post_message(self.Ended(self.suggestion))

    def _object(self, script: Script, walk: Walk, place: int) -> None:
        """Open an objection: its reply, or the step to which it leads."""
        if place >= len(script.objections):
            return
        self.walk = objected(script, walk, place)
        self.reply = place
        self.home()
        if script.objections[place].next:
            self.objections, self.reply = False, None

    def move(self, step: int) -> None:
        """Scroll; while a reply is shown, go to the one before or after."""
        if self.reply is None or self.script is None or self.walk is None:
            super().move(step)
            return
        places = [place for place, one in enumerate(self.script.objections) if not one.next]
        place = places[(places.index(self.reply) + step) % len(places)]
        self._object(self.script, self.walk, place)
        self.redraw()

    def back(self) -> None:
        """Leave the objections, or go back to the step before."""
        if self.objections:
            self.objections, self.reply = False, None
        elif self.walk:
            self.walk = back(self.walk)
        self.redraw()

    def toggle_objections(self) -> None:
        """Open the objections; again for those beyond the ninth, then close them; the step stays."""
        last = (len(self.script.objections) - 1) // LAST_DIGIT if self.script else -1
        if self.objections and self.reply is None and self.listed < last:
            self.listed += 1
        elif self.objections and self.reply is not None:
            self.reply = None
        else:
            self.objections, self.reply, self.listed = not self.objections and last >= 0, None, 0
        self.home()
        self.redraw()

    # Drawing

    def title(self) -> Content:
        """The call model's name."""
        if self.script is None:
            return shown(tr("SCRIPT"))
        return row(tr("SCRIPT"), f" · {self.script.en if language() == 'en' else self.script.es}")

    def note(self) -> Content:
        """The way out of the objections; else how the party was identified."""
        if self.objections:
            return shown(tr("0 back · ? more"))
        identity = self.walk.identity if self.walk else ""
        return shown(word(IDENTITIES, identity)) if identity else shown("")

    def lines(self, width: int) -> Sequence[Content]:
        """Stages, the words to speak, then the answers; or the objections in their place."""
        script, walk = self.script, self.walk
        self._answer_lines = (0, 0)
        if script is None or walk is None:
            return []
        if self.objections:
            return self._objections(script, width)
        node, answers = script.nodes[walk.node], offered(script, walk)
        blank = [] if self.size.height < SHORT else [shown("")]
        spoken = (f"«{self._filled(node.es, node.en)}»", "bold")
        lines = [_stages(node, width), *blank]
        lines += wrapped(row(("● " if node.forced else "", "bold $text-warning"), spoken), width)
        if self.page and any(choice.factors for choice in answers):
            lines += wrapped(_expected(factors(self.page.client, self.account)), width, "  ")
        lines += blank
        lines += self._answers(answers, len(lines), width)
        if self.suggestion and not answers:
            lines.append(row(("⇒ ", KEY), (self.suggestion, "bold")))
        if script.objections:
            lines.append(row(("? ", KEY), (tr("objections"), LABEL)))
        return lines

    def _answers(self, answers: Sequence[Answer], above: int, width: int) -> list[Content]:
        """One line each, or two beside each other where there is no room for that."""
        said = [
            row((f"{number} ", KEY), self._say(one.es, one.en), (f"  {one.code}", "$text-primary"))
            for number, one in enumerate(answers, 1)
        ]
        if above + len(said) < self.size.height:
            self._answer_lines = (above, above + len(said))
            return said
        half = -(-len(said) // 2)
        beside = [*said[half:], shown("")]
        return [
            columns([left, right], [width // 2, width - width // 2 - 1])
            for left, right in zip(said[:half], beside, strict=False)
        ]

    def item_at(self, line: int) -> int | None:
        """The answer on a line."""
        first, end = self._answer_lines
        return line - first if first <= line < end else None

    def _objections(self, script: Script, width: int) -> list[Content]:
        if self.reply is not None:
            chosen = script.objections[self.reply]
            reply = self._filled(chosen.reply_es, chosen.reply_en)
            head = row(("? ", KEY), (self._say(chosen.es, chosen.en), "bold"))
            return [head, *wrapped(shown(f"«{reply}»", "bold $text-success"), width)]
        first = self.listed * LAST_DIGIT
        return [
            row((f"{number} ", KEY), self._say(one.es, one.en))
            for number, one in enumerate(script.objections[first : first + LAST_DIGIT], 1)
        ]

    def _say(self, es: str, en: str) -> str:
        """The words in the client's language."""
        return en if self.page and self.page.client.language == "en" else es

    def _filled(self, es: str, en: str) -> str:
        """The words to speak, with the client's and the account's own data in them."""
        page, words = self.page, self._say(es, en)
        if page is None:
            return words
        return fill(
            words, page.client, self.account, agent=self.agent, now=page.local_time, hidden=self.hidden
        )


def _expected(known: Sequence[Factor]) -> Content:
    """What the client's answers are compared with; of numbers the end alone."""
    parts = []
    for factor in known:
        value = factor.expected
        if factor.name == "birth_date":
            value = full_day(date.fromisoformat(value))
        parts.append(f"{word(FACTORS, factor.name)} {'···' if factor.name in ENDINGS else ''}{value}")
    return shown(" · ".join(parts), "$text-warning")


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
