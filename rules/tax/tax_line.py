"""What the back office types to note how a tax receipt reached the client.

``juana@example.mx``, ``correo``, ``portal``, ``en mano``; nothing at all is the client's first address.
Both languages are read.
"""

from __future__ import annotations

from rules.tax.tax_board import TaxSending
from rules.text import fold

_MEDIA = {
    "": "email", "correo": "email", "email": "email", "e-mail": "email", "mail": "email",
    "portal": "portal",
    "mano": "hand", "en mano": "hand", "hand": "hand", "by hand": "hand",
}  # fmt: skip


class NoSending(ValueError):
    """The line says no medium and no address."""


def read(text: str) -> TaxSending:
    """The medium, and the address if one is typed.

    Raises:
        NoSending: it is neither.
    """
    said = text.strip()
    if "@" in said:
        if len(said.split()) != 1:
            raise NoSending(text)
        return TaxSending(medium="email", to=said)
    medium = _MEDIA.get(fold(said))
    if medium is None:
        raise NoSending(text)
    return TaxSending(medium=medium)
