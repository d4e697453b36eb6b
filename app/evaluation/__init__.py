"""Scoring answers against what was expected of them: the file, the run, the measures and the reports."""
