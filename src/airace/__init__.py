"""Rebuild and check the numbers that an article prints."""

__version__ = "0.1.0"
