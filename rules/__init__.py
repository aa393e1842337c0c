"""The trade, as pure functions on immutable values."""
