"""Direct debit: mandates and changes of channel, what may be charged when, files out and in."""
