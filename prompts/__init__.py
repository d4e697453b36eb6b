"""Words only: one file per prompt."""
