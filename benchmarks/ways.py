"""One way to answer one question over the tables of ``generate``, in a process of its own.

    python benchmarks/ways.py "shares" FOLDER     (prints seconds, peak MiB and the answer's digest)

Imports stand in the functions: what a way does not need shall not count as its memory.
"""

from __future__ import annotations

import csv
import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from airace import paths
from airace.organisations import UNLISTED, country_group
from airace.views import Source

AS_OF = "2026-11-01"
CURVE = {1: 1 / 300, 10: 1 / 30, 100: 1 / 3, 300: 1}  # millions of rows: part of the full panel
PANDAS_GIB = 8  # memory that pandas may address over the panel
TOPS = [0, 1, 10, 100]  # one level more than the notebook has makes 1,152 specifications


def namespaces() -> list[tuple[str, str, bool]]:
    """Namespace, country and whether verified, of the committed table."""
    file = paths.snapshot("organisations/2026-10-05") / "namespaces.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return [(row["namespace"], row["country"], row["verified"] == "true") for row in rows]


def source(folder: Path) -> Source:
    lineage = folder / "base_models.parquet"
    return Source("made up", AS_OF, (folder / "models.parquet",), lineage)


def dumps(folder: Path, millions: int) -> tuple[Path, ...]:
    """The files of a part of the panel: whole dumps, and a third of the last for what is left over."""
    files = sorted((folder / "panel").glob("*.parquet"))
    whole = int(len(files) * CURVE[millions])
    return (*files[:whole], *([folder / "third.parquet"] if whole < len(files) else []))


def shares(folder: Path, rule: str = "publisher") -> dict[str, int]:
    """Plain rows out of DuckDB, without pandas."""
    from airace import database, views

    with database.connect() as connection:
        views.register(connection, source(folder), namespaces())
        rows = views.sums(
            connection, views.attribute(connection, source(folder), rule), "downloads_30d"
        )
    found: dict[str, int] = {}
    for _, country, _, _, downloads in rows:
        found[country] = found.get(country, 0) + downloads
    return found


def shares_in_a_dataframe(folder: Path, rule: str = "publisher") -> dict[str, int]:
    """The function that the notebooks call."""
    from airace import attribution

    found = attribution.by_country(source(folder), _organisations(), rule)
    return dict(zip(found["country"], found["downloads"]))


def shares_pandas(folder: Path) -> dict[str, int]:
    """The plain way: two columns, a dictionary, a group-by."""
    import pandas as pd

    table = pd.read_parquet(folder / "models.parquet", columns=["namespace", "downloads_30d"])
    country = table["namespace"].map(_groups()).fillna(UNLISTED)
    return table.groupby(country)["downloads_30d"].sum().to_dict()


def specified(folder: Path, all_levels: bool) -> int:
    """How many specifications there are: every level of every choice, or the first of each."""
    from airace import specifications

    choices = specifications.CHOICES | {"exclude_top": TOPS}
    if not all_levels:
        choices = {choice: levels[:1] for choice, levels in choices.items()}
    return len(specifications.table([source(folder)], _organisations(), choices))


def panel(folder: Path, millions: int) -> dict[str, int]:
    """Downloads by month and country, in all dumps of the month together."""
    from airace import attribution

    found = attribution.monthly(Source("made up", AS_OF, dumps(folder, millions)), _organisations())
    downloads = (found["downloads"] * found["dumps"]).round().astype("int64")
    return dict(zip(found["month"] + " " + found["country"], downloads))


def panel_pandas(folder: Path, millions: int) -> dict[str, int]:
    import pandas as pd

    limit = PANDAS_GIB * 2**30
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    files = dumps(folder, millions)
    tables = [pd.read_parquet(file).astype({"as_of": "datetime64[s]"}) for file in files]
    table = pd.concat(tables, ignore_index=True)
    country = table["namespace"].map(_groups()).fillna(UNLISTED).rename("country")
    sums = table.groupby(["as_of", country])["downloads_30d"].sum().reset_index()
    month = sums["as_of"].dt.strftime("%Y-%m ") + sums["country"]
    return sums.groupby(month)["downloads_30d"].sum().to_dict()


def _groups() -> dict[str, str]:
    return {namespace: country_group(country) for namespace, country, _ in namespaces()}


def _organisations():  # a DataFrame, which is imported by those who need it
    import pandas as pd

    return pd.DataFrame(namespaces(), columns=["namespace", "country", "verified"])


WAYS: dict[str, Callable[[Path], object]] = {
    "shares": shares,
    "shares, pandas": shares_pandas,
    "shares in a DataFrame": shares_in_a_dataframe,
    "shares by base model": lambda folder: shares(folder, "base model"),
    "one specification": lambda folder: specified(folder, False),
    "specifications": lambda folder: specified(folder, True),
    **{f"panel {m}": lambda folder, m=m: panel(folder, m) for m in CURVE},
    **{f"panel {m}, pandas": lambda folder, m=m: panel_pandas(folder, m) for m in CURVE},
}


def main(way: str, folder: str) -> None:
    _warm(way)
    begin = time.perf_counter()
    answer = WAYS[way](Path(folder))
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # KiB on Linux
    text = json.dumps(answer, sort_keys=True, default=int)
    digest = hashlib.sha256(text.encode()).hexdigest()
    print(json.dumps({"seconds": round(seconds, 3), "mib": round(peak), "answer": digest}))


def _warm(way: str) -> None:
    """Import what the way needs, so that the seconds are those of the work."""
    if "pandas" in way:
        import pandas as pd
        import pyarrow.parquet  # noqa: F401 - pandas imports it at the first read

        pd.DataFrame()
    elif way in ("shares", "shares by base model"):
        from airace import database, views  # noqa: F401
    else:
        from airace import attribution, specifications  # noqa: F401


if __name__ == "__main__":
    main(*sys.argv[1:])
