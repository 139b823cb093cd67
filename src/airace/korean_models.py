"""Where Korean models stand: notable models over a window of months, and shares of downloads."""

from __future__ import annotations

import pandas as pd

from airace import shares, words
from airace.errors import RequestError
from airace.korea import KOREA

NAMED = ["USA", "China", KOREA]
HIDING = ["other", "unknown", "unmapped"]  # buckets of a count by region that may hold Korea


def within(notable: pd.DataFrame, last: str, months: int) -> pd.DataFrame:
    """Return the rows of the ``months`` up to and including ``last``, a month such as 2026-02.

    Raises RequestError where the counts do not cover the whole window.

    ``notable`` needs month, country, models and open_models.

    >>> from airace import korean_models, snapshots
    >>> notable = snapshots.load("notable_models/2026-07-19")
    >>> window = korean_models.within(notable, "2026-02", 12)
    >>> window["month"].min(), window["month"].max()
    ('2025-03', '2026-02')
    """
    published, end = notable["date_from"].dt.to_period("M"), pd.Period(last, "M")
    if end - months + 1 < published.min() or end > published.max():
        found = f"{published.min()} to {published.max()}"
        raise RequestError(f"wanted {months} months up to {last}", found)
    return notable[(published > end - months) & (published <= end)]


def counts(notable: pd.DataFrame, last: str, months: int) -> pd.DataFrame:
    """Return by country the notable models of a window and those with open weights, most first.

    A model of several countries counts once in each, so countries may not be summed. Open weights of
    unknown state do not count as open.

    >>> from airace import korean_models, snapshots
    >>> notable = snapshots.load("notable_models/2026-07-19")
    >>> korean_models.counts(notable, "2026-02", 12).head(2)
             models  open_models
    country
    USA          52            7
    China        37           29
    """
    window = within(notable, last, months)
    opened = window["models"].where(window["open_weights"] == "yes", 0)
    table = window.assign(open_models=opened).groupby("country")[["models", "open_models"]].sum()
    return table.astype("int64").sort_values(["models", "open_models"], ascending=False)


def rolling(notable: pd.DataFrame, months: int, until: str) -> pd.DataFrame:
    """Return ``counts`` of the named countries for each month up to ``until`` with a whole window.

    One row per month and country: date (last day of the month), country, models, open_models.

    >>> from airace import korean_models, snapshots
    >>> notable = snapshots.load("notable_models/2026-07-19")
    >>> rolled = korean_models.rolling(notable, 12, "2026-02")
    >>> rolled[["date", "country", "models", "open_models"]].tail(3)
              date      country  models  open_models
    114 2026-02-28          USA      52            7
    115 2026-02-28        China      37           29
    116 2026-02-28  South Korea       8            4
    """
    first = notable["date_from"].dt.to_period("M").min() + months - 1
    tables = [
        counts(notable, str(last), months)
        .reindex(NAMED, fill_value=0)
        .rename_axis("country")
        .assign(date=last.end_time.normalize())
        .reset_index()
        for last in pd.period_range(first, until, freq="M")
    ]
    table = pd.concat(tables, ignore_index=True)
    return table.assign(snapshot=notable["snapshot"].iloc[0], row="")


def last_whole_month(date: object) -> str:
    """Return the last month that is over before ``date`` (a day), as in 2026-02.

    >>> from airace import korean_models
    >>> korean_models.last_whole_month("2026-03-10")
    '2026-02'
    """
    return str(pd.Period(pd.Timestamp(date), "M") - 1)


def most(counted: pd.DataFrame, scope_id: str) -> pd.DataFrame:
    """Return the shares of a count by region in percent, with the most that Korea can have there.

    Korea has no bucket of its own: it belongs to "other", and Korean publishers may stand among the
    unlisted and unknown. Bound "upper" takes all three as Korean, "listed" only "other".

    ``counted`` is the snapshot of reported downloads.

    >>> from airace import korean_models, snapshots
    >>> counted = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> korean_models.most(counted, "catalogue_all_536")[["country", "bound", "value"]].round(1)
           country   bound  value
    0        China   exact   57.5
    1          USA   exact   18.3
    2  South Korea   upper   21.5
    3  South Korea  listed    1.8
    """
    parts = shares.from_counts(counted, scope_id)
    named = parts[parts["entity"].isin(NAMED)].assign(country=lambda t: t["entity"])
    rows = []
    for bound, buckets in (("upper", HIDING), ("listed", ["other"])):
        hiding = parts[parts["entity"].isin(buckets)]
        whole = {"value": hiding["value"].sum(), "row": "; ".join(hiding["row"])}
        rows.append(hiding.iloc[0].to_dict() | {"country": KOREA, "bound": bound} | whole)
    both = pd.concat([named, pd.DataFrame(rows)], ignore_index=True)
    return both[["country", "bound", "value", "date_to", "snapshot", "row"]]


