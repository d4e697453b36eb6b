"""Which sentences of the passages found may answer, whether they are enough, and what is said where they are not."""
