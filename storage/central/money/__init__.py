"""The ledger: what was received, what it pays, what went on or back."""
