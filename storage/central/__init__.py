"""The central store: queue, leases, facts, changes, live figures, people."""
