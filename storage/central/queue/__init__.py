"""The queue: lanes, who is next, who has which client on the desk."""
