"""What a page shows counts as printed only if it was."""

from __future__ import annotations

from pathlib import Path

import console
import pytest

SAME = {
    "a line": (["a"], ["a"]),
    "nothing": ([], []),
    "any lines at the end": (["a", "…"], ["a", "b", "c"]),
    "any lines, none": (["a", "…", "b"], ["a", "b"]),
    "any lines in the middle": (["a", "…", "c"], ["a", "b", "b", "c"]),
    "any lines at the beginning": (["…", "c"], ["a", "c", "c"]),
    "an indented ellipsis": (["a", "     …"], ["a", "b"]),
    "lines between two ellipses": (["…", "b", "…"], ["a", "b", "c"]),
    "any text in a line": (["a … c"], ["a b b c"]),
    "an ellipsis that was printed": (["a …"], ["a …"]),
    "spaces at the end": (["a"], ["a  "]),
    "other seconds": (["built in 20.9 s: x"], ["built in 7.1 s: x"]),
    "another commit": (["equal commit 2e44435f74 (3.5 s)"], ["equal commit 0123456789 (13.0 s)"]),
    "another process": (["running (pid 4711)"], ["running (pid 1)"]),
    "another digest": ([f"sha256:{'a' * 64}"], [f"sha256:{'0' * 64}"]),
}  # fmt: skip

OTHER = {
    "another line": (["a"], ["b"]),
    "a line too many": (["a"], ["a", "b"]),
    "a line too few": (["a", "b"], ["a"]),
    "nothing instead of a line": (["a"], []),
    "a line instead of nothing": ([], ["a"]),
    "the first line": (["a", "…"], ["b", "a"]),
    "the last line": (["…", "c"], ["c", "d"]),
    "lines in another order": (["…", "b", "…", "a", "…"], ["a", "b"]),
    "a line that must come twice": (["a", "…", "a"], ["a"]),
    "a line between two ellipses": (["…", "b", "…"], ["a", "c"]),
    "lines that must follow each other": (["…", "a", "c", "…"], ["a", "b", "c"]),
    "another beginning of a line": (["a …"], ["b a c"]),
    "another end of a line": (["… c"], ["a c d"]),
    "another number": (["16,849 rows"], ["16,850 rows"]),
    "a number of ten digits": (["1150000000"], ["1150000001"]),
    "seconds that are none": (["5.0 seconds"], ["6.0 seconds"]),
    "a dot that is no dot": (["a.b"], ["axb"]),
}  # fmt: skip


@pytest.mark.parametrize("shown, printed", SAME.values(), ids=SAME)
def test_what_was_printed_reads_as_shown(shown, printed):
    assert console.matches(shown, printed)


@pytest.mark.parametrize("shown, printed", OTHER.values(), ids=OTHER)
def test_what_was_not_printed_does_not(shown, printed):
    assert not console.matches(shown, printed)


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "page.md"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_block_is_read_with_its_lines_its_output_and_what_goes_on(tmp_path):
    text = "# Page\n\n```console\n$ cat <<'END'\n> a\n>\n> END\na\n\n$ true\n$ echo $?\n0\n```\n"
    (block,) = console.blocks(written(tmp_path, text))
    assert [(c.line, c.text, c.prints, c.shows_status) for c in block.commands] == [
        (4, "cat <<'END'\na\n\nEND", ("a", ""), False),
        (10, "true", (), True),
        (11, "echo $?", ("0",), False),
    ]
    assert (block.line, block.not_run) == (3, None)


def test_a_comment_counts_for_the_block_right_below_it_alone(tmp_path):
    block = "```console\n$ true\n```\n"
    text = f"<!-- not run: why -->\n\n{block}\n{block}<!-- not run: -->\n{block}"
    assert [b.not_run for b in console.blocks(written(tmp_path, text))] == ["why", None, ""]
    text = f"<!-- not run: why -->\n\nBut this one is:\n\n{block}"
    assert [b.not_run for b in console.blocks(written(tmp_path, text))] == [None]


BROKEN = ["```console\n$ true\n", "```console\n```\n", "```console\na\n```\n"]


@pytest.mark.parametrize("text", BROKEN)
def test_a_block_without_an_end_or_a_command_is_refused(tmp_path, text):
    with pytest.raises(ValueError, match=r"page\.md, line \d: a"):
        console.blocks(written(tmp_path, text))


STATUSES = {
    ("all is well",): (0,),
    ("airace: wanted a figure",): (1, 2),
    ("a line", "make: *** [Makefile:1: x] Error 1"): (1, 2),
    ("Error: No such command",): (1, 2),
    ("it says airace: in a line",): (0,),
}


@pytest.mark.parametrize("prints, fitting", STATUSES.items())
def test_a_command_fails_where_it_shows_an_error_and_only_there(prints, fitting):
    command = console.Command(1, "x", prints, shows_status=False)
    assert [status for status in range(3) if command.status_is_right(status)] == list(fitting)


def test_any_status_fits_where_the_next_command_prints_it():
    command = console.Command(1, "x", ("it differs",), shows_status=True)
    assert all(map(command.status_is_right, range(3)))


def test_a_difference_names_the_place_and_both_sides():
    said = console.difference("README.md, line 3: $ x", ["a … (1.0 s)", "b"], ["a 5 (9.9 s)", "c"])
    assert said.splitlines()[:2] == ["--- shown in README.md, line 3: $ x", "+++ printed"]
    assert said.splitlines()[-3:] == [" a … (1.0 s)", "-b", "+c"]
