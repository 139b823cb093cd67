"""Breaks in a series of sizes, and which size may be set against which projection."""

from __future__ import annotations

import pandas as pd
import pytest

from airace import draw_market, draw_projections, market, snapshots


def points(*rows: dict) -> pd.DataFrame:
    """Published sizes; what a row leaves out is that of the core industry in 2024."""
    usual = {
        "value": 900.0, "unit": "bn CNY", "scope_class": "core_industry", "status": "estimate", "bound": "exact",
        "growth_percent": None, "date_from": "2024-01-01", "date_to": "2024-12-31", "confidence": "A",
        "originator": "CAICT", "snapshot": "market_size/2026-03-06",
    }  # fmt: skip
    table = pd.DataFrame([{"row": f"mp{n}"} | usual | row for n, row in enumerate(rows)])
    table = table.assign(
        growth_percent=table["growth_percent"].astype("float64"), amount=table["value"]
    )
    return table.assign(**{c: pd.to_datetime(table[c]) for c in ("date_from", "date_to")})


def year(number: int, **row: object) -> dict:
    return {"date_from": f"{number}-01-01", "date_to": f"{number}-12-31"} | row


def target(value: float, scope: str = "core_industry", **row: object) -> dict:
    about = {"value": value, "scope_class": scope, "status": "forecast", "row": f"target {scope}",
             "originator": "MS", "snapshot": "projections/2026-03-06"}  # fmt: skip
    return year(2030, **about) | row


PRINTED = points(
    year(2026, row="size", scope_class="as printed", snapshot="article/2026-03-10"),
    year(
        2030, row="projection", value=9000, scope_class="as printed", snapshot="article/2026-03-10"
    ),
)


def paired(sizes: list[dict], projections: list[dict]) -> pd.DataFrame:
    return market.pairings(points(*sizes), points(*projections), PRINTED, 2030)


def test_a_printed_growth_implies_a_value_for_the_year_before():
    broken = market.breaks(points(year(2023, value=600), {"value": 900, "growth_percent": 25}))
    assert broken.to_dict("records") == [
        {
            "year": 2024, "row": "mp1", "value": 900, "growth_percent": 25, "implied_year_before": 720,
            "published_row": "mp0", "published_year_before": 600, "gap_percent": pytest.approx(20),
        }
    ]  # fmt: skip


NOT_BEFORE = {
    "another scope": {"scope_class": "industry_unspecified"},
    "another currency": {"unit": "bn USD"},
    "the middle of the year": {"date_from": "2023-06-30", "date_to": "2023-06-30"},
    "own arithmetic": {"status": "derived"},
    "two years before": year(2022),
}


@pytest.mark.parametrize("row", NOT_BEFORE.values(), ids=NOT_BEFORE)
def test_a_growth_is_not_held_against_a_figure_of(row):
    earlier = year(2023, value=600) | row
    assert market.breaks(points(earlier, {"growth_percent": 25})).empty


def test_the_real_figure_of_2024_breaks_with_the_published_one_of_2023():
    broken = market.breaks(snapshots.load("market_size/2026-03-06")).set_index("row")
    row = broken.loc["mp010"]
    assert (row["published_row"], row["published_year_before"]) == ("mp008", 578.4)
    assert row["implied_year_before"] == pytest.approx(900 / 1.24)
    assert row["gap_percent"] == pytest.approx(25.485, abs=1e-3)


def test_the_real_figure_of_2023_fits_the_one_of_2022():
    broken = market.breaks(snapshots.load("market_size/2026-03-06")).set_index("row")
    assert broken.loc["mp008", "gap_percent"] == pytest.approx(-0.037, abs=1e-3)


def test_only_the_printed_pair_mixes_scopes():
    found = paired(
        [{}, {"scope_class": "related_industries", "row": "wide"}, {"scope_class": "it_spending"}],
        [target(1800), target(9000, "related_industries"), target(5600, "market_unspecified")],
    )
    assert found[["pairing", "scopes", "start_row", "end_row"]].values.tolist() == [
        ["as printed", "as printed to as printed", "size", "projection"],
        ["like for like: the core AI industry", "core_industry to core_industry", "mp0", "target core_industry"],
        ["like for like: AI with related industries", "related_industries to related_industries", "wide",
         "target related_industries"],
    ]  # fmt: skip


def test_growth_is_a_year_over_the_years_between_the_two():
    found = paired([{"value": 900}], [target(900 * 2**6)])
    assert found["years"].tolist() == [4, 6]
    assert found["growth_percent_a_year"].tolist() == pytest.approx([77.827941, 100])


def test_a_pairing_gives_on_the_bounds_of_both_ends():
    found = paired([{"bound": "lower"}], [target(1800, bound="approx")]).iloc[1]
    assert (found["start_bound"], found["end_bound"]) == ("lower", "approx")


SAID = {
    ("lower", "exact"): "at most ",
    ("exact", "lower"): "at least ",
    ("exact", "exact"): "",
    ("lower", "lower"): "open, about ",
}


@pytest.mark.parametrize("bounds, said", SAID.items())
def test_a_growth_is_bounded_only_where_one_end_is(bounds, said):
    found = paired([{"bound": bounds[0]}], [target(1800, bound=bounds[1])]).iloc[1]
    assert draw_projections._bound_sign(found) == said


NO_START = {
    "a forecast": {"status": "forecast"},
    "own arithmetic": {"status": "derived"},
    "the year of the projection itself": year(2030),
    "a year after the projection": year(2031),
}


@pytest.mark.parametrize("row", NO_START.values(), ids=NO_START)
def test_a_projection_is_not_paired_with(row):
    assert paired([row], [target(1800)])["pairing"].tolist() == ["as printed"]


NO_END = {
    "another year": year(2035),
    "a sum over several years": {"date_from": "2024-01-01"},
}


@pytest.mark.parametrize("row", NO_END.values(), ids=NO_END)
def test_a_size_is_not_paired_with_a_projection_of(row):
    assert paired([{}], [target(1800) | row])["pairing"].tolist() == ["as printed"]


def test_only_the_latest_two_years_of_a_scope_start_a_pairing():
    found = paired([year(y, row=str(y)) for y in (2025, 2023, 2024)], [target(1800)])
    assert found["start_row"].tolist() == ["size", "2024", "2025"]


def test_of_two_figures_of_one_year_the_better_confidence_starts_the_pairing():
    found = paired(
        [{"row": "weak", "confidence": "C", "value": 999}, {"row": "good"}], [target(1800)]
    )
    assert found["start_row"].tolist() == ["size", "good"]


def test_a_pairing_names_the_snapshot_of_each_of_its_rows():
    found = paired([{}], [target(1800)]).iloc[1]
    assert found["snapshot"] == "market_size/2026-03-06; projections/2026-03-06"
    assert found["row"] == "mp0; target core_industry"


def test_a_finding_says_who_how_much_of_what_and_when():
    assert market.finding(points({"bound": "lower"})) == (
        "CAICT gives more than 900 billion yuan for the core AI industry in 2024"
    )


def test_a_size_that_no_figure_gives_is_told_as_such():
    printed = PRINTED.assign(value=901.0)
    assert draw_market.headline(points({"bound": "lower"}), printed) == (
        "901 billion yuan is the size of no year; for 2024 the core industry has over 900 billion yuan"
    )
