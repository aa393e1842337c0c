from __future__ import annotations

from storage.reference import catalogue, scripts


def test_the_catalogue_in_force_is_read_once() -> None:
    found = catalogue()
    assert found is catalogue()
    assert found.results["PPT"].has("P")
    assert "spei" in found.channels


def test_the_scripts_in_force_are_read_once() -> None:
    found = scripts()
    assert found is scripts()
    assert all(script.start in script.nodes for script in found)
    assert found
