"""Makes tables that are shaped like the Hub's, and as large: three million models, a weekly panel.

Nothing in them is measured. They have what makes such tables hard: downloads and models per namespace
with heavy tails, most namespaces unlisted, lineages of several generations with parents that are gone,
merges and circles. A seed makes the same values anywhere; the files are not committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet
from ways import AS_OF, namespaces

LAST_DAY = np.datetime64(AS_OF)
PER_NAMESPACE = 7.5  # models: 400 thousand namespaces to 3 million models
DERIVED, GONE, MERGED, CIRCLES = 0.6, 0.02, 0.03, 0.00001  # parts of the models
TASKS = {"text-generation": 0.4, "image-text-to-text": 0.05, "text-to-image": 0.15, "unknown": 0.4}
RELATIONS = ["finetune", "quantized", "adapter", "merge"]
GROUP = 122_880  # rows of a row group, as DuckDB writes them


def hub(folder: Path, known: list[str], rows: int, seed: int = 1) -> None:
    """Write ``models.parquet`` and ``base_models.parquet`` as a live snapshot has them.

    ``known`` are the namespaces that publish most; all others are made up.
    """
    random = np.random.default_rng(seed)
    space, names = _names(random, known, rows)
    counts = _heavy(random, rows)
    created = LAST_DAY - (3000 * random.random(rows) ** 2).astype(int)  # most are recent
    columns = {
        "model": names,
        "namespace": space,
        "downloads_30d": counts,
        "downloads_all_time": counts + _heavy(random, rows) * 5,
        "likes": counts // 1000,
        "created": created,
        "task": pa.DictionaryArray.from_arrays(
            random.choice(len(TASKS), rows, p=list(TASKS.values())).astype("int8"), list(TASKS)
        ),
        "parameters": pa.array(
            (10 ** random.normal(9.2, 0.9, rows)).astype(int), mask=random.random(rows) < 0.3
        ),
    }
    table = pa.table(columns)
    write(table.take(pc.sort_indices(names)), folder / "models.parquet")
    write(_lineage(random, names, counts), folder / "base_models.parquet")


def panel(folder: Path, models: Path, dumps: int = 100, seed: int = 1) -> list[Path]:
    """Write one file a week with the columns namespace, downloads_30d and as_of, oldest first.

    Every dump repeats all models, sorted by model as snapshots are, with counts that drift. The first
    third of the last one stands beside the folder, for parts of the panel that are no whole dumps.
    """
    random = np.random.default_rng(seed)
    table = parquet.read_table(models, columns=["namespace", "downloads_30d"])
    space, counts = table["namespace"].combine_chunks(), table["downloads_30d"].to_numpy()
    files = []
    for week in range(dumps):
        noise = random.integers(80, 121, len(counts), dtype="int64")
        day = LAST_DAY - 7 * (dumps - 1 - week)
        columns = {"namespace": space, "downloads_30d": counts * noise // 100}
        files.append(folder / f"{day}.parquet")
        table = pa.table(columns | {"as_of": np.full(len(counts), day)})
        write(table, files[-1])
    write(table.slice(0, len(table) // 3), folder.parent / "third.parquet")
    return files


def _heavy(random: np.random.Generator, rows: int) -> np.ndarray:
    """Counts with a Pareto tail of exponent 0.9: most are small, few make the sum."""
    return np.minimum(random.pareto(0.9, rows) * 20, 3e8).astype("int64")


def _names(random: np.random.Generator, known: list[str], rows: int) -> tuple[pa.Array, pa.Array]:
    """Namespace and id of each model; the first namespaces hold most models, each holds one."""
    spaces = max(len(known), int(rows / PER_NAMESPACE))
    made_up = [f"{part}-{n}" for n, part in enumerate(_words(random, spaces - len(known)))]
    all_spaces = pa.array(known + made_up)
    rank = np.floor(spaces ** random.random(rows)).astype("int64") - 1  # Zipf's law
    rank[: min(spaces, rows)] = np.arange(min(spaces, rows))
    space = all_spaces.take(pa.array(random.permutation(rank)))
    number = pa.array(np.arange(rows)).cast(pa.string())
    word = pa.array(_words(random, 5000)).take(pa.array(random.integers(0, 5000, rows)))
    return space, pc.binary_join_element_wise(
        space, pc.binary_join_element_wise(word, number, "-"), "/"
    )


def _words(random: np.random.Generator, count: int) -> list[str]:
    letters = random.integers(ord("a"), ord("z") + 1, (count, 9), dtype="uint8")
    return letters.view("S9").ravel().astype("str").tolist()


def _lineage(random: np.random.Generator, names: pa.Array, counts: np.ndarray) -> pa.Table:
    """Edges from a model to an older one, in four of five cases to one of the most downloaded."""
    rows = len(names)
    child = 1 + np.flatnonzero(random.random(rows - 1) < DERIVED)
    child = np.append(child, random.choice(child, int(rows * MERGED)))
    popular = np.sort(np.argsort(-counts, kind="stable")[: max(1, rows // 1000)])
    older = np.searchsorted(popular, child)  # how many of the popular are older than the child
    chosen = popular[(older * random.random(len(child))).astype(int)]
    famous = (random.random(len(child)) < 0.8) & (older > 0)
    parent = np.where(famous, chosen, (child * random.random(len(child))).astype(int))
    circles = random.choice(len(child), max(3, int(rows * CIRCLES)))
    child, parent = np.append(child, parent[circles]), np.append(parent, child[circles])
    base = names.take(pa.array(parent))
    gone = pa.array(random.random(len(parent)) < GONE)
    relation = pa.array(random.choice(RELATIONS, len(child)))
    return pa.table(
        {
            "model": names.take(pa.array(child)),
            "base_model": pc.if_else(gone, pc.binary_join_element_wise(base, "gone", "-"), base),
            "relation": relation,
        }
    )


def write(table: pa.Table, file: Path) -> None:
    """Write row groups of the size that snapshots have, so that readers need no more memory."""
    parquet.write_table(table, file, compression="zstd", row_group_size=GROUP)


def main(part: str, folder: str, rows: str, dumps: str) -> None:
    """Write the models and one dump, or the panel: ``scale`` looks at the disk in between."""
    base = Path(folder)
    if part == "models":
        hub(base, [namespace for namespace, _, _ in namespaces()], int(rows))
    (base / "panel").mkdir(exist_ok=True)
    panel(base / "panel", base / "models.parquet", int(dumps))


if __name__ == "__main__":
    main(*sys.argv[1:])
