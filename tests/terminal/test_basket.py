"""The basket: keys from the end of the call to the next account on the screen, in a real terminal."""

from __future__ import annotations

import pytest

from benchmarks.terminal import Terminal

pytestmark = pytest.mark.terminal

BASKET = (
    # what happened, its limit of keys, the code, the keys
    ("no answer", 1, "NOCO", ["f5"]),
    ("busy", 1, "OCUP", ["f6"]),
    ("voicemail", 1, "BUZN", ["f7"]),
    ("wrong number", 2, "DESC", ["e", "enter"]),
    ("promise: today +3, what is due", 2, "PPT", ["p", "enter"]),
    ("callback tomorrow 10:00", 5, "RLLA", [*"r10h", "enter"]),
    ("dispute", 2, "DISP", ["d", "enter"]),
    ("says it is paid", 2, "YPAG", ["y", "enter"]),
    ("refuses to pay", 2, "NEGP", ["n", "enter"]),
    ("deceased", 2, "FALL", ["x", "enter"]),
    ("message with a third party", 2, "MSJT", ["m", "enter"]),
    # Last, for a client whose plan no end of cover cuts short: those come first, and want Enter twice.
    ("plan: 3 equal payments on pay days", 5, "PLAN", [*"l3xq", "enter"]),
)
"""The design's table: each line with its limit; together at most `TOTAL`."""

TOTAL = 27

BESIDE = (
    ("promise with another amount and weekday", 10, "PPT", [*"p150 lun", "enter"]),
    ("callback at a given day and hour", 10, "RLLA", [*"r lun 16h", "enter"]),
)
"""What the design asks for outside the basket, each within its own limit."""


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_each_line_of_the_basket_takes_no_more_keys_than_the_design_allows(
    demo, columns, rows, record_property
) -> None:
    counted = 0
    with demo.desk(columns, rows) as desk:
        desk.settle()
        assert "▸1 ☎" in desk.text()
        desk.send("ctrl+t")
        desk.wait_for("▸2 ☎")
        record_property("keys", f"{columns}x{rows}\tcalling another number of the client\t1\t2")
        for calls, (name, most, _code, keys) in enumerate(BASKET + BESIDE, 1):
            assert len(keys) <= most, name
            counted += len(keys) if calls <= len(BASKET) else 0
            desk.send(*keys)
            desk.wait_until(demo.worked(calls))
            desk.settle()  # nobody ends a call in the time of one paint
            if "☎" not in desk.text():
                desk.wait_for("☎")  # the next account is still on its way
            record_property("keys", f"{columns}x{rows}\t{name}\t{len(keys)}\t{most}")
        _take_back_and_skip(desk, demo, len(BASKET + BESIDE), record_property, f"{columns}x{rows}")
        events = demo.wait_events(lambda told: sum(one["kind"] == "skip" for one in told) == 1)
    assert counted <= TOTAL
    record_property("keys", f"{columns}x{rows}\ttotal of the basket\t{counted}\t{TOTAL}")
    codes = [event["body"]["code"] for event in events if event["kind"] == "result"]
    assert codes == [line[2] for line in BASKET + BESIDE]
    _fields_are_those_of_the_table(events)


def _take_back_and_skip(desk: Terminal, demo, calls: int, record_property, size: str) -> None:
    """The last capture is taken back with one key; skipping with a reason takes no more than three."""
    desk.send("ctrl+z")
    desk.wait_until(demo.worked(calls - 1))
    before = desk.text()
    desk.send("ctrl+n", "1")
    desk.wait_until(lambda text: text != before and "^Z" in text)
    desk.settle()
    record_property("keys", f"{size}\ttaking back the last capture\t1\t1")
    record_property("keys", f"{size}\tskipping with a reason\t2\t3")


def _fields_are_those_of_the_table(events: list[dict]) -> None:
    told = {event["body"]["code"]: event["body"] for event in events if event["kind"] == "result"}
    assert told["PLAN"]["amount"] == sum(part["amount"] for part in told["PLAN"]["instalments"])
    assert len(told["PLAN"]["instalments"]) == 3
    assert told["PPT"]["amount"] == 150_00
    assert told["RLLA"]["callback_at"]
    assert told["DISP"]["amount"] > 0
