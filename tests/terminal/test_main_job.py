"""The main job in a real terminal: read an account, say how the call ended, find it at the centre."""

import signal
import time

import pytest

pytestmark = pytest.mark.terminal


def results(events: list[dict]) -> list[dict]:
    return [event["body"] for event in events if event["kind"] == "result"]


def codes(events: list[dict]) -> list[str]:
    return [body["code"] for body in results(events)]


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_a_no_answer_by_key_and_a_promise_by_line_reach_the_central_store(demo, columns, rows) -> None:
    with demo.desk(columns, rows) as desk:
        desk.send("f5")
        desk.wait_until(demo.worked(1))
        desk.settle()
        desk.send(*"ppt 100 hoy spei", "enter")  # the cover of who comes first ends today
        desk.settle()
        events = demo.wait_events(lambda told: len(codes(told)) >= 2)
        assert codes(events) == ["NOCO", "PPT"]
        no_answer, promise = results(events)
        assert (promise["amount"], promise["channel"]) == (100_00, "spei")
        assert no_answer["client_id"] != promise["client_id"]
        sent = desk.send("ctrl+q")
        assert desk.wait_end() - sent < 5
        assert desk.exit_code == 0


def test_nothing_captured_is_lost_when_workstation_and_hub_are_killed(demo) -> None:
    with demo.desk() as desk:
        for calls in range(1, 4):
            desk.send("f5")
            desk.wait_until(demo.worked(calls))
        desk.kill(signal.SIGKILL)
        desk.wait_end()
    with demo.desk() as desk:
        desk.settle()
        events = demo.wait_events(lambda told: len(codes(told)) >= 3)
        assert codes(events) == ["NOCO"] * 3
        assert len({event["id"] for event in events}) == len(events)


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
def test_the_terminal_is_left_as_it_was_found(demo, key) -> None:
    with demo.desk() as desk:
        desk.settle()
        desk.send(key)
        desk.wait_end()
        assert desk.exit_code == 0
        written = desk.raw()
    pairs = ((b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?1000h", b"\x1b[?1000l"), (b"\x1b[?25l", b"\x1b[?25h"))
    for entered, left in pairs:
        assert written.rfind(left) > written.rfind(entered), (entered, left)


def test_a_workstation_whose_terminal_went_away_ends_and_takes_the_hub_along(demo) -> None:
    with demo.desk() as desk:
        desk.settle()
        desk.hang_up()
        desk.wait_end(15)
    deadline = time.monotonic() + 15
    while (demo.folder / "hub.json").exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not (demo.folder / "hub.json").exists()


def test_two_agents_of_one_demo_never_see_the_same_client(demo) -> None:
    with demo.desk() as ana, demo.desk() as second:
        for calls in range(1, 4):
            for desk in (ana, second):
                desk.send("f5")
                desk.wait_until(demo.worked(calls))
                desk.settle()
        events = demo.wait_events(lambda told: len(codes(told)) >= 6)
    called = [body["client_id"] for body in results(events)]
    assert len(called) == len(set(called)) == 6


def test_the_lead_sees_a_capture_within_a_second(demo) -> None:
    with demo.desk() as desk, demo.open(120, 40, "--lead") as board:
        board.wait_for("Ana", 30)
        board.settle(0.5)
        assert "toques 1 " not in board.text()
        pressed = desk.send("f5")
        seen = board.wait_for("toques 1 ", 5)
        assert seen - pressed < 1.5  # a second, and half of one for a busy test machine
