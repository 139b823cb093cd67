"""Mutation test of ourselves: change raw values one at a time and count what a check would catch.

Every row of a curated table that a figure draws is changed in every way that its columns allow, with
size, digest and row count of the file updated, so that only the content can give it away. Long tables
that a machine wrote (exchange rates, catalogue) are sampled with a fixed seed. The notebooks that read
the table are run cell by cell in one process; what they hand over is compared with the reference as
``airace check`` does: values, words and verdicts. What slips through is run once more, with pictures.

    make mutants        (writes benchmarks/mutants.json; about a quarter of an hour on two processors)
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import csv
import io
import json
import multiprocessing
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from multiprocessing.pool import Pool
from pathlib import Path
from types import CodeType
from typing import NamedTuple

import pandas as pd
from pandas.api import types

from airace import (
    atomic,
    claims,
    compare,
    figures,
    inputs,
    lineage,
    notebooks,
    outputs,
    parameters,
    paths,
    snapshots,
)
from airace.errors import SnapshotError

RESULTS = Path(__file__).with_name("mutants.json")
SEED = 20260310
SAMPLED = {"exchange_rates": 60, "hub_catalogue": 6}  # rows of each snapshot
NOT_SURE = (NameError, KeyError, ValueError, TypeError, AttributeError, IndexError)
TRIED = 6  # suspects of one kind and column whose pictures are compared, unless one is caught
SHARE = 0.001  # of a catalogue's downloads: smaller models are not sampled
COUNTRIES = {"China": "USA", "USA": "China", "CN": "US", "US": "CN"}
COUNTRY_COLUMNS = ("country", "lab_country", "origin_country", "entity", "geography")


class Mutant(NamedTuple):
    """One change: of ``column`` in the row ``key`` of a snapshot's table."""

    snapshot: str
    table: str
    key: str
    kind: str
    column: str
    new: str
    old: str = ""  # the cell as it was; empty where a whole row is changed

    @property
    def topic(self) -> str:
        return self.snapshot.partition("/")[0]


Task = tuple[Mutant, list[str], list[str]]  # figures that draw it, notebooks that read it


class Caught(Exception):
    """Raised as soon as a notebook hands over something else than the reference."""


def drawn() -> dict[str, dict[str, list[str]]]:
    """Figures that name a row, by snapshot and key."""
    found: dict[str, dict[str, list[str]]] = {}
    for figure in sorted(outputs.figure_ids()):
        for row in csv.DictReader((paths.figures() / f"{figure}.csv").open(encoding="utf-8")):
            for snapshot in row["snapshot"].split("; "):
                by_key = found.setdefault(snapshot, {})
                for key in row["row"].split("; "):  # an empty key stands for the whole table
                    by_key.setdefault(key, []).append(figure)
    return found


def mutants(named: dict[str, dict[str, list[str]]]) -> Iterator[Mutant]:
    """Every mutant of every drawn or sampled row, in a fixed order."""
    chance = random.Random(SEED)
    for snapshot, keys in sorted(named.items()):
        topic = snapshot.partition("/")[0]
        for resource in snapshots.describe(snapshot)["resources"]:
            table = snapshots.load(snapshot, resource["name"])
            if topic == "hub_catalogue":
                large = table["downloads_30d"] > SHARE * table["downloads_30d"].sum()
                rows = table[large]
            elif topic == "organisations":
                rows = table[table["namespace"].isin(large_publishers())]
            else:
                rows = table[table["row"].isin(keys)]
            if topic in SAMPLED:
                rows = rows.loc[sorted(chance.sample(list(rows.index), SAMPLED[topic]))]
            for _, row in rows.iterrows():
                yield from changes(snapshot, resource, table, row)


def large_publishers() -> set[str]:
    """Namespaces that hold more than ``SHARE`` of the last catalogue's downloads."""
    last = snapshots.load(f"hub_catalogue/{snapshots.dates('hub_catalogue')[-1]}")
    held = last.groupby(last["namespace"].str.lower())["downloads_30d"].sum()
    return set(held.index[held > SHARE * held.sum()])


