"""The account on the desk, whole: its sheet, and what can be asked for or done about it."""
