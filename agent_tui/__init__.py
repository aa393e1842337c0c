"""The terminal workstation on which collections agents spend their day."""

__version__ = "0.1.0"
