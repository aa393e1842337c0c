"""The lead board in a split of sixty columns beside a desk, in two real terminals."""

import pytest

pytestmark = pytest.mark.terminal


def test_beside_the_desk_in_sixty_columns(demo) -> None:
    with demo.desk(100, 30, lang="en") as desk, demo.open(60, 30, "--lead", lang="en") as board:
        board.wait_for("1 ▸Queue", 30)
        desk.send("f5")
        board.wait_for("touches 1 ", 10)
        board.send("2")
        board.wait_for("2 ▸Agents")
        board.send("right", "right", "right", "right", "enter")
        board.wait_for("NOCO", 10)
        board.send("escape")
        board.wait_for("2 ▸Agents")
        board.send("t")
        board.wait_for("▸By hour", 10)
        board.wait_for("contacts of attempts", 10)
        board.send("3")
        board.wait_for("accounts", 10)
        board.send("escape")
        board.wait_for("2 ▸Agents")
        board.send("1", "f")
        board.wait_for("1 (Queue")
        board.settle()
        board.send("ctrl+q")
        board.wait_end()
        assert board.exit_code == 0
    with demo.open(60, 30, "--lead", lang="en") as again:
        again.wait_for("1 (Queue", 30)
