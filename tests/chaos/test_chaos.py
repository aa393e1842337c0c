"""Signal 9 and a bad wire at random moments: whatever was saved is at the centre once, in order.

`--chaos-seeds N` plays N rounds. A seed decides what is struck, when and for how long, and which
faults the wire has; how far each process has come by then, it can't.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.chaos.rig import Rig, until

ROUNDS_BETWEEN = 10
UNASKED, FEW = 12, 6
"""The option as it is when nobody gives it, and how many rounds are then played."""

ENOUGH = 60
"""Facts, of which the bad wire cannot have carried all."""

FAULTS = 60
"""Requests that met one meanwhile."""


@pytest.fixture
def make_rig() -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []

    def make(*more: str) -> Rig:
        made.append(Rig(*more))
        return made[-1]

    yield make
    for rig in made:
        rig.close()


@pytest.mark.timeout(0)
def test_nothing_is_lost_or_doubled(
    make_rig: Callable[..., Rig], request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: int = request.config.getoption("--chaos-seeds")
    rounds = FEW if asked == UNASKED else asked
    rig = make_rig()
    for first in range(0, rounds, ROUNDS_BETWEEN):
        seeds = range(first, min(first + ROUNDS_BETWEEN, rounds))
        for seed in seeds:
            rig.play(seed)
        found = rig.settle()
        assert found == [], f"after the seeds {seeds.start} to {seeds.stop - 1}"
        if rounds > FEW:
            with capsys.disabled():
                print(f"{seeds.stop} rounds, {rig.made()} facts, struck: {dict(rig.struck)}", flush=True)
    assert rig.made() > rounds
    assert rig.proxy.met.total() > rig.proxy.met[""]


def test_the_check_sees_a_loss(make_rig: Callable[..., Rig]) -> None:
    """The control: a sync that takes what it handed to the wire for sent."""
    rig = make_rig("hasty")
    rig.proxy.misbehave("control", 0.6)
    met = rig.proxy.met

    def enough() -> bool:
        """A slow machine sends few batches: it is the faults that have to be many."""
        return rig.made() > ENOUGH and met.total() - met[""] > FAULTS

    until(enough, "some work", 60)
    assert any("is lost" in line for line in rig.settle())
