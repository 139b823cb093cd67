"""Shares of GPU clusters under every filter: how far they move, and which choice moves them most."""

from __future__ import annotations

import pandas as pd

from airace import words
from airace.errors import SnapshotError

CHOICES = {  # what a filter decides, and how each decision is called in a figure
    "standard_only": {True: "standard analysis only", False: "all entries"},
    "measure": {"16-bit OP/s": "16-bit OP/s", "H100 equivalents": "H100 equivalents"},
    "superseded_rule": {
        "kept": "kept",
        "dropped_if_successor_running": "dropped once replaced",
        "dropped_always": "dropped always",
    },
    "date": {},  # the days are those of the data
}


def filters(shares: pd.DataFrame) -> pd.DataFrame:
    """Return one row per filter: its four choices, the shares of China and the USA in percent, their ratio.

    ``shares`` hold one row per filter and country. Each filter has a total of its own
    (``clusters_total``); both shares of a row refer to it. Sorted by the Chinese share. Raises
    SnapshotError where a combination of the choices is missing: means could not be compared.

    >>> from airace import compute, snapshots
    >>> filtered = compute.filters(snapshots.load("gpu_clusters/2026-04-24"))
    >>> filtered[["measure", "standard_only", "china", "usa", "factor"]].iloc[[0, -1]].round(1)
                 measure  standard_only  china   usa  factor
    0   H100 equivalents           True    6.8  81.0    11.8
    35       16-bit OP/s          False   27.4  62.0     2.3
    """
    names = list(CHOICES)
    shares = shares.assign(date=shares["date"].dt.strftime("%Y-%m-%d"))
    sides = {
        country: shares[shares["country"] == country].set_index(names)
        for country in ("China", "USA")
    }
    china, usa = sides["China"], sides["USA"].reindex(sides["China"].index)
    wanted = pd.MultiIndex.from_product([shares[name].unique() for name in names])
    missing = [", ".join(map(str, key)) for key in wanted.difference(china.index)]
    if missing or usa["value"].isna().any():
        raise SnapshotError("wanted both countries in every filter", "; ".join(missing) or "no USA")
    table = pd.DataFrame(
        {
            "china": china["value"], "usa": usa["value"], "factor": usa["value"] / china["value"],
            "clusters_china": china["clusters"], "clusters_usa": usa["clusters"],
            "clusters_total": china["clusters_total"], "scope": china["scope"],
            "snapshot": china["snapshot"], "row": china["row"] + "; " + usa["row"],
        }
    )  # fmt: skip
    return table.reset_index().sort_values(["china", *names], kind="stable", ignore_index=True)


def effects(filtered: pd.DataFrame) -> pd.DataFrame:
    """Return the mean Chinese share under each decision, and by how many points a choice moves it.

    The main effect of a choice: every mean runs over all combinations of the other choices, so these
    are the same on both sides of the difference. ``effect`` is the largest mean less the smallest.

    ``filtered`` comes from ``filters``.

    >>> from airace import compute, snapshots
    >>> filtered = compute.filters(snapshots.load("gpu_clusters/2026-04-24"))
    >>> compute.effects(filtered).head(2).round(1)
              choice decision  mean_china  effect
    0  standard_only     True        11.7     8.1
    1  standard_only    False        19.8     8.1
    """
    rows = []
    for choice, known in CHOICES.items():
        means = filtered.groupby(choice)["china"].mean()
        effect = means.max() - means.min()
        for decision in known or means.index:
            row = {"choice": choice, "decision": decision, "mean_china": means[decision]}
            rows.append(row | {"effect": effect})
    table = pd.DataFrame(rows).astype({"decision": "object"})
    return table.sort_values(["effect", "choice"], ascending=[False, True], kind="stable")


