"""The HTTP face of the central store."""