def changes(snapshot: str, resource: dict, table: pd.DataFrame, row: pd.Series) -> Iterator[Mutant]:
    """The mutants of one row."""

    def mutant(kind: str, column: str = "", new: object = "") -> Mutant:
        old = row[column] if column else ""
        text = f"{old:%Y-%m-%d}" if isinstance(old, pd.Timestamp) else str(old)
        return Mutant(snapshot, resource["name"], row["row"], kind, column, str(new), text)

    key = resource["schema"]["primaryKey"]
    for field in resource["schema"]["fields"]:
        name, kind = field["name"], field["type"]
        value = row[name]
        if pd.isna(value) or name in key and kind != "date":
            continue
        if kind == "number":
            yield mutant("1 percent", name, f"{value * 1.01:.12g}" if value else "0.01")
        elif kind == "integer":
            yield mutant("1 percent", name, value + max(1, round(value * 0.01)))
        elif kind == "date":
            yield mutant("shifted date", name, f"{value - pd.Timedelta(days=31):%Y-%m-%d}")
        elif name in COUNTRY_COLUMNS and value in COUNTRIES:
            yield mutant("swapped country", name, COUNTRIES[value])
        elif name == "unit":
            others = [u for u in table["unit"].dropna().unique() if u != value]
            yield mutant("changed unit", name, (sorted(others) or ["another unit"])[0])
    yield mutant("deleted row")
    yield mutant("duplicated row", key[0], fresh(table[key[0]], row[key[0]]))


def fresh(column: pd.Series, value: object) -> str:
    """A key of the same form that stands in no row; a name gets one letter more."""
    numbered = re.fullmatch(r"([a-z]+)(\d+)", str(value))
    if not numbered:
        return f"{value}x"
    prefix, digits = numbered.groups()
    last = column[column.str.startswith(prefix)].str.removeprefix(prefix).astype(int).max()
    return f"{prefix}{last + 1:0{len(digits)}}"


def write(mutant: Mutant) -> Callable[[], None]:
    """Change the file in the worker's own copy; return what undoes it."""
    folder = paths.snapshot(mutant.snapshot)
    package = json.loads((folder / inputs.DESCRIPTION).read_text("utf-8"))
    (resource,) = (r for r in package["resources"] if r["name"] == mutant.table)
    file = folder / resource["path"]
    before = {path: path.read_bytes() for path in (file, folder / inputs.DESCRIPTION)}
    table = changed(file, resource["schema"]["primaryKey"], mutant)
    if file.suffix == ".parquet":
        table.to_parquet(file, index=False, compression="zstd")
    else:
        table.to_csv(file, index=False, lineterminator="\n")
    data = file.read_bytes()
    resource |= {"bytes": len(data), "hash": f"sha256:{inputs.sha256(data)}"}
    resource["row_count"] = len(table)
    (folder / inputs.DESCRIPTION).write_text(json.dumps(package), "utf-8")
    return lambda: [path.write_bytes(content) for path, content in before.items()]


def changed(file: Path, key: list[str], mutant: Mutant) -> pd.DataFrame:
    table = (
        pd.read_parquet(file)
        if file.suffix == ".parquet"
        else pd.read_csv(file, dtype="str", keep_default_na=False)
    )
    keys = table[key].astype("str").agg("|".join, axis=1)
    (place,) = table.index[keys == mutant.key]
    if mutant.kind == "deleted row":
        return table.drop(index=place)
    if mutant.kind == "duplicated row":
        twin = table.loc[[place]].assign(**{key[0]: mutant.new})
        added = twin if types.is_string_dtype(table[key[0]]) else table.loc[[place]]
        return pd.concat([table.loc[:place], added, table.loc[place + 1 :]])
    table.loc[place, mutant.column] = as_typed(mutant.new, table[mutant.column])
    return table


