"""What is counted: live figures, an agent's day, months as they began, time at work."""
