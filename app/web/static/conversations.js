// The list of conversations: search, open, rename, delete, export.
