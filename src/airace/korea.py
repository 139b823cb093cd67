"""Korea's market beside China's: which published sizes may be set against each other."""

from __future__ import annotations

import re

import pandas as pd

from airace import market, money, words
from airace.errors import RequestError

CHINA, KOREA = "China", "South Korea"
COUNTS = market.SCOPES | {"ai_sales_survey": "AI sales of firms"}
PRINTED, LIKE = "as printed", "same maker, year and measure"
PRODUCTS, DIFFERENT = "same maker, two products", "different things"
SIDE = [
    "usd",
    "converted",
    "scope_class",
    "metric",
    "date_to",
    "bound",
    "status",
    "vintage",
    "originator",
]


def in_dollars(points: pd.DataFrame, daily: pd.DataFrame, date: str) -> pd.DataFrame:
    """Add ``usd``, the value in billions of US dollars at the rate of ``date``, and ``converted``.

    ``points`` and ``daily`` as in ``money.convert``.

    >>> from airace import korea, money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> sizes = korea.in_dollars(snapshots.load("korea_market/2026-04-24"), daily, "2026-03-10")
    >>> sizes[["row", "value", "unit", "usd", "converted"]].head(1).round(2)
         row  value    unit   usd  converted
    0  km001   3.43  tn KRW  2.33       True
    """
    found = money.convert(points, daily, "USD", "spot", date)
    return found.assign(usd=found["amount"], converted=found["rate_kind"] != "none")


