"""The one place that opens DuckDB: in memory, on this machine alone, within a limit of memory.

DuckDB reads Parquet files where they lie, column by column, and writes to a temporary folder what does
not fit into its memory. Nothing is downloaded: extensions are neither installed nor loaded.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

MEMORY = "768MiB"  # for DuckDB's own buffers; what exceeds it goes to the temporary folder


@contextmanager
def connect(memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty database and remove it, with its temporary folder, at the end.

    ``memory`` bounds DuckDB's buffers, not the Python process around them.
    """
    with tempfile.TemporaryDirectory(prefix="airace-") as folder:
        settings = {
            "threads": os.cpu_count(),
            "memory_limit": memory,
            "temp_directory": folder,
            "preserve_insertion_order": False,  # every result is ordered by its own words
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        with duckdb.connect(":memory:", config=settings) as connection:
            yield connection
