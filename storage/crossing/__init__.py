"""Crossing and pivoting tables that people bring: read, cleaned, joined, written."""
