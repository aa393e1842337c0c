"""The ledger of money: what was received, what it pays, what went on or back."""