def best(months: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return by date the most downloaded Korean model, its place, and of how many models.

    ``months`` are attributed selections by date (``shares.select``), most downloaded first. Raises RequestError for a date without a Korean model.

    >>> from airace import korean_models, organisations, shares, snapshots
    >>> namespaces = snapshots.load("organisations/2026-10-05")
    >>> models = shares.mark(snapshots.load("hub_catalogue/2026-04-06"))
    >>> months = {"2026-04-06": shares.select(organisations.attribute(models, namespaces))}
    >>> korean_models.best(months)
             date  korean_models                                  best_model  place   of
    0  2026-04-06             13  naver-hyperclovax/HyperCLOVAX-SEED-Omni-8B    206  936
    """
    rows = {}
    for date, models in months.items():
        if not (models["country"] == KOREA).any():
            raise RequestError(f"wanted a Korean model in the snapshot of {date}", "none")
        place = models["downloads_30d"].rank(ascending=False, method="min").astype("int64")
        korean = models[models["country"] == KOREA]
        first = place[korean.index].idxmin()
        rows[date] = {"korean_models": len(korean), "best_model": models.at[first, "model"],
                      "place": place[first], "of": len(models)}  # fmt: skip
    return pd.DataFrame(rows).T.infer_objects().rename_axis("date").reset_index()


def deciding(window: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that settle the order: all models of Korea, and China's with open weights.

    China's open ones alone are more than all of Korea's, so these rows settle both counts.

    ``window`` comes from ``within``.

    >>> from airace import korean_models, snapshots
    >>> notable = snapshots.load("notable_models/2026-07-19")
    >>> rows = korean_models.deciding(korean_models.within(notable, "2026-02", 12))
    >>> rows.groupby("country").size()
    country
    China          12
    South Korea     6
    dtype: int64
    """
    opened = window["open_weights"] == "yes"
    rows = window[(window["country"] == KOREA) | ((window["country"] == "China") & opened)]
    scope = "notable models, " + rows["country"] + ", open weights: " + rows["open_weights"]
    return rows.assign(value=rows["models"], scope=scope)


def finding(year: pd.DataFrame, bounds: pd.Series, last: str, later: pd.DataFrame) -> str:
    """Compose where Korea stands in the counts of a year (``counts``) and in downloads (``most``).

    ``later`` are the best-placed Korean models after the article (``best``).

    ``bounds`` are the shares of ``most`` by country and bound, in percent.

    >>> import pandas as pd
    >>> from airace import korean_models, paths, snapshots
    >>> notable = snapshots.load("notable_models/2026-07-19")
    >>> counted = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> day = korean_models.most(counted, "catalogue_all_536")
    >>> later = pd.read_csv(paths.processed() / "korea_catalogue.csv", parse_dates=["date"])
    >>> year = korean_models.counts(notable, "2026-02", 12)
    >>> bounds = day.set_index(["country", "bound"])["value"]
    >>> print(korean_models.finding(year, bounds, "2026-02", later)[:90], "...")
    no count shows a dominant Korean model; in the twelve months to February 2026 Korea has 8  ...
    """
    korea, china = year.loc[KOREA], year.loc["China"]
    return (
        f"no count shows a dominant Korean model; in the twelve months to {words.month(last)} Korea has "
        f"{korea['models']} notable models, {words.the('USA')} {year.at['USA', 'models']} and China "
        f"{china['models']}, with open weights {korea['open_models']} against China's {china['open_models']}; "
        f"of the downloads on the article's day Korea has at most {bounds[KOREA, 'upper']:.0f} percent, all "
        f"unattributed ones together, and China {bounds['China', 'exact']:.0f}; later, up to "
        f"{words.month(later['date'].max())}, no Korean model is above place {later['place'].min()} by downloads"
    )
