"""What the desk can do: one definition gives each command its key, id, words and place.

Every default key works in a plain xterm: function keys, ctrl with a letter, and what the
empty capture line leaves to the screen (digits, ``?``, arrows).
"""

from __future__ import annotations

import msgspec
from textual.binding import Binding

from rules.catalogue import KEYS
from rules.words import mark


class Command(msgspec.Struct, frozen=True):
    """One command of the desk.

    id: for the settings' keys. words: for help, palette and key bar. bar: its rank in the
    key bar, 0 = not in it. short: its words there. priority: the key is taken before the
    capture line has dealt with the keys before it, so only for what those can't change.
    """

    id: str
    key: str
    action: str
    words: str
    bar: int = 0
    short: str = ""
    priority: bool = False

    def binding(self) -> Binding:
        """The command as a binding of Textual's."""
        return Binding(self.key, self.action, self.words, id=self.id, show=False, priority=self.priority)


PANELS = ("debt", "script", "policies", "history")
"""The panels that the arrow keys can move in, in the order of left and right."""

COMMANDS = (
    Command("desk.help", "f1", "help", mark("Help: keys and how to write a capture"), 1, mark("help")),
    Command("panel.debt", "f2", "look('debt')", mark("Look at client and debt"), 0, mark("debt")),
    Command("panel.script", "f3", "look('script')", mark("Look at the script"), 0, mark("script")),
    Command("panel.policies", "f4", "look('policies')", mark("Look at the policies"), 0, mark("policies")),
    Command("panel.history", "f9", "look('history')", mark("Look at the history"), 0, mark("history")),
    *(
        Command(f"result.{key}", key, f"result('{key}')", mark("Record the result of this key"), 2 + place)
        for place, key in enumerate(KEYS)
    ),
    Command("capture.form", "tab", "form", mark("Capture as a form"), 6, mark("form")),
    Command("desk.undo", "ctrl+z", "undo", mark("Take the last capture back"), 7, mark("undo")),
    Command("desk.skip", "ctrl+n", "skip", mark("Skip this client, with a reason"), 8, mark("skip")),
    Command("desk.phone", "ctrl+t", "next_phone", mark("Call the client's next number"), 10, mark("phone")),
    Command("desk.agenda", "ctrl+g", "agenda", mark("Agenda: callbacks and promises"), 11, mark("agenda")),
    Command("desk.state", "ctrl+s", "state", mark("My state: break, meal, training..."), 12, mark("state")),
    Command(
        "history.filter",
        "ctrl+o",
        "filter_history",
        mark("Filter the history by what is typed; with an empty line, show it all"),
        13,
        mark("filter"),
    ),
    Command("desk.offers", "plus", "offers", mark("Offers to negotiate with"), 15, mark("offers")),
    Command("desk.contacts", "at", "contacts", mark("Phones, e-mails, addresses"), 16, mark("contact")),
    Command(
        "desk.records",
        "number_sign",
        "records",
        mark("Cases, requests, agreements, tasks"),
        17,
        mark("records"),
    ),
    Command(
        "desk.report",
        "exclamation_mark",
        "report",
        mark("Report data that can't be right"),
        18,
        mark("report"),
    ),
    Command(
        "desk.account",
        "dollar_sign",
        "account",
        mark("The account whole: policy, contract or company, its money, what can be asked for"),
        23,
        mark("account"),
    ),
    Command("desk.day", "equals_sign", "day", mark("My day: time, calls, goals"), 19, mark("my day")),
    Command(
        "desk.reveal",
        "asterisk",
        "reveal",
        mark("Show balances without confirmed identity, with a reason"),
        20,
        mark("show"),
    ),
    Command("desk.lock", "f10", "app.lock", mark("Lock the desk until the password is typed again")),
    Command("desk.refused", "minus", "refused", mark("What the hub did not take: send again or let go")),
    Command("desk.messages", "colon", "messages", mark("Messages"), 21, mark("messages")),
    Command("desk.team", "percent_sign", "team", mark("My team, live, beside the account"), 22, mark("team")),
    Command(
        "desk.offline",
        "ampersand",
        "offline",
        mark("Take clients for working offline, or give them back"),
    ),
    Command("desk.search", "f12", "search", mark("Search for a client without a number"), 0, mark("search")),
    Command("script.objections", "question_mark", "objections", mark("Objections"), 14, mark("objections")),
    *(
        Command(
            f"script.{digit}", f"{digit}", f"answer({digit})", mark("Answer of the script with this number")
        )
        for digit in range(1, 10)
    ),
    Command("script.back", "0", "script_back", mark("Back to the step before in the script")),
    Command("panel.up", "up", "move(-1)", mark("Up in the panel")),
    Command("panel.down", "down", "move(1)", mark("Down in the panel")),
    Command("panel.page_up", "pageup", "page(-1)", mark("Up by a page in the panel"), priority=True),
    Command("panel.page_down", "pagedown", "page(1)", mark("Down by a page in the panel"), priority=True),
    Command("panel.first", "home", "page(-1000)", mark("To the top of the panel")),
    Command("panel.last", "end", "page(1000)", mark("To the end of the panel")),
    Command("panel.previous", "left", "turn(-1)", mark("To the panel before")),
    Command("panel.next", "right", "turn(1)", mark("To the next panel")),
)

FIRST_DIGIT = "script.1"
OTHER_DIGITS = frozenset(f"script.{digit}" for digit in range(2, 10))
"""The digits of the script are one line in help and palette."""

PALETTE = Command(
    "app.palette", "ctrl+p", "app.command_palette", mark("All commands"), 9, mark("all"), priority=True
)
"""The application's own command that stands in the key bar."""

BY_ID = {command.id: command for command in COMMANDS}


def key_name(key: str) -> str:
    """A key as the key bar writes it: ``F5``, ``^Z``, ``⇥``, ``?``."""
    named = {"tab": "⇥", "question_mark": "?", "plus": "+", "at": "@", "number_sign": "#", "asterisk": "*"}
    named |= {
        "exclamation_mark": "!",
        "equals_sign": "=",
        "minus": "-",
        "ampersand": "&",
        "colon": ":",
        "percent_sign": "%",
        "dollar_sign": "$",
        "enter": "⏎",
        "escape": "Esc",
        "up": "↑",
        "down": "↓",
    }
    named |= {"left": "←", "right": "→", "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End"}
    if key.startswith("ctrl+"):
        return f"^{key_name(key[5:])}"
    return named.get(key) or (key.upper() if len(key) < 4 else key.replace("_", " "))
