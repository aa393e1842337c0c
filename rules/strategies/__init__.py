"""Strategies: ordered rules that say how each part of a portfolio is worked, as data with versions."""