def distances(filtered: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Add ``off``: by how many points the further of the two shares is from the published one.

    ``published`` needs entity and value (percent); the nearest filter stands first.

    >>> from airace import compute, snapshots
    >>> filtered = compute.filters(snapshots.load("gpu_clusters/2026-04-24"))
    >>> reported = snapshots.load("compute_reported/2026-04-30")
    >>> published = reported[reported["metric"] == "share_of_cluster_performance"]
    >>> compute.distances(filtered, published)[["china", "usa", "off"]].head(1).round(1)
        china   usa  off
    17   15.4  74.8  0.4
    """
    said = published.set_index("entity")["value"]
    off = pd.concat([filtered["china"] - said["China"], filtered["usa"] - said["USA"]], axis=1)
    return filtered.assign(off=off.abs().max(axis=1)).sort_values("off", kind="stable")


def chosen(filtered: pd.DataFrame, **decisions: object) -> int:
    """Return the position of the one filter with these decisions in a table of ``filters``.

    Raises ValueError unless exactly one filter has them.

    >>> from airace import compute, snapshots
    >>> filtered = compute.filters(snapshots.load("gpu_clusters/2026-04-24"))
    >>> compute.chosen(
    ...     filtered, measure="16-bit OP/s", standard_only=True,
    ...     superseded_rule="dropped_always", date="2025-05-31",
    ... )
    23
    """
    same = [filtered[choice] == decision for choice, decision in decisions.items()]
    (position,) = filtered.index[pd.concat(same, axis=1).all(axis=1)]
    return position


def orders(filtered: pd.DataFrame, published: pd.DataFrame) -> dict[str, bool]:
    """Is the USA ahead of China under each filter, and in the published figures?

    ``filtered`` comes from ``filters``; keys name the filter.

    >>> from airace import compute, snapshots
    >>> filtered = compute.filters(snapshots.load("gpu_clusters/2026-04-24"))
    >>> reported = snapshots.load("compute_reported/2026-04-30")
    >>> published = reported[reported["metric"] == "share_of_cluster_performance"]
    >>> ahead = compute.orders(filtered, published)
    >>> len(ahead), all(ahead.values())
    (37, True)
    """
    said = published.set_index("entity")["value"]
    found = {f"{row.scope}, {row.date}": bool(row.usa > row.china) for row in filtered.itertuples()}
    return found | {"as published": bool(said["USA"] > said["China"])}


def finding(filtered: pd.DataFrame, published: pd.DataFrame, coverage: tuple) -> str:
    """Say under how many filters the US leads, by which factor, what is published, and of how much.

    ``coverage`` are the ends, in percent, of what the data hold of all clusters in the world.

    >>> from airace import compute, snapshots
    >>> filtered = compute.filters(snapshots.load("gpu_clusters/2026-04-24"))
    >>> reported = snapshots.load("compute_reported/2026-04-30")
    >>> published = reported[reported["metric"] == "share_of_cluster_performance"]
    >>> print(compute.finding(filtered, published, (10, 20)))
    the US leads China under all 36 ways to filter Epoch AI's data on clusters running by 31 August
    2025 at the latest, by a factor of 2.3 to 11.8, and with about 75 against 15 percent as
    published for May 2025; the data cover an estimated 10 to 20 percent of the world
    """
    said, lead = published.set_index("entity")["value"], filtered["usa"] > filtered["china"]
    under = f"all {len(lead)}" if lead.all() else f"{lead.sum()} of {len(lead)}"
    factors = f"{filtered['factor'].min():.1f} to {filtered['factor'].max():.1f}"
    who, month = published["originator"].iloc[0], words.month(published["date_to"].iloc[0])
    last, (low, high) = words.day(filtered["date"].max()), coverage
    return (
        f"the US leads China under {under} ways to filter {who}'s data on clusters running by {last} at the "
        f"latest, by a factor of {factors}, and with about {said['USA']:.0f} against {said['China']:.0f} percent "
        f"as published for {month}; the data cover an estimated {low:.0f} to {high:.0f} percent of the world"
    )
