"""What git knows about the repository: the commit, and whether a file is as committed."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path

from airace import paths

SAME = "as committed"
DIFFERENT = "differs from the commit"
NEW = "not committed yet"


def commit() -> str | None:
    """Hash of HEAD; None without git, outside a repository or before the first commit."""
    found = _git("rev-parse", "--verify", "--quiet", "HEAD")
    return found.decode().strip() if found else None


def dirty() -> bool | None:
    """Whether tracked files differ from HEAD; None where there is no commit."""
    changes = _git("status", "--porcelain", "--untracked-files=no")
    return bool(changes) if commit() else None


def committed(path: Path) -> bytes | None:
    """Content of a file in HEAD; None where HEAD does not hold it."""
    return _git("show", f"HEAD:./{paths.relative(path)}")


def committed_files(folders: Iterable[str]) -> dict[str, bytes]:
    """Content of every file of these folders (paths from the root) in HEAD, by path from the root."""
    present = [folder for folder in folders if _git("rev-parse", "--quiet", f"HEAD:./{folder}")]
    packed = _git("archive", "--format=tar", "HEAD", "--", *present) if present else None
    if packed is None:
        return {}
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        return {m.name: archive.extractfile(m).read() for m in archive if m.isfile()}


def changes(path: Path) -> list[tuple[str, list[str], str]]:
    """Commits of HEAD's history that touch a file, oldest first: hash, parents, and day.

    Empty without git, outside a repository, and where no commit holds the file. At the edge of a
    shallow clone git knows no parents.
    """
    order = ("--topo-order", "--reverse", "--format=%H%x09%P%x09%cs")
    lines = (_git("log", *order, "--", paths.relative(path)) or b"").decode().splitlines()
    entries = [line.split("\t") for line in lines]
    return [(commit, parents.split(), day) for commit, parents, day in entries]


def at(commit: str, path: Path) -> bytes | None:
    """Content of a file in a commit; None where the commit does not hold it."""
    return _git("show", f"{commit}:./{paths.relative(path)}")


def shallow() -> bool:
    """Whether the clone leaves out older commits."""
    return (_git("rev-parse", "--is-shallow-repository") or b"").strip() == b"true"


def compared(files: Iterable[str]) -> dict[str, str]:
    """Say for each file (path from the root) whether it equals HEAD; None of them without git."""
    files = list(files)
    listing = _git("ls-tree", "-r", "-z", "HEAD", "--", *files) if files else None
    if listing is None:
        return {}
    entries = [entry.split("\t") for entry in listing.decode().split("\0") if entry]
    head = {name: about.split()[2] for about, name in entries}
    hashes = _git("hash-object", "--", *files) or b""
    now = dict(zip(files, hashes.decode().split()))
    same = {True: SAME, False: DIFFERENT}
    return {file: same[head[file] == now[file]] if file in head else NEW for file in files}


def _git(*arguments: str) -> bytes | None:
    """Output of a git command, run at the root; None if it fails or git is not installed."""
    command = ["git", "-C", str(paths.root()), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
