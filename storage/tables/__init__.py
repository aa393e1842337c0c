"""Tables leave the program: as a workbook, as CSV, as JSON lines, as text for a terminal.

A table is a `rules.tables.Table`. Its cells are laid out once, as plain columns
(`storage.tables.layout`), so that a number is the same in each form.
"""
