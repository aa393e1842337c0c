"""Speed and memory, measured beside a floor in the same run; nothing here asserts a time."""
