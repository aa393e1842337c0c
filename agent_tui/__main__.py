"""``python -m agent_tui``: the same as the command ``agent-tui``."""

from agent_tui.cli import main

if __name__ == "__main__":
    main()
