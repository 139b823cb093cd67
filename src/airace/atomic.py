"""Writes a file so that a reader meets all of it or none, even if the writer is killed."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, content: bytes, durable: bool = False) -> None:
    """Write under a temporary name beside the target, then rename.

    ``durable`` waits until the disk has it: for what cannot be made again.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = beside(path)
    try:
        new.write_bytes(content)
        if durable:
            settle(new)
        os.replace(new, path)
        if durable:
            settle(path.parent)
    finally:
        new.unlink(missing_ok=True)


def write_all(files: dict[Path, bytes]) -> None:
    """Write files that belong together: all are on the disk before the first takes its place."""
    try:
        for path, content in files.items():
            beside(path).write_bytes(content)
        for path in files:
            os.replace(beside(path), path)
    finally:
        for path in files:
            beside(path).unlink(missing_ok=True)


def settle(path: Path) -> None:
    """Return when the disk has the content of a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def beside(path: Path) -> Path:
    """The temporary name: always the same, so that what a killed writer left is overwritten."""
    return path.with_name(f".{path.name}.new")


def clear(folder: Path) -> None:
    """Remove the temporary files that killed writers left in a folder."""
    for left in folder.glob(beside(Path("*")).name):
        left.unlink()
