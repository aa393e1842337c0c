"""Automatic charges: mandates, files out and in, rejects and retries."""
