"""What leads do: assign, hold, write, look after people, strategies, commissions, quality."""
