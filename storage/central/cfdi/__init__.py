"""Tax receipts (CFDI): what is needed by when, what came, whether it fits."""
