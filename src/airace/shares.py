"""Shares of 30-day downloads by publisher's country, concentration, and panels of equal models."""

from __future__ import annotations

import pandas as pd

from airace import words
from airace.errors import RequestError
from airace.organisations import COUNTRIES, UNLISTED

ROUND = 1000  # a count that divides by this, on a hand-kept row, is typed and not measured
LARGEST = 10  # models left out in the second view of the months


def mark(models: pd.DataFrame, before: pd.DataFrame | None = None) -> pd.DataFrame:
    """Add ``placeholder`` and ``stale`` to the rows of one snapshot.

    A placeholder stands on the maintainers' hand-kept list (``discovered`` is false) with a round
    count, zero included. A stale row repeats the count of the snapshot before it to the digit (zero
    excepted): the counter was carried over, not read again. A live snapshot knows no hand-kept list.

    >>> import pandas as pd
    >>> from airace import shares
    >>> now = pd.DataFrame({"model": ["a/one", "b/two"], "downloads_30d": [5000, 731]})
    >>> now["discovered"] = [False, True]
    >>> shares.mark(now, before=now.tail(1))
       model  downloads_30d  discovered  placeholder  stale
    0  a/one           5000       False         True  False
    1  b/two            731        True        False   True
    """
    out = models.copy()
    typed = ~out["discovered"] if "discovered" in out else False
    out["placeholder"] = typed & (out["downloads_30d"] % ROUND == 0)
    out["stale"] = False
    if before is not None:
        earlier = out["model"].map(before.set_index("model")["downloads_30d"])
        out["stale"] = (out["downloads_30d"] == earlier).fillna(False) & (out["downloads_30d"] > 0)
    return out


def select(
    models: pd.DataFrame,
    exclude_top: int = 0,
    tasks: list[str] | None = None,
    minimum_parameters: float = 0,
    exclude_unlisted: bool = False,
    exclude_stale: bool = False,
) -> pd.DataFrame:
    """Return the models that a question is about; placeholders never count.

    ``minimum_parameters`` is in billions; ``tasks`` may hold "all"; ``exclude_top`` drops the most
    downloaded models of what is left.

    ``models`` come from ``mark`` and ``organisations.attribute``; the result is sorted by
    downloads.

    >>> import pandas as pd
    >>> from airace import shares
    >>> models = pd.DataFrame({"model": ["a/one", "b/two"], "downloads_30d": [600, 300]})
    >>> models = models.assign(placeholder=False, stale=False, parameters=7e9, country="China")
    >>> shares.select(models, exclude_top=1)["model"].tolist()
    ['b/two']
    """
    keep = ~models["placeholder"] & (models["parameters"].fillna(0) >= minimum_parameters * 1e9)
    if tasks and "all" not in tasks:
        keep &= models["task"].isin(tasks)
    if exclude_unlisted:
        keep &= models["country"] != UNLISTED
    if exclude_stale:
        keep &= ~models["stale"]
    kept = models[keep].sort_values(["downloads_30d", "model"], ascending=[False, True])
    return kept.iloc[exclude_top:]


def chosen_months(months: dict[str, pd.DataFrame], chosen: dict) -> dict[str, pd.DataFrame]:
    """Return what ``select`` leaves of each month; a month without a download left is a gap.

    ``months`` are tables by date, ``chosen`` the keyword arguments of ``select``.

    >>> from airace import organisations, shares, snapshots
    >>> namespaces = snapshots.load("organisations/2026-10-05")
    >>> models = shares.mark(snapshots.load("hub_catalogue/2026-04-06"))
    >>> months = {"2026-04-06": organisations.attribute(models, namespaces)}
    >>> chosen = shares.chosen_months(months, {"minimum_parameters": 100})
    >>> len(months["2026-04-06"]), len(chosen["2026-04-06"])
    (963, 71)
    """
    kept = {date: select(models, **chosen) for date, models in months.items()}
    return {date: models for date, models in kept.items() if models["downloads_30d"].sum() > 0}


def required(models: pd.DataFrame) -> pd.DataFrame:
    """Return a selection unchanged. Raises RequestError if no download is left in it.

    >>> import pandas as pd
    >>> from airace import shares
    >>> shares.required(pd.DataFrame({"downloads_30d": [0, 0]}))  # raises
    Traceback (most recent call last):
        ...
    airace.errors.RequestError: wanted at least one download in the selection
      found: none is left
    """
    if models["downloads_30d"].sum() == 0:
        raise RequestError("wanted at least one download in the selection", "none is left")
    return models


