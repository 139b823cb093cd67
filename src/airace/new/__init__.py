"""Starts something of a reader's own: a figure, a snapshot, a printed statement."""
