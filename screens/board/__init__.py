"""The lead board: queue, agents, what waits for a decision, and what a lead does about it."""
