"""``agent-tui parse`` as other programs call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from agent_tui.cli import main

AT = ("--today", "2026-11-24", "--now", "11:42")


@pytest.fixture
def parse(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command; its exit code and what it printed."""

    def run(*args: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["parse", *args])
        return int(ended.value.code or 0), capsys.readouterr().out

    return run


def test_receipts_are_printed_as_they_are_typed(parse: Any) -> None:
    ended, printed = parse("p rec4,2-3 4262 vie", "--json", *AT)
    assert (ended, json.loads(printed)["fields"]["receipts"]) == (0, "2-4")
    ended, printed = parse("p rec*@213 4262", *AT, "--lang", "en")
    assert ended == 0
    assert "every open receipt" in printed


def test_json_is_the_documented_shape(parse: Any) -> None:
    code, out = parse("ppt 1500 vie spei", *AT, "--json", "--lang", "es")
    assert code == 0
    assert json.loads(out) == {
        "ok": True,
        "code": "PPT",
        "fields": {
            "amount": "1500.00",
            "date": "2026-11-27",
            "time": None,
            "channel": "spei",
            "reason": None,
            "phone": None,
            "plan": None,
            "note": None,
        },
        "errors": [],
    }


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("p", {"amount": "3550.00", "date": "2026-11-27"}),
        ("p50%", {"amount": "1775.00"}),
        ("p todo", {"amount": "10650.00"}),
        ("p 99999", {"amount": "99999.00"}),
        ("r10h t2", {"date": "2026-11-25", "time": "10:00", "phone": "2"}),
        ("l 500+3xq", {"plan": {"count": 3, "rhythm": "q", "down": "500.00"}}),
        ("l3x", {"plan": {"count": 3, "rhythm": "m", "down": None}}),
        ("p 15/12 /paga en caja", {"date": "2026-12-15", "note": "paga en caja"}),
        ("refi a:svc", {"destination": "SVC"}),
        ("cese m:email e:of-9", {"medium": "email", "evidence": "of-9"}),
        ("noha 9-12", {"window": "09:00-12:00"}),
        ("m a:wife", {"party": "conyuge"}),
        ("sini #S-3321", {"reference": "S-3321"}),
        (
            "l 1000+500q",
            {
                "amount": "1500.00",
                "plan": {"count": 2, "rhythm": "q", "down": None, "amounts": ["1000.00", "500.00"]},
            },
        ),
    ],
)
def test_fields(parse: Any, line: str, fields: dict[str, object]) -> None:
    code, out = parse(line, *AT, "--due", "3550", "--total", "10650.00", "--json", "--lang", "es")
    answer = json.loads(out)
    assert (code, answer["ok"]) == (0, True)
    assert {name: answer["fields"][name] for name in fields} == fields


@pytest.mark.parametrize("line", ["m", "sini", "noha", "paga 10 tpv"])
def test_what_nobody_said_is_not_printed(parse: Any, line: str) -> None:
    _, out = parse(line, *AT, "--due", "3550", "--json")
    assert not {"party", "reference", "window", "medium", "evidence"} & json.loads(out)["fields"].keys()


def test_refusal_names_the_token_and_what_would_do(parse: Any) -> None:
    code, out = parse("ppt 1.500 vie", *AT, "--json", "--lang", "en")
    answer = json.loads(out)
    assert (code, answer["ok"], answer["code"]) == (1, False, "PPT")
    (error,) = answer["errors"]
    assert (error["code"], error["token"], error["offers"]) == ("amount_form", "1.500", ["1500", "1.50"])
    assert "1.500" in error["message"]


@pytest.mark.parametrize("line", ["", "   ", "/solo nota", "1500"])
def test_a_line_without_a_code_is_refused(parse: Any, line: str) -> None:
    code, out = parse(line, *AT, "--json")
    answer = json.loads(out)
    assert (code, answer["ok"], answer["code"], answer["errors"][0]["code"]) == (
        1,
        False,
        None,
        "code_missing",
    )


def test_words_for_people(parse: Any) -> None:
    code, out = parse("p 1500 vie", *AT, "--lang", "en")
    assert code == 0
    assert out.startswith("✓ Promise to pay in full  $1,500.00  fri 27-nov  (not stated)\n")
    code, out = parse("pp", *AT, "--lang", "en")
    assert (code, out) == (1, "✗ pp begins several codes (would do: PPT · PPP)\n")


def test_hostile_text_never_reaches_the_terminal(parse: Any) -> None:
    _, out = parse("p \x1b]52;c;AAAA\x07 /\x1b[2Jnota\u202e", *AT, "--lang", "en")
    assert not {"\x1b", "\x07", "\u202e"} & set(out)


@pytest.mark.parametrize(
    "args",
    [("p", "--today", "mañana"), ("p", "--now", "25:00"), ("p", "--due", "1.234"), ("p", "--due", "-1"), ()],
)
def test_called_wrongly(parse: Any, args: tuple[str, ...]) -> None:
    assert parse(*args)[0] == 2


def test_the_clock_of_the_environment_is_used(parse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_TUI_CLOCK", "2026-11-24T11:42:00-07:00")
    _, out = parse("p hoy 10", "--json")
    assert json.loads(out)["fields"]["date"] == "2026-11-24"
    monkeypatch.setenv("AGENT_TUI_CLOCK", "yesterday")
    assert parse("p hoy 10", "--json")[0] == 1


def test_it_starts_without_the_terminal_and_the_stores() -> None:
    script = (
        "import sys\n"
        "from agent_tui.cli import main\n"
        "try:\n    main(['parse', 'p', '--due', '10'])\n"
        "finally:\n    print(sorted({'textual', 'rich', 'sqlalchemy', 'httpx', 'babel'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LANG": "C"},
    )
    assert done.stdout.splitlines()[-1] == "[]"
