"""Programs of other projects, ended with the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.processes import Processes, folder_for_all


@pytest.fixture
def cluster_processes() -> Iterator[Processes]:
    """Starts programs in a folder that the database's account may use."""
    with folder_for_all("agent-tui-cluster-") as folder:
        processes = Processes(folder)
        try:
            yield processes
        finally:
            processes.end()
