"""A check rebuilds from the raw data, names what differs, and never touches what is published.

The repository is a small copy with one real notebook, built and committed there.
"""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import matplotlib.image
import mutants
import numpy as np
import pytest
from click.testing import CliRunner

from airace import check, compare, paths
from airace.cli import main

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK, FIGURE = "09-component-reuse", "component-matrix"
SNAPSHOT = "component_reuse/2026-11-13"
OTHER_CELL = ("\nDeepSeek,DeepSeek-VL2,SigLIP,", "\nDeepSeek,DeepSeek-VL3,SigLIP,")
TABLE = "data/processed/component_reuse.csv"
pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(*arguments: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(
        ["git", "-C", str(paths.root()), *who, *arguments], check=True, capture_output=True
    )


def airace(*arguments: str) -> SimpleNamespace:
    done = CliRunner().invoke(main, arguments)
    assert isinstance(done.exception, SystemExit | None), done.exc_info
    return SimpleNamespace(code=done.exit_code, out=done.stdout, err=told(done.stderr))


def told(stderr: str) -> str:
    """Without progress, the hash of the commit and the time."""
    kept = [line for line in stderr.splitlines() if not line.startswith("[")]
    text = "\n".join(kept)
    return re.sub(r"commit [0-9a-f]{10} \(\d+\.\d s\)", "commit HASH (TIME)", text)


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("check") / "repo"
    for folder in ("component_reuse", "article"):
        shutil.copytree(ROOT / "data" / "raw" / folder, root / "data" / "raw" / folder)
    (root / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / f"{NOTEBOOK}.ipynb", root / "notebooks")
    shutil.copy(ROOT / "requirements.lock", root)
    (root / ".gitignore").write_text("build/\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(root))
        done = airace("build")
        assert done.code == 0, done.err
        git("init", "--quiet")
        git("add", ".")
        git("commit", "--quiet", "--message", "all")
    return root


@pytest.fixture
def repository(published, tmp_path, monkeypatch) -> Path:
    root = tmp_path / "repo"
    shutil.copytree(published, root, ignore=shutil.ignore_patterns("build"))
    monkeypatch.setenv("AIRACE_ROOT", str(root))
    return root


def change(file: str, old: str, new: str, commit: bool = True) -> None:
    """Change a text once in a file, and commit it."""
    path = paths.root() / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{text.count(old)} times {old!r}"
    path.write_text(text.replace(old, new), "utf-8")
    if commit:
        git("commit", "--quiet", "--all", "--message", "changed")


def change_raw() -> None:
    """Change a day in the raw table, with size and digest; the data is not committed."""
    for column in ("date_from", "date_to"):
        shifted = ("shifted date", column, "2025-02-27")
        mutants.write(mutants.Mutant(SNAPSHOT, "components", "cr001", *shifted))


def contents(folder: Path) -> dict[str, bytes]:
    kept = [f for f in folder.rglob("*") if f.is_file() and not {"build", ".git"} & set(f.parts)]
    return {str(file): file.read_bytes() for file in kept}


def report() -> str:
    return (paths.root() / "build/check/report.html").read_text("utf-8")


def test_what_is_as_committed_is_equal_and_nothing_outside_build_is_touched(repository):
    before = contents(repository)
    done = airace("check")
    assert (done.code, done.out) == (0, f"{FIGURE}: equal\n")
    assert done.err == "1 of 1 figures and 3 of 3 tables equal commit HASH (TIME)"
    assert contents(repository) == before
    assert not (repository / "build/check/report.html").exists()


def test_a_changed_raw_value_is_named_with_figure_level_row_and_column(repository):
    change_raw()
    before = contents(repository)
    done = airace("check", FIGURE)
    assert done.code == 1
    assert done.out.splitlines() == [
        f"{FIGURE}: differs (data)",
        f"  figures/{FIGURE}.csv, row 2, column date_to: expected 2025-02-26, found 2025-02-27",
        f"  made with another: data/raw/{SNAPSHOT}",
        "data/processed/claims.csv: differs (data)",
        "  data/processed/claims.csv, row 4, column evidence_as_of: "
        "expected 2025-02-26, found 2025-02-27",
        "  data/processed/claims.csv, row 15, column evidence_as_of: "
        "expected 2025-02-26, found 2025-02-27",
        f"{TABLE}: differs (data)",
        f"  {TABLE}, row 2, column date_to: expected 2025-02-26, found 2025-02-27",
    ]
    assert done.err == (
        "0 of 1 figures and 1 of 3 tables equal commit HASH (TIME)\nread build/check/report.html"
    )
    assert contents(repository) == before


def test_a_picture_in_which_one_pixel_differs_is_told_as_such(repository):
    redraw_one_pixel()
    done = airace("check", FIGURE)
    assert (done.code, done.out) == (
        1,
        f"{FIGURE}: differs (picture)\n"
        f"  figures/{FIGURE}.png: expected the same picture, found 1 of 1,738,080 pixels differ\n",
    )


def redraw_one_pixel() -> None:
    file = paths.figures() / f"{FIGURE}.png"
    pixels = matplotlib.image.imread(file)
    pixels[400, 300] = [0, 1, 0, 1]
    matplotlib.image.imsave(file, pixels)
    git("commit", "--quiet", "--all", "--message", "changed")


def test_pictures_of_another_matplotlib_are_told_and_are_no_failure(repository):
    redraw_one_pixel()
    here = check.version("matplotlib")
    change("requirements.lock", f"matplotlib=={here} ", "matplotlib==3.9.4 ")
    done = airace("check", FIGURE)
    assert (done.code, done.out) == (0, f"{FIGURE}: rendering differs, data equal\n")
    assert done.err == (
        "1 of 1 figures and 3 of 3 tables equal commit HASH (TIME)\n"
        f"1 drawn differently, with matplotlib {here} instead of 3.9.4\n"
        "read build/check/report.html"
    )


def test_another_matplotlib_excuses_no_value(repository):
    change("requirements.lock", f"matplotlib=={check.version('matplotlib')} ", "matplotlib==3.9.4 ")
    change(f"figures/{FIGURE}.csv", *OTHER_CELL)
    done = airace("check", FIGURE)
    assert done.code == 1
    assert done.out.splitlines() == [
        f"{FIGURE}: differs (data)",
        f"  figures/{FIGURE}.csv, row 2, column label: expected DeepSeek-VL3, found DeepSeek-VL2",
        "  made with another: the lock",
    ]


def test_words_that_differ_are_told(repository):
    change(f"figures/{FIGURE}.json", '"title": "', '"title": "Once: ')
    done = airace("check", FIGURE)
    assert done.code == 1
    assert done.out.splitlines() == [
        f"{FIGURE}: differs (words)",
        f"  figures/{FIGURE}.json, title: "
        "expected Once: Public code and reports up to the article show SigLIP …, "
        "found Public code and reports up to the article show SigLIP in 5 m…",
    ]


def test_a_table_and_a_verdict_that_differ_are_told(repository):
    change(TABLE, *OTHER_CELL)
    claims = paths.processed() / "claims.csv"
    claims.write_text(claims.read_text("utf-8").replace("reproduced", "contradicted", 1), "utf-8")
    git("commit", "--quiet", "--all", "--message", "changed")
    done = airace("check")
    assert done.code == 1
    assert done.out.splitlines() == [
        f"{FIGURE}: equal",
        "data/processed/claims.csv: differs (data)",
        "  data/processed/claims.csv, row 4, column verdict: "
        "expected contradicted, found reproduced",
        f"{TABLE}: differs (data)",
        f"  {TABLE}, row 2, column label: expected DeepSeek-VL3, found DeepSeek-VL2",
    ]


def test_files_that_only_one_side_has_are_told(repository):
    figures = paths.figures()
    shutil.copy(figures / f"{FIGURE}.png", figures / "old-picture.png")
    (figures / f"{FIGURE}.svg").unlink()
    git("add", "--all")
    git("commit", "--quiet", "--message", "changed")
    done = airace("check")
    assert done.code == 1
    assert done.out.splitlines() == [
        f"{FIGURE}: differs (picture)",
        f"  figures/{FIGURE}.svg: expected none, found a file",
        "old-picture: differs (picture)",
        "  figures/old-picture.png: expected a file, found none",
    ]


def test_a_notebook_that_fails_is_told_and_its_figures_are_not_called_equal(repository):
    change(f"notebooks/{NOTEBOOK}.ipynb", "import draw_components", "import draw_nothing")
    done = airace("check")
    assert (done.code, done.out.splitlines()) == (1, NOT_REBUILT)
    assert done.err.startswith(f"airace: {NOTEBOOK} failed in cell 5: ")


NOT_REBUILT = [
    f"{FIGURE}: not rebuilt",
    "data/processed/claims.csv: not rebuilt",
    "data/processed/component_counts.csv: not rebuilt",
    f"{TABLE}: not rebuilt",
]


def test_a_snapshot_that_does_not_pass_makes_the_check_a_wrong_request(repository):
    (paths.snapshot(SNAPSHOT) / "components.csv").write_bytes(b"half")
    done = airace("check")
    assert (done.code, done.out.splitlines()) == (2, NOT_REBUILT)
    assert "SnapshotError" in done.err


def test_the_reference_is_the_commit_and_not_what_lies_in_the_folder(repository):
    change(f"figures/{FIGURE}.csv", *OTHER_CELL, commit=False)
    done = airace("check")
    assert (done.code, done.out) == (0, f"{FIGURE}: equal\n")
    assert f"not as committed in this folder: figures/{FIGURE}.csv" in done.err


def test_without_git_the_reference_is_what_lies_in_the_folder(repository):
    shutil.rmtree(repository / ".git")
    change(f"figures/{FIGURE}.csv", *OTHER_CELL, commit=False)
    done = airace("check")
    assert done.code == 1
    assert "the files as they are (no git here)" in done.err


def test_an_unknown_figure_is_refused_with_the_nearest(repository):
    done = airace("check", "component-metrics")
    assert (done.code, done.out, done.err) == (
        2,
        "",
        "airace: wanted a notebook or a figure, got 'component-metrics'\n"
        f"  found: did you mean '{FIGURE}'?\n  choices: {NOTEBOOK}, {FIGURE}",
    )


def test_the_report_holds_both_pictures_the_difference_and_the_values_and_needs_nothing(repository):
    change_raw()
    redraw_one_pixel()
    airace("check", FIGURE)
    page = report()
    assert not re.findall(r"""(?:src|href)=['"](?!data:|#)""", page)
    pictures = [base64.b64decode(data) for data in re.findall(r"base64,([^']+)'", page)]
    expected, found = (paths.root() / f"{f}figures/{FIGURE}.png" for f in ("", "build/check/"))
    assert pictures[:2] == [expected.read_bytes(), found.read_bytes()]
    assert compare.pixels(*pictures[:2])[1] == pictures[2]
    assert "<td>2025-02-2<mark>6</mark></td><td>2025-02-2<mark>7</mark></td>" in page


def test_a_program_gets_every_difference(repository):
    change(f"figures/{FIGURE}.csv", *OTHER_CELL)
    done = airace("check", FIGURE, "--json")
    (figure,) = [r for r in json.loads(done.out)["results"] if r["name"] == FIGURE]
    assert figure == {
        "name": FIGURE,
        "state": "differs",
        "levels": ["data"],
        "differences": [
            {
                "file": f"figures/{FIGURE}.csv",
                "row": 2,
                "column": "label",
                "expected": "DeepSeek-VL3",
                "found": "DeepSeek-VL2",
                "level": "data",
            }
        ],
        "made_with_another": [],
    }


ROWS = "a,b\n1,x\n2,y\n3,z\n"
UNEQUAL = {
    "a,b\n1,x\n3,z\n": [(0, "rows", "3", "2"), (2, "", "2, y", "no such row")],
    "a,b\n1,x\n2,y\n9,n\n3,z\n": [(0, "rows", "3", "4"), (3, "", "no such row", "9, n")],
    "a,b\n7,x\n2,y\n3,z\n9,n\n": [
        (0, "rows", "3", "4"), (1, "a", "1", "7"), (4, "", "no such row", "9, n")],
}  # fmt: skip


@pytest.mark.parametrize("found, differences", UNEQUAL.items())
def test_of_tables_of_unequal_length_the_rows_that_one_side_has_are_told(found, differences):
    told = compare.tables("t.csv", ROWS.encode(), found.encode())
    assert told == [("t.csv", *difference) for difference in differences]


def png(width: int, height: int, **changed: tuple[int, int]) -> bytes:
    pixels = np.ones((height, width, 3))
    for row, column in changed.values():
        pixels[row, column] = 0
    buffer = io.BytesIO()
    matplotlib.image.imsave(buffer, pixels, format="png")
    return buffer.getvalue()


def test_each_pixel_that_differs_is_marked_and_no_other():
    said, marked = compare.pixels(png(4, 3), png(4, 3, one=(0, 1), two=(2, 3)))
    assert said == "2 of 12 pixels differ"
    pixels = matplotlib.image.imread(io.BytesIO(marked))[..., :3]
    assert np.argwhere((pixels != 1).any(axis=2)).tolist() == [[0, 1], [2, 3]]


def test_pictures_of_unequal_size_are_not_laid_over_each_other():
    assert compare.pixels(png(4, 3), png(4, 2)) == (
        "4 by 2 pixels instead of 4 by 3",
        None,
    )
