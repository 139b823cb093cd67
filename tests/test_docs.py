"""What the README and the guide show is what the commands print, and what they link to is there.

The commands run in a copy of the working tree, in which everything is committed and built. The
blocks of one file run one after the other, so that the steps of a walk-through build upon each
other. See ``console`` for what counts as equal.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import console
import pytest

from airace import verdicts

ROOT = Path(__file__).resolve().parents[1]
FILES = [
    file.relative_to(ROOT).as_posix()
    for pattern in ("README.md", "CONTRIBUTING.md", "docs/*.md", "examples/*/README.md")
    for file in sorted(ROOT.glob(pattern))
]
TROUBLES = "docs/troubleshooting.md"
LONG = ["make figures", "airace build --scenario korea-focus"]  # run once, for all files
SECONDS = 300
NOT_RUN = {  # file: how many blocks no test can run
    "README.md": 2,
    "CONTRIBUTING.md": 2,
    "docs/rerun.md": 1,
    "docs/snapshots.md": 1,
    "docs/troubleshooting.md": 1,
}
NOT_HERE = ("AIRACE_", "HF_", "MPL", "PYTEST_", "MAKE", "GIT_")  # nobody's settings count


@dataclass(frozen=True)
class Ran:
    """What came of a command: its exit status, and the lines that it printed."""

    status: int
    printed: list[str]


@dataclass(frozen=True)
class Copy:
    """A repository of its own, in which a reader types commands."""

    root: Path

    def run(self, text: str, status: int = 0, folder: str = ".") -> Ran:
        """Run a command in bash, in a folder; ``status`` is that of the command before it."""
        done = subprocess.run(
            ["bash", "-c", f"(exit {status})\n{text}"],
            cwd=self.root / folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            text=True,
        )
        return Ran(done.returncode, done.stdout.splitlines())

    def to(self, root: Path) -> Copy:
        """Copy it to another place."""
        shutil.copytree(self.root, root, symlinks=True)
        return Copy(root)

    def _environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(NOT_HERE)}
        git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CEILING_DIRECTORIES": str(self.root.parent)}
        for role in ("AUTHOR", "COMMITTER"):
            git |= {f"GIT_{role}_NAME": "a reader", f"GIT_{role}_EMAIL": "reader@example.org"}
        return inherited | git | {
            "PATH": f"{self.root / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.root / "src"),  # the installed package lies elsewhere
            "COLUMNS": "80",
            "LC_ALL": "C.UTF-8",
        }


def _working_tree(root: Path) -> Copy:
    """Copy what git would commit, and commit it; the environment is this one, and ready."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(command, cwd=ROOT, text=True).split("\0"):
        if name and (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
    (root / ".venv").mkdir()
    for part in Path(sys.prefix).iterdir():
        if part.name[0] != ".":
            (root / ".venv" / part.name).symlink_to(part)
    for mark in (".uv", ".ready", ".ready-test"):  # later than the locks: make installs nothing
        (root / ".venv" / mark).touch()
    made = Copy(root)
    done = made.run("git init --quiet && git add . && git commit --quiet --message all")
    assert done.status == 0, done.printed
    return made


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> tuple[Copy, dict[str, Ran]]:
    """A copy in which the long commands have run, and what came of each."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("there is no git repository here: no commit that commands could compare with")
    made = _working_tree(tmp_path_factory.mktemp("first") / "airace")
    return made, {text: made.run(text) for text in LONG}


@pytest.fixture(scope="session")
def ran(built, tmp_path_factory):
    """What came of the commands of a file, run when first asked for: pairs of Command and Ran."""
    known: dict[str, list[tuple[console.Command, Ran]]] = {}

    def of(file: str) -> list[tuple[console.Command, Ran]]:
        if file not in known:
            copy = built[0].to(tmp_path_factory.mktemp("copy") / "airace")
            known[file] = list(_run(file, copy, built[1]))
        return known[file]

    return of


def _run(file: str, copy: Copy, long: dict[str, Ran]) -> Iterator[tuple[console.Command, Ran]]:
    """Run what a page shows: an example's in its own folder, all others at the root.

    A long command has run already when it stands in a page for the first time.
    """
    commands = [c for b in console.blocks(ROOT / file) if b.not_run is None for c in b.commands]
    folder = str(Path(file).parent) if file.startswith("examples/") else "."
    before, status = dict(long) if folder == "." else {}, 0
    for command in commands:
        done = before.pop(command.text, None) or copy.run(command.text, status, folder)
        status = done.status
        yield command, done


def having_commands() -> list[str]:
    return [file for file in FILES if any(b.not_run is None for b in console.blocks(ROOT / file))]


@pytest.mark.parametrize("file", having_commands())
def test_every_command_prints_what_is_shown(ran, file):
    wrong = []
    for command, done in ran(file):
        place = f"{file}, line {command.line}: $ {command.text}"
        if not console.matches(command.prints, done.printed):
            wrong.append(console.difference(place, command.prints, done.printed))
        elif not command.status_is_right(done.status):
            wrong.append(f"{place}\nexit status {done.status} does not fit what is shown")
    assert not wrong, "\n\n".join(wrong)


def test_only_these_blocks_are_not_run_and_each_says_why():
    reasons = {
        file: [b.not_run for b in console.blocks(ROOT / file) if b.not_run is not None]
        for file in FILES
    }
    assert {file: len(found) for file, found in reasons.items() if found} == NOT_RUN
    assert [file for file, found in reasons.items() if not all(found)] == []


@pytest.mark.parametrize("file", FILES)
def test_a_fence_that_shows_commands_is_a_console_block(file):
    """Anything else would not be run."""
    text = (ROOT / file).read_text(encoding="utf-8")
    fences = re.findall(r"(?ms)^ *```(\w*)\n(.*?)^ *```$", text)
    assert [body for kind, body in fences if kind != "console" and "$ " in body] == []


# Troubleshooting


def messages() -> list[str]:
    """The messages in the first column of the troubleshooting table."""
    text = (ROOT / TROUBLES).read_text(encoding="utf-8")
    return re.findall(r"(?m)^\| `([^`]+)` \|", text)


def test_every_message_of_the_troubleshooting_table_is_printed(ran, on_another_python):
    every = [done for file in having_commands() for _, done in ran(file)]
    printed = [line.strip() for done in every for line in done.printed] + on_another_python
    missing = [m for m in messages() if not any(console.reads_as(m, line) for line in printed)]
    assert messages()
    assert missing == []


@pytest.fixture
def on_another_python(built, tmp_path) -> list[str]:
    """What make prints where Python is another one, which a start-up file makes believe."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.version_info = (3, 10, 14)\n")
    settings = f"VENV=.venv-other PYTHON={sys.executable}"
    done = built[0].run(f"PYTHONPATH={tmp_path} make figures {settings}")
    assert done.status == 2
    return done.printed


