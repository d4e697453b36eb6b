"""Measurements that are run by hand: costs, lexical indexes, quotations."""