def as_typed(text: str, column: pd.Series) -> object:
    """The value as the column holds it: text in a CSV, numbers and dates in a Parquet file."""
    if types.is_numeric_dtype(column):
        return float(text) if types.is_float_dtype(column) else int(text)
    return text if types.is_string_dtype(column) else date.fromisoformat(text)


class Runner:
    """Runs notebooks in this process and compares what they hand over, pictures only if asked."""

    def __init__(self, root: Path, pictures: bool):
        os.environ |= {
            "AIRACE_ROOT": str(root),
            "AIRACE_OUTPUT": str(root / "build/mutants/staging"),
        }
        figures.display = lambda shown: None
        figures._check_texts = lambda *_: None
        if not pictures:
            figures._render = lambda *_: b""
        inputs.code_digest = lambda notebook: ""  # no output states it, and it takes a while
        atomic.write = self.take
        self.reference: dict[str, bytes] | None = None
        self.handed: dict[str, bytes] = {}
        self.verdicts: dict[str, dict] = {}
        self.quick: dict[str, CodeType] = {}  # by figure, see prepare

    def take(self, path: Path, content: bytes) -> None:
        """In place of writing a file: keep it, and compare it at once."""
        name = "/".join(path.parts[-2 if path.suffix == ".csv" else -3 :])
        self.handed[name] = content
        if self.reference is None or "inputs" in name or path.name == outputs.EVIDENCE:
            return  # evidence grows with each statement: see run
        expected = self.reference.get(name)
        found = compare.files(name, expected, content)
        if found:
            raise Caught(f"{found[0].level}: {found[0]}")

    def run_figure(self, figure: str) -> None:
        """Run what leads to a figure's values, and nothing else; raise Caught if they differ.

        Whatever else goes wrong is left to ``run``: statements may be missing.
        """
        if figure not in self.quick:
            return
        names: dict[str, object] = {"__name__": "__main__"}
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(*NOT_SURE):
            exec(self.quick[figure], names)
            figures.write_table(Path(f"staging/figures/{figure}.csv"), names["plotted"])

    def prepare(self) -> None:
        """Compile the statements of each figure for which they give the reference's values."""
        for figure, notebook in outputs.figure_ids().items():
            *leading, (_, data) = lineage.statements(notebook, figure)
            cells = notebooks.code(notebook)
            chosen = [c for c in cells if parameters.TAG in c.tags]
            every = [n for c in cells for n in ast.parse(c.source).body]
            bodies = [n for c in chosen for n in ast.parse(c.source).body]
            bodies += [n for n in every if isinstance(n, ast.Import | ast.ImportFrom)]
            bodies += [n for n in every if ast.unparse(n).startswith("run = ")]
            bodies += [n for c, n in leading if parameters.TAG not in c.tags]
            bodies.append(ast.parse(f"plotted = {ast.unparse(data)}").body[0])
            whole = ast.Module(bodies, type_ignores=[])
            self.quick[figure] = compile(whole, f"{notebook}, {figure}", "exec")
            self.handed.clear()
            self.run_figure(figure)
            if not self.handed:
                print(f"{figure}: not by itself", file=sys.stderr)
                del self.quick[figure]

    def run(self, notebook: str) -> None:
        """Raise Caught, or whatever the notebook raises, unless all is as in the reference."""
        names: dict[str, object] = {"__name__": "__main__", "display": lambda shown: None}
        with contextlib.redirect_stdout(io.StringIO()):
            for cell in notebooks.code(notebook):
                exec(compile(cell.source, f"{notebook}, cell {cell.number}", "exec"), names)
        evidence = self.handed.get(f"staging/{notebook}/{outputs.EVIDENCE}")
        if evidence is not None:
            found = verdicts(evidence)
            expected = self.verdicts.setdefault(notebook, found)
            if found != expected:
                changed = [k for k in expected if expected[k] != found.get(k)]
                raise Caught(f"verdicts: {', '.join(changed)}")