# Concepts


def cells(file: str, heading: str) -> list[str]:
    """First cells of the table whose header begins with this word."""
    text = (ROOT / file).read_text(encoding="utf-8")
    table = re.search(rf"(?m)^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text)
    return [line.split("|")[1].strip() for line in table[1].splitlines()]


def test_the_page_on_verdicts_has_the_respects_in_the_order_of_the_rule_and_every_verdict():
    assert cells("docs/verdicts.md", "respect") == verdicts.PRECEDENCE
    text = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8").lower()
    assert [verdict for verdict in verdicts.VERDICTS if verdict not in text] == []


def test_the_page_on_scopes_explains_the_denominators_of_the_figure():
    rows = (ROOT / "figures" / "share-published.csv").read_text(encoding="utf-8").splitlines()[1:]
    drawn = {row.split(",")[0] for row in rows}
    assert {scope.strip("`") for scope in cells("docs/scopes.md", "scope")} == drawn


def test_the_glossary_is_in_the_order_of_the_alphabet_and_has_each_word_once():
    words = [word.lower() for word in cells("docs/glossary.md", "word")]
    assert words == sorted(set(words))


# Links


def headings(file: Path) -> set[str]:
    """Anchors of a Markdown file, as a code host makes them."""
    text = re.sub(r"(?ms)^ *```.*?^ *```$", "", file.read_text(encoding="utf-8"))
    found: set[str] = set()
    for title in re.findall(r"(?m)^#+ +(.+?) *$", text):
        title = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title).replace("`", "")
        anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        counted = (f"{anchor}-{n}" if n else anchor for n in range(100))
        found.add(next(a for a in counted if a not in found))
    return found


def broken(file: Path) -> list[str]:
    """Relative links of a file that lead nowhere."""
    text = re.sub(r"(?ms)^ *```.*?^ *```$", "", file.read_text(encoding="utf-8"))
    wrong = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (file.parent / name).resolve() if name else file
        if not target.exists() or (anchor and anchor not in headings(target)):
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("file", [*FILES, "CHANGELOG.md"])
def test_every_relative_link_and_anchor_leads_somewhere(file):
    assert broken(ROOT / file) == []


def test_the_index_of_the_guide_names_every_page():
    text = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [file.name for file in (ROOT / "docs").glob("*.md") if file.name != "README.md"]
    assert [page for page in pages if f"]({page})" not in text] == []
