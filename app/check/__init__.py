"""The check of a sentence against its source: is it there word for word, or in sense."""
