"""The workstation's own store: what is at hand, what was done, what is still to be sent."""
