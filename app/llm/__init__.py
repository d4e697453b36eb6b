"""Language models: their names, calls, budgets and failures, and the writer that is one."""
