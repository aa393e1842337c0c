"""One machine, nothing to configure: a demo portfolio, its hub, its users, its clock."""
