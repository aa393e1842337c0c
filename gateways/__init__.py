"""Payment gateways and terminals, each behind the same protocol (httpx, files)."""
