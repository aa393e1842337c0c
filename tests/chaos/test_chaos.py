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
    found: list[str] = []
    for more in (1, 2, 3):  # a slow machine sends few batches, and the wire may have spared them
        rig.proxy.misbehave(f"control {more}", 0.6)
        until(lambda more=more: rig.made() > more * ENOUGH, "some work")
        found = [line for line in rig.settle() if "is lost" in line]
        if found:
            break
    assert found
