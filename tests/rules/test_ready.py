"""Shapes are ready before several threads use them: msgspec ends the process otherwise."""

from __future__ import annotations

import subprocess
import sys

import pytest

RACE = """
import sys, threading
sys.setswitchinterval(1e-6)
import msgspec
{imports}
start = threading.Barrier(4)

def read():
    start.wait()
    try:
        {read}
    except (msgspec.ValidationError, ValueError):
        pass  # what is read does not matter, only that the process lives

threads = [threading.Thread(target=read) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
READ = {
    "an answer of the hub": (
        "from rules.protocol import Changes\nimport storage.sync.client",
        'msgspec.json.decode(b\'{"changes": [{"entity": "client", "id": "1", "version": 1,\''
        ' b\'"client": {"id": 1}}]}\', type=Changes)',
    ),
    "facts": ("from rules.facts import read_body", 'read_body("request", {"client_id": 1, "terms": {}})'),
    "contact parameters": (
        "import storage\nfrom rules.contact_parameters import parameters",
        'parameters("MX")',
    ),
    "results, scripts, offers": (
        "from storage import reference",
        "reference.catalogue(), reference.scripts(), reference.negotiation()",
    ),
}


@pytest.mark.parametrize("what", READ)
def test_threads_that_read_a_shape_for_the_first_time_at_once_all_live(what: str) -> None:
    imports, read = READ[what]
    program = RACE.format(imports=imports, read=read)
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr.decode()[-500:]
