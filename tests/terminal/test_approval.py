"""A request for approval in two real terminals: asked on a desk, answered on a board, used on the desk."""

import re
import subprocess
import sys

import pytest

from rules.agreements import folio

pytestmark = pytest.mark.terminal

ABOVE = re.compile(r"(\d) [^\n]*▲ (?:senior|supervisor)")
CLIENTS_TRIED = 12


def find_offer_above(desk) -> str:
    """Go from client to client to one with an offer above the agent's authority; its digit."""
    for _ in range(CLIENTS_TRIED):
        desk.send("*")
        desk.settle()
        desk.send("1")
        desk.settle()
        desk.send("+")
        desk.wait_for("OFFERS")
        desk.settle()
        found = ABOVE.search(desk.text())
        if found:
            return found[1]
        desk.send("escape")
        desk.settle()
        desk.send("ctrl+n")
        desk.settle()
        desk.send("1")
        desk.settle()
    raise AssertionError(f"no such offer among {CLIENTS_TRIED} clients; the screen:\n{desk.text()}")


def test_an_answer_comes_back_while_the_call_goes_on(demo, tmp_path) -> None:
    with demo.desk(80, 24, lang="en") as desk, demo.open(120, 40, "--lead", lang="en") as board:
        digit = find_offer_above(desk)
        desk.send(digit)
        desk.wait_for("Request sent to")
        board.wait_for("approval", 30)
        desk.send(*"ppt 12")  # the agent goes on typing while the lead makes up their mind
        board.send("tab", "tab", "enter")
        board.wait_for("1 approve")
        board.send("1")
        board.wait_for("Approved; the agent sees it now.")
        desk.wait_for("✓ Approved by", 6)
        desk.settle()
        assert "ppt 12" in desk.text()
        desk.send(*["backspace"] * 6)
        desk.settle()
        desk.send("+")
        desk.wait_for("OFFERS")
        desk.settle()
        desk.send("1")
        desk.settle()
        desk.send("enter")
        desk.wait_until(demo.worked(1))
        events = demo.wait_events(lambda told: any(event["kind"] == "result" for event in told))
    [result] = [event for event in events if event["kind"] == "result"]
    [request] = [event for event in events if event["kind"] == "request"]
    assert result["body"]["request_id"] == request["id"]
    number = folio(result["id"])
    store = f"sqlite:///{demo.folder}/central.db"
    command = [sys.executable, "-m", "agent_tui", "agreement", number, "--store", store]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert number in told.stdout
    written = tmp_path / "agreement.pdf"
    subprocess.run([*command, "-o", str(written)], check=True, timeout=60, capture_output=True)
    assert written.read_bytes().startswith(b"%PDF-")
