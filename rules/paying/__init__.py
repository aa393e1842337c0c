"""Payments by card terminal and link, from the wish to the money."""
