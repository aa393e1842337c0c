"""Looking after the store: its shape, audit log, copies, checks and vital signs."""
