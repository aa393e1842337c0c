"""Keys of one's own: what is taken, what is refused, and that the documentation lists them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.binding import Binding

from agent_tui.keymap import load_keys
from agent_tui.terminal_app import TerminalApp
from rules.catalogue import KEYS as RESULT_KEYS
from screens.account.dialog import AccountDialog
from screens.account.screen import AccountScreen
from screens.agenda import AgendaScreen
from screens.board.answer import AnswerScreen
from screens.board.matters import CaseScreen, InconsistencyScreen, SeenScreen
from screens.contacts import ContactsScreen
from screens.day import DayScreen
from screens.desk import DeskScreen
from screens.desk_commands import COMMANDS, key_name
from screens.desk_help import HelpScreen
from screens.messages import MessagesScreen
from screens.offers import OffersScreen
from screens.point_changes import PointChangesScreen
from screens.point_choice import PointChoiceScreen
from screens.quarantine import FactScreen, LetGoScreen, QuarantineScreen
from screens.records import AgreementText, MediumScreen, OutcomeScreen, RecordsScreen
from screens.report import ReportScreen
from screens.reveal import RevealScreen
from screens.search import SearchScreen
from screens.skip import SkipScreen
from screens.state import StateScreen
from widgets.capture_form import CaptureForm
from widgets.capture_line import CaptureLine

DESK = (
    TerminalApp,
    DeskScreen,
    CaptureLine,
    CaptureForm,
    SkipScreen,
    StateScreen,
    HelpScreen,
    AccountScreen,
    AccountDialog,
    AgendaScreen,
    DayScreen,
    ContactsScreen,
    PointChoiceScreen,
    PointChangesScreen,
    SearchScreen,
    QuarantineScreen,
    FactScreen,
    LetGoScreen,
    MessagesScreen,
    OffersScreen,
    RecordsScreen,
    AgreementText,
    MediumScreen,
    OutcomeScreen,
    ReportScreen,
    RevealScreen,
)
BOARD = (AnswerScreen, InconsistencyScreen, CaseScreen, SeenScreen)
BINDINGS = [Binding("f5", "a", id="one"), Binding("f6", "b", id="two"), Binding("up,k", "c", id="three")]
PLAIN = re.compile(
    r"f([1-9]|1[0-2])|ctrl\+[a-gk-lnopq-z]|[0-9a-z?]|question_mark|slash|(shift\+)?tab|enter|escape"
    r"|up|down|left|right|page(up|down)|home|end|space|minus|plus|at|number_sign|exclamation_mark|equals_sign|asterisk|ampersand"
    r"|colon|percent_sign|dollar_sign"
)
"""What a plain xterm sends: no alt, no ctrl with shift, none of the ctrl keys that are others in disguise."""


def bindings() -> list[Binding]:
    return [one for owner in (*DESK, *BOARD) for one in owner.BINDINGS if isinstance(one, Binding)]


def test_a_known_id_and_a_free_key_are_taken():
    assert load_keys({"one": "F9", "three": "up, ctrl+j"}, BINDINGS) == (
        {"one": "f9", "three": "ctrl+j,up"},
        (),
    )


def test_a_dialog_may_use_a_key_of_the_screen_below():
    dialog = [Binding("1", "x", id="four")]
    assert load_keys({"four": "f5"}, BINDINGS, dialog) == ({"four": "f5"}, ())


def test_two_keys_may_be_exchanged():
    taken, problems = load_keys({"one": "f6", "two": "f5"}, BINDINGS)
    assert taken == {"one": "f6", "two": "f5"}
    assert not problems


@pytest.mark.parametrize(
    ("chosen", "named"),
    [
        ({"oen": "f9"}, "one"),
        ({"one": "f6"}, "two"),
        ({"one": "hyper+x"}, "hyper+x"),
        ({"one": ""}, "one"),
        ({"one": "f9", "two": "f9"}, "f9"),
        ({"two": "k"}, "three"),
    ],
)
def test_what_can_not_be_is_left_out_and_named(chosen, named):
    taken, problems = load_keys(chosen, BINDINGS)
    assert len(taken) == len(chosen) - 1
    (problem,) = problems
    assert named in problem


def test_every_binding_has_an_id_of_its_own_and_a_key_of_a_plain_terminal():
    ids = [one.id for one in bindings()]
    assert None not in ids
    for owner in (*DESK, *BOARD):
        own = [one.id for one in owner.BINDINGS]
        assert len(own) == len(set(own)), owner
    for one in bindings():
        assert [key for key in one.key.split(",") if PLAIN.fullmatch(key)], one


def test_the_documentation_lists_every_binding_with_its_key():
    text = (Path(__file__).parents[2] / "docs" / "keys.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([a-z_]+\.[a-z_0-9]+)` \| `([^`]+)` \|", text, re.MULTILINE))
    assert listed == {one.id: one.key for one in bindings()}


def test_the_one_key_results_are_where_the_catalogue_puts_them(catalogue):
    assert {one.key for one in catalogue.results.values() if one.key} == set(RESULT_KEYS)


def test_no_two_commands_of_the_desk_share_a_key():
    keys = [one.key for one in COMMANDS]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("key", "name"), [("ctrl+z", "^Z"), ("f5", "F5"), ("tab", "⇥"), ("question_mark", "?"), ("0", "0")]
)
def test_keys_are_written_as_people_know_them(key, name):
    assert key_name(key) == name
