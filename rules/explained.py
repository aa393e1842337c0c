"""The root of failures that explain themselves."""


class Explained(Exception):
    """Its message is written for the person at the terminal: what, where, how to mend it."""
