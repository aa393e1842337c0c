"""Policies: what they say, what becomes of them, their receipts, and what changes cost."""
