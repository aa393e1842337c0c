"""The workstation's side of the wire: the hub's client, what to do next, and the loop that does it."""
