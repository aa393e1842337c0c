"""Reconciliation of what was collected with what accounting reports."""
