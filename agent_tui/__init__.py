"""The terminal workstation on which collections agents spend their day."""

import os

# Textual reads it once, when it is first imported, and whichever module of ours does that
# comes after this one. 100 ms, its default, is how long a bare Escape would wait.
os.environ.setdefault("ESCDELAY", "25")

__version__ = "0.1.0"
