"""What is kept: the central store, the local store, and the sync between them."""
