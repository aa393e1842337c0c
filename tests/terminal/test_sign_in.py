"""Signing in at a hub of one's own, in a real terminal."""

import pytest

from storage.central.connection import Store
from storage.central.doors import devices
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
        with office.open("work", url, "zoe", 80, 24) as desk:  # nothing is shown to whoever comes next
            desk.wait_for("Password")
            assert "CLIENT" not in desk.text()
            desk.send(*PASSWORD, "enter")
            desk.wait_for("online")
            desk.send("f10")
            desk.wait_for("Locked")
            assert "CLIENT" not in desk.text()
            desk.send("escape", *"not the one", "enter")
            desk.wait_for("The password is wrong")
            desk.send(*PASSWORD, "enter")
            desk.wait_for("CLIENT")
            desk.send("ctrl+q")
            desk.wait_end()
    with office.open("work", url, "zoe", 80, 24) as desk:  # the hub is gone: the password opens all the same
        desk.wait_for("Password")
        desk.send(*PASSWORD, "enter")
        desk.wait_until(lambda text: "CLIENT" in text and "Password" not in text)
    with office.open("work", url, "zoe", 80, 24, AGENT_TUI_PASSWORD=PASSWORD) as desk:
        desk.wait_for("CLIENT")
    with office.open("work", url, "zoe", 80, 24, AGENT_TUI_PASSWORD="not the one") as desk:
        desk.wait_end()
        assert desk.exit_code == 1
        assert "does not open this workstation" in desk.raw().decode()


def test_a_device_that_an_administrator_revokes_destroys_what_it_holds(office) -> None:
    office.run("seed", "--store", office.url, "--clients", "40")
    office.hire("zoe", "agent")
    with office.hub() as url, office.open("work", url, "zoe", 80, 24, AGENT_TUI_PASSWORD=PASSWORD) as desk:
        desk.wait_for("CLIENT")
        store = Store(office.url)
        (device,) = devices.list_devices(store, "zoe")
        devices.revoke_device(store, device.id)
        store.close()
        desk.wait_end(30)
        assert "revoked by an administrator" in desk.raw().decode()
        assert desk.exit_code == 1
    assert sorted(path.name for path in office.folder.glob("home/desk/*/*")) == ["desk.lock"]
