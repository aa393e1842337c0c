"""Signing in at a hub of one's own, in a real terminal."""

import pytest

from tests.terminal.conftest import PASSWORD

pytestmark = pytest.mark.terminal


def test_a_wrong_password_is_said_and_the_right_one_opens_the_desk_for_good(office) -> None:
    office.run("seed", "--store", office.url, "--clients", "40")
    office.hire("zoe", "agent")
    with office.hub() as url:
        with office.open("work", url, "zoe", 80, 24) as desk:
            desk.wait_for("Password")
            desk.send(*"not the one", "enter")
            desk.wait_for("User or password is wrong.")
            desk.send(*PASSWORD, "enter")
            desk.wait_for("CLIENT")
            desk.wait_for("online")
            desk.settle(1.0)
            assert "Password" not in desk.text()
            desk.send("ctrl+q")
            desk.wait_end()
        with office.open("work", url, "zoe", 80, 24) as desk:  # the session is kept: nothing is asked again
            desk.wait_for("online")
            desk.settle(1.0)
            assert "Password" not in desk.text()