def verdicts(evidence: bytes) -> dict[str, dict]:
    """What claims.csv would hold of each statement of an evidence file."""
    package = json.loads(evidence)
    stated = claims.ledger(package["ledger"])
    judged = {e["claim_id"]: claims.claim(stated[e["claim_id"]], e) for e in package["evidence"]}
    return judged | {"the ledger": {"statements": sorted(stated)}}  # a line each, judged or not


worker: Runner


def start(base: Path, pictures: bool) -> None:
    """Give this worker a copy of the repository, and make the reference in it."""
    global worker
    root = Path(tempfile.mkdtemp(dir=base)) / "repo"
    copy(root)
    worker = Runner(root, pictures)
    for notebook in notebooks.names():
        worker.run(notebook)
    worker.reference, worker.handed = dict(worker.handed), {}
    if not pictures:
        worker.prepare()


def copy(root: Path) -> None:
    """Copy the repository without git: what lies in the copy is its reference."""
    for folder in ("notebooks", "data", "figures"):
        shutil.copytree(paths.root() / folder, root / folder, ignore=shutil.ignore_patterns(".*"))
    for file in ("requirements.lock", "pyproject.toml"):
        shutil.copy(paths.root() / file, root)


def examine(task: Task) -> tuple[Mutant, str]:
    """Return how the mutant was caught, or an empty text.

    The values of the figures that draw the row are looked at first: that is quick.
    """
    mutant, drawing, reading = task
    undo = write(mutant)
    try:
        for figure in drawing:
            worker.run_figure(figure)
        for notebook in reading:
            worker.handed.clear()
            worker.run(notebook)
    except Caught as caught:
        return mutant, str(caught)
    except SnapshotError as error:
        return mutant, f"schema: {' '.join(str(error).split())}"
    except Exception as error:  # whatever stops a notebook stops a check: it is told by its name
        return mutant, f"stopped: {type(error).__name__}: {' '.join(str(error).split())}"
    finally:
        undo()
    return mutant, ""


def readers() -> dict[str, set[str]]:
    """Notebooks that open a snapshot, by snapshot, as the figures' records state."""
    found: dict[str, set[str]] = {}
    for file in sorted(paths.figures().glob("*.json")):
        record = json.loads(file.read_text("utf-8"))
        for snapshot in record["snapshots"]:
            found.setdefault(snapshot, set()).add(record["notebook"])
    return found


@contextlib.contextmanager
def workers(jobs: int, pictures: bool) -> Iterator[Pool]:
    with tempfile.TemporaryDirectory() as base:
        with multiprocessing.get_context("spawn").Pool(jobs, start, (Path(base), pictures)) as pool:
            yield pool


def told(pool: Pool, tasks: list[Task]) -> dict[Mutant, str]:
    """How each mutant was caught, or an empty text."""
    begin, how = time.monotonic(), {}
    for number, (mutant, said) in enumerate(pool.imap_unordered(examine, tasks, 8), start=1):
        how[mutant] = said
        if number % 200 == 0:
            spent = time.monotonic() - begin
            print(f"[{number}/{len(tasks)}] {spent:.0f} s", file=sys.stderr, flush=True)
    return how


