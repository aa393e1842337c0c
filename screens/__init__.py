"""Whole screens, and the protocol through which they reach the desk."""
