"""Rebuild and check the numbers of a newspaper article on China's AI acceleration."""

__version__ = "0.1.0"
