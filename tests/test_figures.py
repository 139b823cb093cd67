"""The one way out for a picture: what it refuses, and that it writes the same bytes everywhere."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import struct
from pathlib import Path

import pandas as pd
import pytest

from airace import atomic, figures, snapshots, style
from airace.errors import FigureError, SnapshotError

ROOT = Path(__file__).resolve().parents[1]
ALT = "A chart of two published sizes of one industry, in billions of yuan."
SIZES = "market_size/2026-03-06"
KINDS = ["csv", "json", "png", "svg"]


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """Nothing is shown, and nothing that another test opened counts as opened."""
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))
    monkeypatch.setattr(figures, "display", lambda shown: None)
    monkeypatch.setattr(snapshots, "opened", {})
    style.use()


def drawn(*rows: str) -> pd.DataFrame:
    """Plotted values that come from rows of the market sizes."""
    return pd.DataFrame({"year": 2020, "value": 303.1, "snapshot": SIZES, "row": list(rows)})


def picture(*labels: tuple[float, str]):
    """A chart with labels at heights between 0 and 100; a finished one is never drawn again."""
    figure, (axes,) = style.canvas("Sizes differ", "Billions of yuan", 4, [(0.1, 0, 0.5, 0.9)])
    axes.plot([0, 1], [0, 100], color=style.ACCENT)
    axes.set(xlim=(0, 1), ylim=(0, 100), xticks=[0, 1], yticks=[0, 50, 100])
    for height, text in labels:
        style.note(axes, 0.2, height, text)
    return figure


def export(
    folder: Path, figure=None, data: pd.DataFrame | None = None, alt: str = ALT
) -> dict[str, bytes]:
    """Export and return the content of every file by name."""
    record = {"notebook": "03-market-size", "parameters": {"currency": "CNY"}}
    data = drawn("mp001", "mp003") if data is None else data
    figures.export(figure or picture(), "sizes", data, alt, folder, record)
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def refusal(folder: Path, **wrong: object) -> str:
    with pytest.raises(FigureError) as refused:
        export(folder, **wrong)
    assert not folder.exists(), "a refused picture leaves nothing behind"
    return str(refused.value)


def test_texts_that_overlap_are_refused_and_both_are_named(tmp_path):
    figure = picture((50, "303 billion"), (51, "150 billion"))
    assert refusal(tmp_path / "out", figure=figure) == (
        "sizes: text must be readable\n  found: '303 billion' overlaps '150 billion'"
    )


def test_a_label_over_the_title_of_the_panel_is_refused(tmp_path):
    figure = picture()
    figure.axes[0].set_title("Core industry")
    style.note(figure.axes[0], 0, 100, "303 billion", dx=0, dy=8)
    assert refusal(tmp_path / "out", figure=figure) == (
        "sizes: text must be readable\n  found: '303 billion' overlaps 'Core industry'"
    )


def test_a_label_over_a_tick_label_is_refused(tmp_path):
    figure = picture()
    style.note(figure.axes[0], 0, 50, "303 billion", dx=-4)
    assert refusal(tmp_path / "out", figure=figure) == (
        "sizes: text must be readable\n  found: '303 billion' overlaps '50'"
    )


def test_text_that_runs_out_of_the_picture_is_refused(tmp_path):
    figure = picture()
    style.note(figure.axes[0], 1, 50, "a label that is far too long for the room " * 2)
    assert refusal(tmp_path / "out", figure=figure) == (
        "sizes: text must be readable\n  found: 'a label that is far too long for the …' runs out of the picture"
    )


def test_every_unreadable_text_is_told_at_once(tmp_path):
    figure = picture((50, "one"), (50, "two"), (50, "three"))
    assert refusal(tmp_path / "out", figure=figure) == (
        "sizes: text must be readable\n"
        "  found: 'one' overlaps 'two'; 'one' overlaps 'three'; 'two' overlaps 'three'"
    )


def test_a_source_line_that_reaches_the_tick_labels_is_refused(tmp_path):
    figure, (axes,) = style.canvas("Sizes", "Yuan", 4, [(0.1, 0, 0.5, 0.9)], below=-0.05)
    axes.set(xlim=(0, 1), xticks=[0.5], xticklabels=["a year"], yticks=[])
    assert refusal(tmp_path / "out", figure=figure) == (
        "sizes: text must be readable\n  found: 'Sources: CAICT; iiMedia (market size,…' overlaps 'a year'"
    )


def test_tick_labels_outside_the_limits_are_not_drawn_and_do_not_count(tmp_path):
    figure = picture()
    figure.axes[0].set_yticks([0, 50, 100, 1e6])
    figure.axes[0].set_ylim(0, 100)
    assert sorted(export(tmp_path / "out", figure)) == [f"sizes.{kind}" for kind in KINDS]


@pytest.mark.parametrize(
    "columns, found",
    {("row",): "row", ("snapshot",): "snapshot", ("snapshot", "row"): "snapshot or row"}.items(),
)
def test_values_that_do_not_say_where_they_come_from_are_refused(tmp_path, columns, found):
    data = drawn("mp001").drop(columns=list(columns))
    assert refusal(tmp_path / "out", data=data) == (
        f"sizes: the plotted values must say where they come from\n  found: no column {found}"
    )


def test_a_picture_without_a_value_is_refused(tmp_path):
    assert refusal(tmp_path / "out", data=drawn()) == (
        "sizes: wanted at least one plotted value\n  found: an empty table"
    )


@pytest.mark.parametrize("alt", ["", "A chart of sizes"])
def test_a_picture_without_a_description_is_refused(tmp_path, alt):
    assert refusal(tmp_path / "out", alt=alt) == (
        f"sizes: wanted a description of the picture (alt text)\n  found: {alt!r}"
    )


def test_values_of_a_snapshot_that_does_not_exist_are_refused(tmp_path):
    with pytest.raises(SnapshotError) as refused:
        export(tmp_path / "out", data=drawn("mp001").assign(snapshot="market_size/2026-03-07"))
    assert str(refused.value) == (
        "wanted a snapshot of data/raw, got 'market_size/2026-03-07'\n"
        f"  found: did you mean '{SIZES}'?\n  choices: {SIZES}\n  next: airace data"
    )
    assert not (tmp_path / "out").exists()


def test_values_of_two_denominators_are_not_set_on_one_axis():
    points = pd.DataFrame({"scope_id": ["new_models", "all_downloads", "new_models"]})
    with pytest.raises(FigureError) as refused:
        figures.one_scope(points)
    assert str(refused.value) == (
        "wanted values of one denominator on one axis\n  found: all_downloads, new_models\n"
        "  next: filter the table on 'scope_id', or draw one panel per denominator"
    )


def test_values_of_no_denominator_are_not_drawn():
    with pytest.raises(FigureError) as refused:
        figures.one_scope(pd.DataFrame({"scope_class": []}), "scope_class")
    assert str(refused.value) == (
        "wanted values of one denominator on one axis\n  found: none\n"
        "  next: filter the table on 'scope_class', or draw one panel per denominator"
    )


def test_an_unknown_denominator_is_not_the_same_as_a_known_one():
    with pytest.raises(FigureError) as refused:
        figures.one_scope(pd.DataFrame({"scope_id": ["new_models", None]}))
    assert refused.value.found == "new_models, not stated"


def test_values_of_one_denominator_come_back_unchanged():
    points = pd.DataFrame({"scope_id": ["new_models", "new_models"], "value": [17.1, 15.8]})
    assert figures.one_scope(points) is points


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> dict[str, bytes]:
    """The files of one picture. For looking at only."""
    folder = tmp_path_factory.mktemp("exported")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(ROOT))
        patch.setattr(figures, "display", lambda shown: None)
        patch.setattr(snapshots, "opened", {})
        style.use()
        return export(folder)


def test_a_picture_is_two_pictures_its_values_and_its_record(exported):
    assert sorted(exported) == [f"sizes.{kind}" for kind in KINDS]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_picture_in_another_folder_has_the_same_bytes(exported, tmp_path, kind):
    again = export(tmp_path / "elsewhere" / "deeper")
    assert again[f"sizes.{kind}"] == exported[f"sizes.{kind}"]


def test_the_svg_holds_no_date_no_maker_and_no_letters_of_the_system(exported):
    svg = exported["sizes.svg"].decode().lower()
    assert "<path" in svg
    for stamp in (
        "<text",
        "font-family",
        "<dc:date",
        "<dc:creator",
        "matplotlib v",
        "20[0-9][0-9]-",
    ):
        assert not re.search(stamp, svg), stamp


def test_two_pictures_of_other_names_do_not_share_ids_in_the_svg(exported, tmp_path):
    figures.export(
        picture(), "other", drawn("mp001", "mp003"), ALT, tmp_path, {"notebook": "03-market-size"}
    )
    ids = [
        set(re.findall(r'<clipPath id="(\w+)"', text))
        for text in ((tmp_path / "other.svg").read_text(), exported["sizes.svg"].decode())
    ]
    assert ids[0] and ids[1] and not ids[0] & ids[1]


def test_the_png_has_a_fixed_size_and_no_text_chunk(exported):
    data, chunks = exported["sizes.png"], []
    place = 8
    while place < len(data):
        length, name = struct.unpack(">I4s", data[place : place + 8])
        chunks.append(name.decode())
        place += 12 + length
    assert struct.unpack(">II", data[16:24]) == (1440, 640)
    assert set(chunks) == {"IHDR", "pHYs", "IDAT", "IEND"}


def test_the_record_carries_the_digests_of_everything_that_was_opened(exported):
    record = json.loads(exported["sizes.json"])
    package = (ROOT / "data" / "raw" / SIZES / "datapackage.json").read_bytes()
    lock = (ROOT / "requirements.lock").read_bytes()
    assert record["snapshots"] == {SIZES: hashlib.sha256(package).hexdigest()}
    assert record["lock"] == hashlib.sha256(lock).hexdigest()
    assert re.fullmatch("[0-9a-f]{64}", record["code"])
    assert (record["notebook"], record["parameters"]) == ("03-market-size", {"currency": "CNY"})


def test_the_record_says_in_words_what_is_seen(exported):
    record = json.loads(exported["sizes.json"])
    words = {k: record[k] for k in ("figure", "title", "subtitle", "alt", "drawn_from")}
    assert words == {
        "figure": "sizes",
        "title": "Sizes differ",
        "subtitle": "Billions of yuan",
        "alt": ALT,
        "drawn_from": [SIZES],
    }


def test_the_record_holds_no_path_of_this_machine_and_no_clock(exported):
    text = exported["sizes.json"].decode()
    assert str(ROOT) not in text
    assert not re.search(r'[": ](/[a-z]+/|[A-Z]:\\)', text)
    assert not re.search(r"\d\d:\d\d", text)
    assert sorted(json.loads(text)) == ["alt", "code", "drawn_from", "figure", "lock", "notebook", "parameters",
                                        "snapshots", "source", "subtitle", "title"]  # fmt: skip


def test_the_values_are_written_as_they_are_drawn(exported):
    assert exported["sizes.csv"].decode() == (
        f"year,value,snapshot,row\n2020,303.1,{SIZES},mp001\n2020,303.1,{SIZES},mp003\n"
    )


TAIL = ". Snapshots in data/raw, every row with its address."


def test_the_source_line_names_who_made_the_rows_that_are_drawn():
    assert figures.source_line(drawn("mp001", "mp003")) == (
        f"Sources: CAICT; iiMedia (market size, as of 6 March 2026){TAIL}"
    )


def test_a_row_less_is_a_publisher_less_in_the_source_line():
    assert figures.source_line(drawn("mp001")) == (
        f"Sources: CAICT (market size, as of 6 March 2026){TAIL}"
    )


def test_makers_of_one_row_are_named_one_by_one_and_once():
    data = pd.DataFrame(
        {"snapshot": "model_share_reported/2026-08-31", "row": ["ms001; ms002", "ms003"]}
    )
    assert figures.source_line(data) == (
        "Sources: Data Provenance Initiative; Hugging Face; MIT (model share reported, "
        f"as of 31 August 2026){TAIL}"
    )


def test_a_table_without_rows_of_its_own_is_named_by_its_publisher_and_all_its_dates():
    dates = ["2026-10-08", "2026-04-06"]
    data = pd.DataFrame({"snapshot": [f"hub_catalogue/{date}" for date in dates], "row": ""})
    assert figures.source_line(data) == (
        "Sources: AlexsJones/llmfit (counts from the Hugging Face Hub API) (hub catalogue, "
        f"2 snapshots, 6 April 2026 to 8 October 2026){TAIL}"
    )


def test_a_value_computed_from_two_snapshots_names_the_makers_in_both(tmp_path):
    both = drawn("mp001; mp027").assign(snapshot=f"{SIZES}; projections/2026-03-06")
    assert figures.source_line(both) == (
        "Sources: CAICT (market size, as of 6 March 2026) · Morgan Stanley Research (projections, "
        f"as of 6 March 2026){TAIL}"
    )
    record = json.loads(export(tmp_path / "out", data=both)["sizes.json"])
    assert record["drawn_from"] == [SIZES, "projections/2026-03-06"]


def test_a_table_has_iso_dates_12_digits_and_unix_lines(tmp_path):
    data = pd.DataFrame(
        {"day": [pd.Timestamp("2026-03-10")], "value": [1 / 3], "who": ["Mücke, A"], "none": [None]}
    )
    figures.write_table(tmp_path / "table.csv", data)
    assert (tmp_path / "table.csv").read_bytes() == (
        'day,value,who,none\n2026-03-10,0.333333333333,"Mücke, A",\n'.encode()
    )


@pytest.mark.parametrize("owner, step", [(Path, "write_bytes"), (os, "replace")])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path, monkeypatch, owner, step
):
    target = tmp_path / "sizes.csv"
    target.write_bytes(b"old")

    def half(path: Path, *_: object) -> None:
        with io.FileIO(path, "w") as file:
            file.write(b"ha")
        raise OSError("no space left on device")

    monkeypatch.setattr(owner, step, half)
    with pytest.raises(OSError, match="no space left on device"):
        atomic.write(target, b"half and half")
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"sizes.csv": "old"}


def test_a_failure_while_drawing_leaves_no_file_of_the_picture(tmp_path, monkeypatch):
    figure = picture()
    monkeypatch.setattr(figure, "savefig", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(tmp_path / "out", figure)
    assert not (tmp_path / "out").exists()