def looked_at_again(tasks: list[Task], jobs: int) -> dict[Mutant, str]:
    """Compare the pictures as well; return how each mutant was caught, or an empty text.

    Of one kind and column ``TRIED`` are looked at; where all of these slip through, so do the others.
    """
    groups: dict[tuple[str, str, str], list[Task]] = {}
    for task in tasks:
        mutant = task[0]
        groups.setdefault((mutant.topic, mutant.kind, mutant.column), []).append(task)
    chance = random.Random(SEED)
    tried = {key: chance.sample(alike, min(TRIED, len(alike))) for key, alike in groups.items()}
    with workers(jobs, pictures=True) as pool:
        how = told(pool, [task for alike in tried.values() for task in alike])
        open_ = [key for key, alike in tried.items() if any(how[task[0]] for task in alike)]
        rest = [task for key in open_ for task in groups[key] if task[0] not in how]
        return dict.fromkeys((task[0] for task in tasks), "") | how | told(pool, rest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", help="snapshots whose name contains this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    chosen = parser.parse_args()
    begin, named, reading = time.monotonic(), drawn(), readers()
    tasks: list[Task] = []
    for mutant in mutants(named):
        if not chosen.only or chosen.only in mutant.snapshot:
            by_key = named[mutant.snapshot]
            drawing = [*dict.fromkeys(by_key.get(mutant.key, by_key.get("", [])))]
            tasks.append((mutant, drawing, sorted(reading[mutant.snapshot])))
    print(f"{len(tasks)} mutants", file=sys.stderr)
    with workers(chosen.jobs, pictures=False) as pool:
        how = told(pool, tasks)
    keep(how)
    suspects = [(mutant, [], notebooks) for mutant, _, notebooks in tasks if not how[mutant]]
    print(f"{len(suspects)} to look at again, with pictures", file=sys.stderr)
    how |= looked_at_again(suspects, chosen.jobs)
    keep(how)
    tell(how, time.monotonic() - begin, complete=not chosen.only)


def stands(mutant: Mutant) -> bool:
    """Whether a row of a figure's data names the changed row and holds the value as it was.

    A row that is deleted or doubled counts as drawn wherever it is named.
    """
    for figure in outputs.figure_ids():
        for row in csv.DictReader((paths.figures() / f"{figure}.csv").open(encoding="utf-8")):
            named = [row["snapshot"].split("; "), row["row"].split("; ")]
            if mutant.snapshot in named[0] and mutant.key in named[1]:
                whole = mutant.kind in ("deleted row", "duplicated row")
                if whole or alike(mutant.old) in map(alike, row.values()):
                    return True
    return False


def alike(text: str) -> str | float:
    """A number by its value, other text as it is."""
    try:
        return float(text)
    except ValueError:
        return text


def keep(how: dict[Mutant, str]) -> None:
    """Keep what was found so far, mutant by mutant, to look at."""
    lines = [mutant._asdict() | {"caught": said} for mutant, said in how.items()]
    atomic.write(paths.build("mutants") / "seen.json", json.dumps(lines, indent=1).encode())


def tell(how: dict[Mutant, str], seconds: float, complete: bool) -> None:
    """Print the counts, and write them. Exit 1 if a mutant of a drawn value slipped through.

    A column of a topic counts as unread if no change of any of its cells is seen anywhere.
    """
    columns: dict[tuple[str, str], list[Mutant]] = {}
    for mutant in how:
        columns.setdefault((mutant.topic, mutant.column), []).append(mutant)
    unread = {
        f"{topic}, {column}": len(found)
        for (topic, column), found in sorted(columns.items())
        if column and not any(how[mutant] for mutant in found)
    }
    read = [m for m in how if f"{m.topic}, {m.column}" not in unread]
    slipped = [mutant for mutant in read if not how[mutant]]
    defects = [mutant for mutant in slipped if stands(mutant)]
    kinds = {}
    for kind in sorted({mutant.kind for mutant in how}):
        found = [how[mutant] for mutant in read if mutant.kind == kind]
        caught = Counter(said.partition(":")[0] for said in found if said)
        drawn = sum(mutant.kind == kind for mutant in defects)
        kinds[kind] = {
            "mutants": len(found),
            "caught by": dict(sorted(caught.items())),
            "slipped": {"drawn": drawn, "not drawn": found.count("") - drawn},
        }
    content = {
        "mutants": len(read),
        "caught": len(read) - len(slipped),
        "rows": len({mutant[:3] for mutant in how}),
        "snapshots": len({mutant.snapshot for mutant in how}),
        "kinds": kinds,
        "slipped, drawn": [mutant._asdict() for mutant in defects],
        "slipped, not drawn": [mutant._asdict() for mutant in slipped if mutant not in defects],
        "columns that nothing published reads": unread,
    }
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    if complete:
        RESULTS.write_text(text, "utf-8")
    print(text, end="")
    print(f"{seconds:.0f} s", file=sys.stderr)
    sys.exit(1 if defects else 0)


if __name__ == "__main__":
    main()
