"""Then and now: did the gap narrow, by each yardstick and against each baseline?"""

from __future__ import annotations

import pandas as pd

from airace import lag, words

INDEX = "Epoch Capabilities Index, months"
SCORES = "Epoch Capabilities Index, points"
EDITIONS = "LMArena by edition"  # its scale changed: shown, and not what decides
ONE_SCALE = {
    "off": "LMArena without style control, one scale",
    "on": "LMArena with style control, one scale",
}
REPORT = "LMArena in the AI Index"


def by_edition(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that compare an edition's own leaders without style control, by date.

    ``gaps`` is the snapshot ``leaderboard_gap``; ``value`` is in arena points.

    >>> from airace import gap, snapshots
    >>> gaps = snapshots.load("leaderboard_gap/2025-12-11")
    >>> gap.by_edition(gaps)[["date", "value", "usa_model", "china_model"]].tail(2)
             date  value       usa_model             china_model
    92 2025-11-06   20.4  gemini-2.5-pro                 glm-4.6
    93 2025-12-11   40.8    gemini-3-pro  ernie-5.0-preview-1103
    """
    own = (gaps["leaders_of"] == gaps["date"]) & (gaps["style_control"] == "off")
    return gaps[own].sort_values("date").reset_index(drop=True)


def edition(editions: pd.DataFrame, day: object) -> pd.DataFrame:
    """Return the last edition up to ``day``: one row, or none where all editions are later."""
    return editions[editions["date"] <= pd.Timestamp(day)].sort_values("date").tail(1)


def comparisons(
    models: pd.DataFrame, gaps: pd.DataFrame, reported: pd.DataFrame, day: object, months: int = 12
) -> pd.DataFrame:
    """Return a row per yardstick and baseline: then, now, and whether the gap is ``narrower`` now.

    The index is looked at on ``day``, in months and in its points; the leaderboard at its last edition and
    the AI Index at its last figure, in arena points. The first baseline of the index and of the editions lies ``months``
    before ``day`` (left out where no edition is that old). ``*_half`` is half a 95 percent interval.

    >>> from airace import gap, snapshots
    >>> models = snapshots.load("capability_index/2026-03-09")
    >>> gaps = snapshots.load("leaderboard_gap/2025-12-11")
    >>> reported = snapshots.load("capability_reported/2026-05-01")
    >>> table = gap.comparisons(models, gaps, reported, "2026-03-10")
    >>> table[["yardstick", "then_gap", "now_gap", "narrower"]].head(1).round(1)
                              yardstick  then_gap  now_gap  narrower
    0  Epoch Capabilities Index, months       2.7      9.0     False
    """
    day = pd.Timestamp(day)
    before, year = day - pd.DateOffset(months=months), pd.DateOffset(years=1)
    named = f"{months} months before the article"
    days = lag.daily(models, lag.records(models, lag.FOLLOWER)["date"].iloc[0], day)
    looks = {named: before, "24 months before the article": day - 2 * year,
             "start of 2024": pd.Timestamp("2024-01-01"), "longest lag": days["day"][days["months"].idxmax()]}  # fmt: skip
    now = _look(lag.on_day(models, day))
    rows = [_pair(INDEX, name, _look(lag.on_day(models, d)), now) for name, d in looks.items()]
    scores = _scores(models, day)
    rows += [_pair(SCORES, name, _scores(models, d), scores) for name, d in looks.items()]
    editions = by_edition(gaps)
    last = editions.tail(1)
    picked = {named: edition(editions, before), "a year before the edition": edition(editions, last["date"].item() - year),
              "first edition": editions.head(1), "widest gap": editions.nlargest(1, "value"),
              "narrowest gap": editions.nsmallest(1, "value")}  # fmt: skip
    found = {name: then for name, then in picked.items() if len(then)}
    rows += [_pair(EDITIONS, name, _edition(then), _edition(last)) for name, then in found.items()]
    for scoring, yardstick in ONE_SCALE.items():
        scored = gaps[(gaps["date"] == last["date"].item()) & (gaps["style_control"] == scoring)]
        scored = scored.sort_values("leaders_of")
        then = scored.head(1)
        rows.append(
            _pair(yardstick, "leaders of an earlier day", _edition(then), _edition(scored.tail(1)))
        )
    printed = reported[reported["metric"] == "gap_points"].sort_values("date_to")
    for n in range(len(printed) - 2, -1, -1):
        rows.append(
            _pair(REPORT, "an earlier report", _report(printed.iloc[[n]]), _report(printed.tail(1)))
        )
    return pd.DataFrame(rows)


def orders(table: pd.DataFrame, day: object) -> dict[str, bool]:
    """Return for each yardstick that decides whether its first comparison is narrower now.

    It decides if it keeps one scale and describes no day after ``day``.

    ``table`` comes from ``comparisons``.

    >>> from airace import gap, snapshots
    >>> models = snapshots.load("capability_index/2026-03-09")
    >>> gaps = snapshots.load("leaderboard_gap/2025-12-11")
    >>> reported = snapshots.load("capability_reported/2026-05-01")
    >>> found = gap.orders(gap.comparisons(models, gaps, reported, "2026-03-10"), "2026-03-10")
    >>> for yardstick, narrower in found.items():
    ...     print(yardstick, "-", narrower)
    Epoch Capabilities Index, months - False
    Epoch Capabilities Index, points - False
    LMArena without style control, one scale - True
    LMArena with style control, one scale - False
    """
    decides = (table["yardstick"] != EDITIONS) & (table["now_day"] <= pd.Timestamp(day))
    first = table[decides].drop_duplicates("yardstick")
    return dict(zip(first["yardstick"], first["narrower"]))


def _pair(yardstick: str, baseline: str, then: dict, now: dict) -> dict:
    ends = {f"then_{k}": v for k, v in then.items()} | {f"now_{k}": v for k, v in now.items()}
    keys = ("snapshot", "row")
    joined = {
        k: "; ".join(dict.fromkeys([ends.pop(f"then_{k}"), ends.pop(f"now_{k}")])) for k in keys
    }
    return {"yardstick": yardstick, "baseline": baseline, **ends, "narrower": now["gap"] < then["gap"], **joined}  # fmt: skip


def _look(on_day: pd.Series) -> dict:
    row = f"{on_day['row']}; {on_day['ahead_row']}"
    who = f"{on_day['model']} behind {on_day['ahead_model']}"
    return {"day": on_day["day"], "gap": on_day["months"], "half": None, "who": who,
            "snapshot": on_day["snapshot"], "row": row}  # fmt: skip


def _scores(models: pd.DataFrame, day: pd.Timestamp) -> dict:
    """The best score of each country on a day, and the points between them."""
    usa, china = (
        lag.records(models[models["date"] <= day], c).iloc[-1] for c in (lag.LEADER, lag.FOLLOWER)
    )
    return {"day": day, "gap": usa["value"] - china["value"], "half": None,
            "who": f"{china['model']} behind {usa['model']}", "snapshot": china["snapshot"],
            "row": f"{china['row']}; {usa['row']}"}  # fmt: skip


def _edition(table: pd.DataFrame) -> dict:
    row = table.iloc[0]
    half = None if pd.isna(row["half_width"]) else row["half_width"]
    return {"day": row["leaders_of"], "gap": row["value"], "half": half,
            "who": f"{row['china_model']} behind {row['usa_model']}", "snapshot": row["snapshot"],
            "row": row["row"]}  # fmt: skip


def _report(table: pd.DataFrame) -> dict:
    row = table.iloc[0]
    return {"day": row["date_to"], "gap": row["value"], "half": None, "who": row["originator"],
            "snapshot": row["snapshot"], "row": row["row"]}  # fmt: skip


def change(row: pd.Series) -> tuple[float, float | None]:
    """Return now less then, and half its 95 percent interval as if both gaps were independent.

    Both in the row's unit; the half is None where one of the gaps has no interval.

    >>> import pandas as pd
    >>> from airace import gap
    >>> row = pd.Series({"then_gap": 52, "then_half": 8, "now_gap": 41, "now_half": 6})
    >>> print("{:+.0f} ± {:.0f} points".format(*gap.change(row)))
    -11 ± 10 points
    """
    half = (row["then_half"] ** 2 + row["now_half"] ** 2) ** 0.5
    return row["now_gap"] - row["then_gap"], None if pd.isna(half) else half


def finding(table: pd.DataFrame, two_years: pd.Series) -> str:
    """Compose how the gap changed on the index and on one scale of the leaderboard.

    ``table`` comes from ``comparisons`` with a baseline of one year, ``two_years`` from ``lag.on_day``.

    >>> from airace import gap, lag, snapshots
    >>> models = snapshots.load("capability_index/2026-03-09")
    >>> gaps = snapshots.load("leaderboard_gap/2025-12-11")
    >>> reported = snapshots.load("capability_reported/2026-05-01")
    >>> table = gap.comparisons(models, gaps, reported, "2026-03-10")
    >>> print(gap.finding(table, lag.on_day(models, "2024-03-10")))
    on the index the lag went from 2.7 to 9.0 months in the year (wider; two years before the
    article it was 11.9); on the leaderboard, from March to December 2025, the gap went from 52 to
    41 points without style control (narrower, within the interval of the votes) and from 47 to 59
    with it (wider)
    """
    first = table.drop_duplicates("yardstick").set_index("yardstick")
    index, off, on = (first.loc[y] for y in (INDEX, ONE_SCALE["off"], ONE_SCALE["on"]))
    return (
        f"on the index the lag went from {index['then_gap']:.1f} to {index['now_gap']:.1f} months in the year ({_judged(index)}; "
        f"two years before the article it was {two_years['months']:.1f}); on the leaderboard, from {months(off)}, the gap went "
        f"from {off['then_gap']:.0f} to {off['now_gap']:.0f} points without style control ({_judged(off)}) and "
        f"from {on['then_gap']:.0f} to {on['now_gap']:.0f} with it ({_judged(on)})"
    )


def months(row: pd.Series) -> str:
    """Write then and now as months: March to December 2025."""
    begin = f"%B{' %Y' * (row['then_day'].year != row['now_day'].year)}"
    return f"{row['then_day'].strftime(begin)} to {words.month(row['now_day'])}"


def _judged(row: pd.Series) -> str:
    moved, half = change(row)
    inside = ", within the interval of the votes" if half and abs(moved) <= half else ""
    return f"{'narrower' if row['narrower'] else 'wider'}{inside}"
