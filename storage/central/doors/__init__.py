"""Who may come in, from which device, and what is theirs to see."""
