// The library in the page: add, search, filter, tag, open, remove and restrict a question.