def by_country(models: pd.DataFrame) -> pd.DataFrame:
    """Return ``country``, ``models``, ``downloads_30d``, ``share`` (percent of all rows given).

    ``models`` need ``country`` and ``downloads_30d``; sorted by share.

    >>> import pandas as pd
    >>> from airace import shares
    >>> models = pd.DataFrame({
    ...     "model": ["a/one", "b/two", "c/three"], "organisation": ["A", "B", "C"],
    ...     "country": ["China", "USA", "China"], "downloads_30d": [600, 300, 100],
    ... })
    >>> shares.by_country(models)
      country  models  downloads_30d  share
    0   China       2            700   70.0
    1     USA       1            300   30.0
    """
    grouped = models.groupby("country", observed=True)["downloads_30d"]
    table = grouped.agg(models="count", downloads_30d="sum").reset_index()
    table["share"] = table["downloads_30d"] / table["downloads_30d"].sum() * 100
    return _sane(table.sort_values(["share", "country"], ascending=[False, True]))


def top_organisations(models: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return the ``count`` most downloaded organisations with country, models and share (percent).

    The share is of all rows given. ``models`` need organisation, country and downloads_30d.

    >>> import pandas as pd
    >>> from airace import shares
    >>> models = pd.DataFrame({
    ...     "model": ["a/one", "b/two", "c/three"], "organisation": ["A", "B", "C"],
    ...     "country": ["China", "USA", "China"], "downloads_30d": [600, 300, 100],
    ... })
    >>> shares.top_organisations(models, 2)
      organisation country  models  downloads_30d  share
    0            A   China       1            600   60.0
    1            B     USA       1            300   30.0
    """
    total = models["downloads_30d"].sum()
    grouped = models.groupby(["organisation", "country"], observed=True)["downloads_30d"]
    table = grouped.agg(models="count", downloads_30d="sum").reset_index()
    table["share"] = table["downloads_30d"] / total * 100
    return table.nlargest(count, ["downloads_30d", "models"]).reset_index(drop=True)


def hhi(models: pd.DataFrame) -> float:
    """Return the Herfindahl-Hirschman index over organisations, 0 to 10,000.

    Sum of squared percentage shares (Herfindahl 1950; the US merger guidelines of 2023 call a market
    above 1,800 highly concentrated). An unlisted namespace counts as an organisation of its own.
    """
    shares = models.groupby("organisation")["downloads_30d"].sum()
    shares = shares / shares.sum() * 100
    return float((shares**2).sum())


def panel(snapshots: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return each snapshot cut to the models that stand in all of them, never as a placeholder."""
    common = set.intersection(*(set(t.loc[~t["placeholder"], "model"]) for t in snapshots.values()))
    return {date: t[t["model"].isin(common)] for date, t in snapshots.items()}


def _sane(table: pd.DataFrame) -> pd.DataFrame:
    total = table["share"].sum()
    assert abs(total - 100) < 1e-6, f"shares must add up to 100 percent, found {total}"
    assert (table["downloads_30d"] >= 0).all(), "a count of downloads cannot be negative"
    return table.reset_index(drop=True)


def from_counts(points: pd.DataFrame, scope_id: str) -> pd.DataFrame:
    """Turn published sums by country of one scope into percent of their published total.

    Raises RequestError if the parts do not add up to the row "all" within one download.

    >>> import pandas as pd
    >>> from airace import shares
    >>> points = pd.DataFrame({"entity": ["China", "USA", "all"], "value": [300, 100, 400]})
    >>> table = shares.from_counts(points.assign(scope_id="example"), "example")
    >>> table[["entity", "value", "unit"]]
      entity  value     unit
    0  China   75.0  percent
    1    USA   25.0  percent
    """
    rows = points[points["scope_id"] == scope_id]
    parts, total = rows[rows["entity"] != "all"], rows.loc[rows["entity"] == "all", "value"]
    if len(total) != 1 or abs(parts["value"].sum() - total.item()) > 1:
        raise RequestError(
            f"wanted parts of {scope_id} that add up to its total",
            f"{parts['value'].sum():,.0f} against {total.tolist()}",
        )
    return parts.assign(value=parts["value"] / total.item() * 100, unit="percent")


def panels(reported: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Return the shares by country for small multiples: one ``scope_id`` per panel, in percent.

    The first published value of an entity stands; a later one of another text is left to the
    verdict. What a panel leaves unattributed becomes the row "not attributed" with the rows that it
    was computed from.

    ``reported`` is the snapshot of published shares, ``counted`` comes from ``from_counts``.

    >>> from airace import shares, snapshots
    >>> reported = snapshots.load("model_share_reported/2026-08-31")
    >>> counts = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> table = shares.panels(reported, shares.from_counts(counts, "catalogue_all_536"))
    >>> table[["scope_id", "entity", "value", "confidence"]].head(2).round(1)
                    scope_id entity  value confidence
    0  new_models_first_year  China   17.1          B
    1  new_models_first_year    USA   15.8          B
    """
    tables = []
    for scope_id in ("new_models_first_year", "all_downloads_year", "atom_2026_cumulative"):
        rows = reported[reported["scope_id"] == scope_id].drop_duplicates("entity")
        tables.append(_with_remainder(rows))
    tables.append(_with_remainder(counted))
    return pd.concat(tables, ignore_index=True)


def _with_remainder(rows: pd.DataFrame) -> pd.DataFrame:
    rest = 100 - rows["value"].sum()
    if rest < 0.05:  # what is left of rounding is nobody's share
        return rows
    first = rows.iloc[0]
    remainder = first.copy()
    remainder[["entity", "value", "confidence", "bound"]] = (
        "not attributed",
        rest,
        "derived",
        "exact",
    )
    remainder["row"] = "; ".join(rows["row"])
    return pd.concat([rows, remainder.to_frame().T.astype(rows.dtypes.to_dict())])


def quality(months: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what a reader should know about each snapshot before trusting a share of it.

    Percentages are of the models, or of the downloads where the name says so. ``unlisted`` are
    namespaces outside our table, ``verified`` those whose country a public table or text gives.

    ``months`` are tables by date, marked and attributed; the index of the result holds their
    dates.

    >>> from airace import organisations, shares, snapshots
    >>> namespaces = snapshots.load("organisations/2026-10-05")
    >>> models = shares.mark(snapshots.load("hub_catalogue/2026-04-06"))
    >>> months = {"2026-04-06": organisations.attribute(models, namespaces)}
    >>> shares.quality(months)[["models", "placeholders", "unlisted_downloads_percent"]].round(1)
                models  placeholders  unlisted_downloads_percent
    2026-04-06     963            27                         8.6
    """
    rows = {}
    for date, models in months.items():
        counted = models[~models["placeholder"]]
        total = counted["downloads_30d"].sum()

        def part(mask: pd.Series, counted=counted, total=total) -> float:
            return counted.loc[mask, "downloads_30d"].sum() / total * 100

        rows[date] = {
            "models": len(models),
            "placeholders": int(models["placeholder"].sum()),
            "stale_models_percent": models["stale"].mean() * 100,
            "stale_downloads_percent": part(counted["stale"]),
            "unlisted_downloads_percent": part(counted["country"] == UNLISTED),
            "verified_downloads_percent": part(counted["verified"]),
            "downloads_30d": total,
        }
    return pd.DataFrame(rows).T.astype({"models": int, "placeholders": int, "downloads_30d": int})


def left_out(chosen: dict) -> str:
    """Say in a sentence, with a space before it, what ``select`` leaves out; empty if nothing.

    >>> from airace import shares
    >>> shares.left_out({"exclude_top": 10, "exclude_stale": True})
    ' Left out: the 10 most downloaded models, counts that repeat the snapshot before.'
    """
    top, least = chosen.get("exclude_top", 0), chosen.get("minimum_parameters", 0)
    tasks = chosen.get("tasks") or ["all"]
    parts = [
        f"the {top} most downloaded models" if top > 1 else "the most downloaded model" if top else "",
        "unlisted publishers" if chosen.get("exclude_unlisted") else "",
        "counts that repeat the snapshot before" if chosen.get("exclude_stale") else "",
        f"models of unknown size or under {least:g} billion parameters" if least else "",
        "" if "all" in tasks else f"all tasks but {words.listed(tasks)}",
    ]
    said = ", ".join(filter(None, parts))
    return f" Left out: {said}." if said else ""


def views(months: dict[str, pd.DataFrame], chosen: dict) -> dict[str, dict[str, pd.DataFrame]]:
    r"""Return four ways to look at the same months: as chosen, and three that leave something out.

    A view may hold no month. Raises RequestError if the choice itself leaves nothing of any month.

    ``months`` are tables by date, marked and attributed; ``chosen`` are arguments of ``select``
    and hold at least ``exclude_top``. The result has by name of the view a table per date.

    >>> from airace import organisations, shares, snapshots
    >>> namespaces = snapshots.load("organisations/2026-10-05")
    >>> models = shares.mark(snapshots.load("hub_catalogue/2026-04-06"))
    >>> months = {"2026-04-06": organisations.attribute(models, namespaces)}
    >>> print(*shares.views(months, {"exclude_top": 0}), sep="\n")
    All models
    Without the 10 largest models
    Listed organisations only
    The same 936 models every month
    """
    required(pd.concat([select(models, **chosen) for models in months.values()]))
    kept = chosen_months(months, chosen)
    fewer = chosen | {"exclude_top": chosen["exclude_top"] + LARGEST}
    same = panel(kept)
    count = len(next(iter(same.values())))
    return {
        "All other models" if left_out(chosen) else "All models": kept,
        f"Without the {fewer['exclude_top']} largest models": chosen_months(months, fewer),
        "Listed organisations only": chosen_months(months, chosen | {"exclude_unlisted": True}),
        f"The same {count} models every month": same if count else {},
    }


def monthly(views: dict[str, dict[str, pd.DataFrame]]) -> pd.DataFrame:
    """Return the shares by country for each view and month, with the snapshot they come from.

    A named country without a model in a month has a share of zero there.

    Columns: view, date, country, models, downloads_30d, share (percent), snapshot, row (empty:
    all rows).

    >>> from airace import organisations, shares, snapshots
    >>> namespaces = snapshots.load("organisations/2026-10-05")
    >>> models = shares.mark(snapshots.load("hub_catalogue/2026-04-06"))
    >>> months = {"2026-04-06": organisations.attribute(models, namespaces)}
    >>> monthly = shares.monthly(shares.views(months, {"exclude_top": 0}))
    >>> monthly.query("view == 'All models'")[["country", "models", "share"]].head(2).round(1)
      country  models  share
    0   China     273   56.9
    1     USA     212   25.6
    """
    tables = []
    for view, months in views.items():
        for date, models in months.items():
            table = by_country(models).set_index("country")
            absent = [c for c in COUNTRIES if c not in table.index]
            table = table.reindex([*table.index, *absent], fill_value=0).reset_index()
            about = {
                "view": view,
                "date": pd.Timestamp(date),
                "snapshot": models["snapshot"].iloc[0],
            }
            tables.append(table.assign(**about))
    columns = ["view", "date", "country", "models", "downloads_30d", "share", "snapshot"]
    return pd.concat(tables, ignore_index=True)[columns].assign(row="")


def concentration(months: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return by date the HHI (0 to 10,000), the number of publishers and the largest one's percent.

    ``months`` are tables by date with organisation, country, downloads_30d and snapshot. See
    ``hhi``.

    >>> import pandas as pd
    >>> from airace import shares
    >>> models = pd.DataFrame({
    ...     "model": ["a/one", "b/two", "c/three"], "organisation": ["A", "B", "C"],
    ...     "country": ["China", "USA", "China"], "downloads_30d": [600, 300, 100],
    ... })
    >>> found = shares.concentration({"2026-04-06": models.assign(snapshot="an example")})
    >>> found[["publishers", "hhi", "largest", "largest_percent"]]
       publishers   hhi largest  largest_percent
    0           3  4600       A             60.0
    """
    rows = {}
    for date, models in months.items():
        first = top_organisations(models, 1).iloc[0]
        rows[date] = {
            "publishers": models["organisation"].nunique(),
            "hhi": round(hhi(models)),
            "largest": first["organisation"],
            "largest_percent": first["share"],
            "snapshot": models["snapshot"].iloc[0],
        }
    return pd.DataFrame(rows).T.infer_objects().rename_axis("date").reset_index()


def finding(
    rows: pd.DataFrame,
    period: tuple[pd.Timestamp, pd.Timestamp],
    interval: tuple[float, float],
) -> str:
    """Compose what the published rows of one entity give, naming each text with its value.

    ``interval`` holds the values that print as the article does; a row outside it is named as such.

    ``rows`` need value (percent) and publisher; ``period`` is the first and the last day that
    they describe.

    >>> import pandas as pd
    >>> from airace import shares
    >>> rows = pd.DataFrame({"value": [15.8, 15.86], "publisher": ["a report", "a magazine"]})
    >>> shares.finding(rows, ("2024-08-01", "2025-08-31"), (15.75, 15.85))
    'the data give 15.8 percent in a report and 15.86 percent in a magazine, which rounds to another
    number, for 2024-08 to 2025-08'
    """
    given = [
        f"{row.value:g} percent in {row.publisher}"
        + ("" if interval[0] <= row.value < interval[1] else ", which rounds to another number,")
        for row in rows.itertuples()
    ]
    return f"the data give {words.listed(given)} for {words.as_of(*period)}"
