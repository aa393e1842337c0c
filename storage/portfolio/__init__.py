"""Whole portfolios: invented ones for training, imported ones, exported ones."""
