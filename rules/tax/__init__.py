"""Tax receipts (CFDI): what is needed by when, what it says, whether what came fits."""
