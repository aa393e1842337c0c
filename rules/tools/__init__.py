"""Tools for tables that people bring: cross, pivot, reconcile."""
