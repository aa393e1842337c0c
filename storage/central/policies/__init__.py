"""Policies at the centre: their life, their sheets, what is asked for them."""
