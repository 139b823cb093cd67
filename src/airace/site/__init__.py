"""The static site: pages for people who would rather look than read. Opens from a file, loads nothing.

Every page is composed from what a build published (figures, tables, verdicts, records) and from the
raw snapshots; nothing here computes a result.
"""
