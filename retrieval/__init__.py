"""Documents in, passages out: what exists before a question is asked."""