def between(points: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return one row for ``year`` from two rows of one edition, at constant growth between them.

    Raises RequestError unless the two share edition, scope and unit, and have ``year`` between them.

    >>> from airace import korea, snapshots
    >>> spending = snapshots.load("market_size/2026-03-06").query("row in ['mp019', 'mp020']")
    >>> korea.between(spending, 2025)[["row", "value", "status"]].round(1)
                 row  value   status
    18  mp019; mp020   21.8  derived
    """
    first, last = (row for _, row in points.sort_values("date_to").iterrows())
    years = first["date_to"].year, last["date_to"].year
    alike = all(first[c] == last[c] for c in ("vintage", "scope_class", "unit"))
    if not alike or not years[0] < year < years[1]:
        raise RequestError(
            f"wanted two rows of one edition around {year}", ", ".join(points["row"])
        )
    part = (year - years[0]) / (years[1] - years[0])
    made = last.copy()
    made["value"] = first["value"] ** (1 - part) * last["value"] ** part
    made["date_from"], made["date_to"] = pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)
    made["status"], made["row"] = "derived", f"{first['row']}; {last['row']}"
    return made.to_frame().T.infer_objects()


def kind(china: pd.Series, korea: pd.Series) -> str:
    """Say how alike two sizes are: by what they count, for which year, who made them, which product."""
    if "printed" in (china["status"], korea["status"]):
        return PRINTED
    makers = [set(side["originator"].split("; ")) for side in (china, korea)]
    alike = china["scope_class"] == korea["scope_class"] and china["date_to"] == korea["date_to"]
    if not alike or not makers[0] & makers[1]:
        return DIFFERENT
    products = {side["metric"].split(" (")[0] for side in (china, korea)}
    return LIKE if len(products) == 1 else PRODUCTS


def pairs(sizes: pd.DataFrame, chosen: list[tuple[str, str]], gdp: pd.DataFrame) -> pd.DataFrame:
    """Return the ratio China : Korea of chosen pairs of rows, and that ratio per unit of GDP.

    ``sizes`` hold ``usd``; ``gdp`` one year by ``country``. The ratio has China's bound: "more than"
    stays more than. What describes a side stands in columns that begin with china_ or korea_.

    >>> import pandas as pd
    >>> from airace import korea, money, snapshots
    >>> daily = money.per_dollar(snapshots.load("exchange_rates/2026-10-30"))
    >>> names = ("market_size/2026-03-06", "korea_market/2026-04-24")
    >>> known = pd.concat([snapshots.load(name) for name in names])
    >>> sizes = korea.in_dollars(known, daily, "2026-03-10")
    >>> gdp = snapshots.load("gdp/2026-03-20")
    >>> pairs = korea.pairs(sizes, [("mp022", "km005"), ("mp010", "km010")], gdp)
    >>> pairs[["kind", "ratio", "bound", "ratio_per_gdp"]].round(2)
                               kind  ratio  bound  ratio_per_gdp
    0  same maker, year and measure   9.29  exact           0.89
    1              different things  30.54  lower           2.94
    """
    by_row, rows = sizes.set_index("row", drop=False), []
    for china, korea in ((by_row.loc[a], by_row.loc[b]) for a, b in chosen):
        ratio = china["usd"] / korea["usd"]
        rows.append(
            {"kind": kind(china, korea), "ratio": ratio, "bound": china["bound"],
             "ratio_per_gdp": ratio / gdp_ratio(gdp),
             **{f"china_{c}": china[c] for c in SIDE}, **{f"korea_{c}": korea[c] for c in SIDE},
             "snapshot": "; ".join(dict.fromkeys([china["snapshot"], korea["snapshot"]])),
             "row": f"{china['row']}; {korea['row']}"}
        )  # fmt: skip
    return pd.DataFrame(rows)


def gdp_ratio(gdp: pd.DataFrame) -> float:
    """Return China's gross domestic product over Korea's.

    ``gdp`` needs country and value, in one unit.

    >>> from airace import korea, snapshots
    >>> round(korea.gdp_ratio(snapshots.load("gdp/2026-03-20")), 1)
    10.4
    """
    value = gdp.set_index("country")["value"]
    return float(value[CHINA] / value[KOREA])


def spoken(usd: float, currency: str, rate: float) -> str:
    """Write billions of dollars as dollars (USD), or as won at ``rate`` per dollar (KRW)."""
    if currency == "KRW":
        return words.amount(usd * rate / 1000, "tn KRW")
    return words.amount(usd, "bn USD")


def finding(tracker: pd.DataFrame, digits: pd.DataFrame) -> str:
    """Compose what the two pages of one forecast give, and of which edition and day it is.

    Both are single rows of the snapshot of the Korean market.

    >>> from airace import korea, snapshots
    >>> korean = snapshots.load("korea_market/2026-04-24").set_index("row", drop=False)
    >>> print(korea.finding(korean.loc[["km001"]], korean.loc[["km002"]]))
    Invest KOREA gives 3.43 trillion won for 2025 in English (20 February 2025) and 3.4385 in
    Korean, a forecast from the 2023 edition of IDC's tracker
    """
    row, more = tracker.iloc[0], digits.iloc[0]
    return (
        f"Invest KOREA gives {words.amount(row['value'], row['unit'])} for {row['period']} in English "
        f"({words.day(row['published'])}) and {more['value']:g} in Korean, a forecast from the "
        f"{row['vintage']} edition of IDC's tracker"
    )


def edition(vintage: str) -> str:
    """Write an edition that is a month as June 2024; others as they are, such as 2023 V2."""
    return words.month(vintage) if re.fullmatch(r"\d{4}-\d{2}", vintage) else vintage


def fraction(every: pd.DataFrame, later: pd.Series, economy: float) -> str:
    """Compose the ratio of the printed numbers, that of forecasts of one measure, and that of GDP.

    ``later`` is what a later edition puts in the place of China's forecast.

    ``every`` comes from ``pairs``, the printed pair and one of the same maker, year and measure
    among them.

    >>> import pandas as pd
    >>> from airace import korea, paths, snapshots
    >>> every = pd.read_csv(paths.processed() / "korea_pairs.csv", parse_dates=["china_date_to"])
    >>> later = snapshots.load("market_size/2026-03-06").set_index("row").loc["mp023"]
    >>> print(korea.fraction(every, later, economy=10.4)[:90], "...")
    the two printed numbers, $131 billion and $2.31 billion, give 56.7 times; where both sides ...
    """
    first = every.drop_duplicates("kind").set_index("kind")
    printed, like = first.loc[PRINTED], first.loc[LIKE]
    side = {c: words.amount(like[f"{c}_usd"], "bn USD") for c in ("china", "korea")}
    both = " and ".join(words.amount(printed[f"{c}_usd"], "bn USD") for c in side)
    assert (every["ratio"] > 1).all(), "Korea must be the smaller side of every pair"
    return (
        f"the two printed numbers, {both}, give {printed['ratio']:.1f} times; where both sides count spending on "
        f"AI, IDC's forecasts for {like['china_date_to'].year} give {like['ratio']:.1f} times ({side['china']} for "
        f"China, edition {edition(like['china_vintage'])}; {side['korea']} for Korea, edition "
        f"{edition(like['korea_vintage'])}), and China's economy was {economy:.1f} times Korea's in 2023; a later "
        f"edition ({later['vintage']}) puts China at over {words.amount(later['value'], later['unit'])} in "
        f"{later['period']}; Korea is the smaller in every pair looked at"
    )


def dollars(rate: float, date: object, won: float, source: float) -> str:
    """Compose the printed won, and the won of the source (both trillions), in dollars at ``rate``.

    >>> from airace import korea
    >>> print(korea.dollars(1470.12, "2026-03-10", won=3.4, source=3.43))
    at 1,470.12 won per dollar on 10 March 2026, 3.4 trillion won is $2.313 billion; the 3.43
    trillion of the source would be $2.33 billion
    """
    ours, theirs = (value * 1000 / rate for value in (won, source))
    return (
        f"at {rate:,.2f} won per dollar on {words.day(date)}, {won:g} trillion won is ${ours:.3f} billion; "
        f"the {source:g} trillion of the source would be ${theirs:.2f} billion"
    )
