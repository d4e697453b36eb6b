"""What exists once a question is asked: the pipe, the checks, and the faces people touch."""
