"""The web chat: the page, what happens in it, and the server that gives it."""
