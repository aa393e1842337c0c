"""The commands, a module each: `register` adds its arguments, `run` does the work.

A command imports its own parts inside `run`, so that ``--help`` costs nothing and the hub
never loads the terminal libraries.
"""
