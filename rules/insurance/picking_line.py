"""One of a short list, picked by its number or by the beginning of its word; a note may follow a ``/``."""

from __future__ import annotations

from collections.abc import Mapping

from rules.capture.scope import Refused
from rules.text import fold

FREQUENCIES = {
    "annual": ("anual", "annual", "contado", "yearly"),
    "semiannual": ("semestral", "semiannual"),
    "quarterly": ("trimestral", "quarterly"),
    "monthly": ("mensual", "monthly"),
}
"""How often a premium is paid, in both languages."""

MODES = {
    "extend": ("extender", "extend", "recorrer", "move"),
    "keep_end": ("conservar", "keep", "mantener"),
}
"""How cover comes back (`rules.insurance.lapse_costs.MODES`), in both languages."""


def pick(text: str, offered: Mapping[str, tuple[str, ...]]) -> tuple[str, str]:
    """Which of what is offered a line names, and the note behind the ``/``.

    Args:
        text: ``2``, ``tri``, ``2 /pidió su esposa``.
        offered: name to its words, in the order of their numbers.

    Raises:
        Refused: pick_none (nothing is offered), pick_missing, pick_unknown or pick_ambiguous.
    """
    said, _, note = text.partition("/")
    word = fold(said.strip())
    numbers = {str(place): name for place, name in enumerate(offered, start=1)}
    if not offered:
        raise Refused("pick_none", word)
    if not word:
        raise Refused("pick_missing", word, *numbers)
    if word in numbers:
        return numbers[word], note.strip()
    found = [name for name, words in offered.items() if any(one.startswith(word) for one in words)]
    if len(found) == 1:
        return found[0], note.strip()
    fault = "pick_ambiguous" if found else "pick_unknown"
    raise Refused(fault, said.strip(), *(offered[name][0] for name in found or offered))
