"""The audit trail of an answer, its export to files, and whether a kept one still holds."""
