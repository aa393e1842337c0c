"""Reports of the central store: one module each; `shelf` knows them all.

A report counts the facts themselves, by plain SQL and the rules of `rules/`, for the days
and the people that it is asked about; the rows behind each of its numbers are found by
the same conditions.
"""
