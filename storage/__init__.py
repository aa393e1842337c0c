"""What is kept: the central store, the local store, and the sync between them.

Whatever is used of it, the rules have their parameters: `storage.reference` hands them in.
"""

from storage import reference

__all__ = ["reference"]
