"""Facts come in: each kept once, what it does to its client, and taking it back."""
