"""The robustness explorer: one page that holds every specification of 12-robustness and shows one.

Nothing is computed here. The page embeds the rows of the notebook's table as they are; its script only
selects among them, and says so where a snapshot cannot answer what was chosen. Without the script the
page shows the specification that leaves nothing out, on the notebook's snapshot.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd

from airace import effects, outputs, words
from airace.attribution import COVERAGE
from airace.site import strip
from airace.site.pages import Site
from airace.specifications import CHOICES

ADDRESS = "explorer.html"
FIGURE = "robustness"
RIVAL = "USA"  # the notebook sets every focus against it
MEASURES = ["models", "downloads", "share", "rival_share", "difference", *COVERAGE]

ABOUT = {  # choice: what it is called, and what it chooses
    "snapshot": ("Counted on", "A snapshot holds its own selection of models: no series over time."),
    "attribution": ("Country of", "Of whoever published a model, or made what it is built from."),
    "window": ("Downloads of", "The time over which downloads are counted."),
    "age": ("Age", "By the day on which the model's repository was created."),
    "tasks": ("Task", "What the model is for, as recorded with it."),
    "minimum_parameters": ("Size", "The least number of parameters."),
    "unlisted": ("Unlisted publishers", "Those that our table of organisations does not name."),
    "unknown": ("No single country", "Publishers that we know, but cannot give to one country."),
    "stale": ("Repeated counts", "Those that equal the snapshot before to the digit."),
    "exclude_top": ("Largest models", "The most downloaded of the whole snapshot."),
}
SAID = {
    ("attribution", "publisher"): "the publisher",
    ("attribution", "base model"): "the base model",
    ("window", "30 days"): "the last 30 days",
    ("age", "all"): "any",
    ("age", "new"): "created within a year",
    ("tasks", "all"): "any",
    ("tasks", "text-generation"): "text generation",
    ("tasks", "text-generation, image-text-to-text"): "text, or image with text",
    ("minimum_parameters", "0"): "any",
    ("exclude_top", "0"): "counted",
    ("exclude_top", "1"): "without the first",
}


@dataclass(frozen=True)
class Tables:
    """What the notebook published in one scenario."""

    rows: pd.DataFrame  # robustness.csv, one row per specification
    effects: pd.DataFrame
    unanswered: pd.DataFrame
    record: dict  # of the figure
    printed: float | None  # what the article prints, in points; None where it prints no such pair

    @property
    def focus(self) -> str:
        return self.record["parameters"]["focus"]


def available(scenario: str) -> bool:
    """Whether the notebook was built in this scenario."""
    return (outputs.processed(scenario) / "robustness.csv").is_file()


def read(site: Site) -> Tables:
    """Read what the notebook published. Levels are texts, as they stand in the table."""
    levels = {choice: str for choice in ["snapshot", *CHOICES]}
    drawn = pd.read_csv(site.figures / f"{FIGURE}.csv", low_memory=False)
    printed = drawn.loc[drawn["kind"] == "printed", "difference"]
    return Tables(
        pd.read_csv(site.processed / "robustness.csv", dtype=levels),
        pd.read_csv(site.processed / "robustness_effects.csv", dtype={"lowest": str, "highest": str}),
        pd.read_csv(site.processed / "robustness_unanswered.csv", dtype=str),
        json.loads((site.figures / f"{FIGURE}.json").read_text(encoding="utf-8")),
        float(printed.iloc[0]) if len(printed) else None,
    )


def write(site: Site) -> None:
    """Write the page of this scenario."""
    tables = read(site)
    choices = described(tables.rows)
    first = default(tables)
    row = tables.rows.loc[first]
    drawn = strip.strip(tables.rows["difference"], row["difference"], tables.printed)
    moved, rest = _effects(tables.effects)
    once = effects.balanced(tables.rows)
    site.write(
        ADDRESS,
        "explorer.html",
        scripts=("explorer.js",),
        data={"specifications": embedded(tables, choices, first)},
        title="Robustness explorer",
        finding=tables.record["title"],
        alt=_alt(drawn, tables.focus),
        focus=words.the(tables.focus),
        rival=words.the(RIVAL),
        tint=strip.tints(tables.focus, RIVAL),
        count=len(tables.rows),
        choices=choices,
        chosen={choice["key"]: row[choice["key"]] for choice in choices},
        row=row,
        sentence=sentence(row, tables.focus),
        place=place(row["difference"], drawn),
        strip=drawn,
        effects=moved,
        interactions=rest,
        balanced=once,
        snapshots=words.listed([said("snapshot", name) for name in once["snapshot"].unique()]),
        record=tables.record,
        said=said,
        points=points,
        number=number,
        chosen_words=chosen_words,
        begin=begin,
        tick=lambda value: f"{value:+d}".replace("-", "−") if value else "0",
        percent=lambda value: f"{value:.0f}" if value >= 1 else "under 1",
    )


def described(rows: pd.DataFrame) -> list[dict]:
    """Every choice with its levels, those that no snapshot can answer included.

    Returns ``key``, ``name``, ``help``, ``levels`` (as in the table) and ``said`` (in words).
    """
    found = []
    for key, (name, help_) in ABOUT.items():
        there = list(rows[key].unique())
        known = [str(level) for level in CHOICES.get(key, [])]
        levels = [*known, *(level for level in there if level not in known)]
        texts = [said(key, level) for level in levels]
        found.append({"key": key, "name": name, "help": help_, "levels": levels, "said": texts})
    return found


def default(tables: Tables) -> int:
    """Index of the row that leaves nothing out, on the snapshot that the notebook was given."""
    rows = tables.rows
    chosen = rows["snapshot"] == tables.record["parameters"]["snapshot"]
    for choice, levels in CHOICES.items():
        chosen &= rows[choice] == str(levels[0])
    (found,) = rows.index[chosen]
    return int(found)


def embedded(tables: Tables, choices: list[dict], first: int) -> dict:
    """What the page's script selects from: each row is a level's number per choice, then the measures."""
    rows = tables.rows
    places = [rows[c["key"]].map(c["levels"].index).tolist() for c in choices]
    measures = rows[MEASURES].astype(object).where(rows[MEASURES].notna(), None)
    values = [measures[name].tolist() for name in MEASURES]
    reasons: dict[str, dict[str, str]] = {}
    for row in tables.unanswered.itertuples():
        reasons.setdefault(row.snapshot, {})[row.choice] = row.reason
    return {
        "choices": [{key: c[key] for key in ("key", "name", "levels", "said")} for c in choices],
        "measures": MEASURES,
        "rows": [list(row) for row in zip(*places, *values)],
        "first": first,
        "reasons": reasons,
        "focus": words.the(tables.focus),
        "rival": words.the(RIVAL),
    }


def said(choice: str, level: str) -> str:
    """A level in words."""
    if (choice, level) in SAID:
        return SAID[choice, level]
    if choice == "snapshot":
        return words.day(level.partition("/")[2])
    if choice == "minimum_parameters":
        return f"at least {level} billion"
    if choice == "exclude_top":
        return f"without the first {level}"
    return level


def chosen_words(row: pd.Series) -> str:
    """All choices of a row in one line."""
    return " · ".join(f"{name.lower()}: {said(key, row[key])}" for key, (name, _) in ABOUT.items())


def sentence(row: pd.Series, focus: str) -> str:
    """Both shares, who leads and by how much."""
    gap, names = row["difference"], (words.the(focus), words.the(RIVAL))
    if pd.isna(gap):
        return "No download is left under these choices, so there is no share."
    shares = f"{begin(names[0])} {row['share']:.1f} %, {names[1]} {row['rival_share']:.1f} %"
    by = f"{abs(gap):.1f}"
    leader = names[0] if gap > 0 else names[1]
    return f"{shares}: " + ("they are level." if by == "0.0" else f"{leader} leads by {by} points.")


def place(gap: float, drawn: strip.Strip) -> str:
    """Where a difference stands among all of them."""
    if pd.isna(gap):
        return ""
    more, less = int((drawn.values > gap).sum()), int((drawn.values < gap).sum())
    same = len(drawn.values) - more - less - 1
    told = [f"larger: {more:,}", f"smaller: {less:,}", *([f"as large: {same:,}"] if same else [])]
    return (
        f"Number {more + 1:,} of {len(drawn.values):,} ways to count, from the largest difference down "
        f"({', '.join(told)})."
    )


def number(measure: str, value: float) -> str:
    """A measure as the page shows it: counts to the digit, percents to one."""
    if pd.isna(value):
        return "–"
    return f"{value:,.0f}" if measure in ("models", "downloads") else f"{value:.1f}"


def points(value: float) -> str:
    """A difference as the figures write it: +31.3, −2.0."""
    return "–" if pd.isna(value) else f"{value:+.1f}".replace("-", "−")


def begin(text: str) -> str:
    """Begin a sentence with it."""
    return text[0].upper() + text[1:]


def _alt(drawn: strip.Strip, focus: str) -> str:
    """What the strip shows, apart from the mark of the choice, which is told beside it."""
    told = "" if drawn.printed is None else (
        f" A diamond marks the {points(drawn.printed.value)} points that the article prints, of another "
        "denominator."
    )
    return (
        f"A curve of {len(drawn.values):,} differences in the order of size, from "
        f"{points(drawn.values[0])} to {points(drawn.values[-1])} points: {words.the(focus)} is ahead in "
        f"{drawn.ahead:,}, {words.the(RIVAL)} in {drawn.behind:,}.{told} A line marks your count."
    )


def _effects(table: pd.DataFrame) -> tuple[list[dict], float]:
    """Rows of the table of effects, the largest first, and what no choice explains alone (percent)."""
    alone = table[table["choice"] != "interactions"].to_dict("records")
    rest = table.loc[table["choice"] == "interactions", "percent"].item()
    return [row | {"name": ABOUT[row["choice"]][0]} for row in alone], float(rest)
