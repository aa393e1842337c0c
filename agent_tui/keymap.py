"""The user's own keys: checked as a whole when they are loaded, and put in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from textual.binding import Binding, BindingType
from textual.keys import Keys

from rules.words import tr

_NAMED = frozenset(key.value for key in Keys)
_MODIFIERS = frozenset({"ctrl", "shift", "alt"})


def load_keys(
    chosen: Mapping[str, str], bindings: Iterable[BindingType], dialogs: Iterable[BindingType] = ()
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Check the keys that a user chose against every binding that can be in force.

    Args:
        chosen: binding id to key, or keys with commas between.
        bindings: those that are in force together: the application's, its screen's...
        dialogs: those of dialogs, which may use keys of the screen below.

    Returns:
        The keys that can be put in force, for `App.set_keymap`, and a sentence for each
        one that can't: unknown id, no such key, or a key that something else has.
    """
    together, apart = _defaults(bindings), _defaults(dialogs)
    accepted: dict[str, str] = {}
    problems: list[str] = []
    for name, text in chosen.items():
        keys = _keys(text)
        wrong = [key for key in keys if not _exists(key)]
        if name not in together and name not in apart:
            near = get_close_matches(name, [*together, *apart], n=1)
            hint = tr("did you mean {name}?", name=near[0]) if near else tr("see docs/keys.md")
            problems.append(tr("keys: there is no {name}; {hint}", name=name, hint=hint))
        elif wrong or not keys:
            problems.append(tr("keys: {name} names no key: {key}", name=name, key=", ".join(wrong) or text))
        else:
            accepted[name] = ",".join(sorted(keys))
    for name in [name for name in accepted if name in together]:
        taken = together | {other: _keys(keys) for other, keys in accepted.items() if other in together}
        clash = next((other for other in taken if other != name and taken[other] & taken[name]), None)
        if clash:
            key = ", ".join(sorted(taken[clash] & taken[name]))
            problems.append(
                tr("keys: {key} for {name} is the key of {other}", key=key, name=name, other=clash)
            )
            del accepted[name]
    return accepted, tuple(problems)


def _defaults(bindings: Iterable[BindingType]) -> dict[str, frozenset[str]]:
    return {one.id: _keys(one.key) for one in bindings if isinstance(one, Binding) and one.id}


def _keys(text: str) -> frozenset[str]:
    return frozenset(key.strip().lower() for key in text.split(",") if key.strip())


def _exists(key: str) -> bool:
    *modifiers, last = key.split("+")
    return (key in _NAMED or last in _NAMED or len(last) == 1 or last == "question_mark") and set(
        modifiers
    ) <= _MODIFIERS
