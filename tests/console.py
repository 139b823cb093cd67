"""Reads the console blocks of a Markdown file, and compares what they show with what was printed.

A block is fenced as ``console``. A line ``$ …`` begins a command; lines ``> …`` right below it
go on with it, as bash writes them; what follows is what it prints, stdout and stderr together. In
it

- a line ``…`` stands for any lines, none included, and ``…`` inside a line for any text;
- what differs from run to run counts as equal: seconds (``20.9 s``), a commit's hash, sha256
  digests, the number of a process (``VARIES``);
- a command must succeed, unless what it prints tells an error (``ERROR``) or the command after it
  is ``echo $?``, which shows the status.

A comment ``<!-- not run: reason -->`` above a block says why a test cannot run it.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

ANY = "…"
STATUS = "echo $?"
ERROR = re.compile(r"(airace: |Error: |make: \*\*\* |Traceback )")
NOT_RUN = re.compile(r"<!-- not run:(.*)-->")
VARIES = [
    (re.compile(r"\b\d+\.\d s\b"), "0.0 s"),
    (re.compile(r"\bcommit [0-9a-f]{10,40}\b"), "commit 0"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "sha256"),
    (re.compile(r"\(pid \d+\)"), "(pid 0)"),
]


@dataclass(frozen=True)
class Command:
    """A command, the line of the file that it stands in, and the lines that it is said to print."""

    line: int
    text: str
    prints: tuple[str, ...]
    shows_status: bool  # the next command prints it: any is fine

    def status_is_right(self, status: int) -> bool:
        """Does the exit status fit what is shown?"""
        return self.shows_status or (status != 0) == any(map(ERROR.match, self.prints))


@dataclass(frozen=True)
class Block:
    """A console block: its first line, its commands, and why it is not run (None: it is run)."""

    line: int
    commands: tuple[Command, ...]
    not_run: str | None


def blocks(file: Path) -> list[Block]:
    """Return the console blocks of a file. Raises ValueError for one that has no end or command."""
    found, comment, lines = [], None, enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    for number, line in lines:
        if line.strip() == "```console":
            indent, inside = len(line) - len(line.lstrip()), []
            for _, text in lines:
                if text.strip() == "```":
                    break
                inside.append(text[indent:].rstrip())
            else:
                raise ValueError(f"{file.name}, line {number}: a block without an end")
            found.append(Block(number, _commands(inside, number + 1, file.name), comment))
        if line.strip():
            matched = NOT_RUN.fullmatch(line.strip())
            comment = matched[1].strip() if matched else None
    return found


def _commands(lines: list[str], first: int, name: str) -> tuple[Command, ...]:
    if not lines or not lines[0].startswith("$ "):
        raise ValueError(f"{name}, line {first}: a console block begins with a command")
    starts = [n for n, line in enumerate(lines) if line.startswith("$ ")]
    made: list[Command] = []
    for start, end in zip(reversed(starts), reversed([*starts[1:], len(lines)])):
        text, shown = lines[start][2:], list(lines[start + 1 : end])
        while shown and (shown[0] == ">" or shown[0].startswith("> ")):
            text += "\n" + shown.pop(0)[2:]
        before = bool(made) and made[0].text == STATUS
        made.insert(0, Command(first + start, text, tuple(shown), before))
    return tuple(made)


def normal(line: str) -> str:
    """A line without what differs from run to run."""
    for pattern, constant in VARIES:
        line = pattern.sub(constant, line)
    return line.rstrip()


def matches(shown: list[str] | tuple[str, ...], printed: list[str]) -> bool:
    """Do the printed lines read as shown?"""
    runs: list[list[str]] = [[]]
    for line in shown:
        if line.strip() == ANY:
            runs.append([])
        else:
            runs[-1].append(line)
    first, *others = runs
    if not others:
        return len(first) == len(printed) and _at(first, printed, 0)
    if not _at(first, printed, 0):
        return False
    place, last = len(first), others.pop()
    for run in others:
        fitting = (n for n in range(place, len(printed) + 1) if _at(run, printed, n))
        place = next(fitting, len(printed) + 1) + len(run)
    end = len(printed) - len(last)
    return place <= end and _at(last, printed, end)


def _at(run: list[str], printed: list[str], place: int) -> bool:
    part = printed[place : place + len(run)]
    return len(part) == len(run) and all(map(reads_as, run, part))


def reads_as(shown: str, printed: str) -> bool:
    """Does a printed line read as the shown one, in which ``…`` stands for any text?"""
    pattern = ".*".join(map(re.escape, normal(shown).split(ANY)))
    return re.fullmatch(pattern, normal(printed)) is not None


def difference(place: str, shown: list[str] | tuple[str, ...], printed: list[str]) -> str:
    """A unified diff from what is shown to what was printed; lines that read as shown are equal."""
    ends = f"shown in {place}", "printed"
    patterns = [line for line in shown if line.strip() != ANY]
    same = [next((p for p in patterns if reads_as(p, line)), line) for line in printed]
    return "\n".join(difflib.unified_diff(list(shown), same, *ends, lineterm=""))
