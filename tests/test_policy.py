"""A target meets only sizes of its own scope and year, and a moved yardstick is told."""

from __future__ import annotations

import pandas as pd
import pytest

from airace import draw_policy, market, policy, snapshots

NO_MOVES = pd.DataFrame(columns=["scope_class", "year", "moved"])
NO_BREAKS = pd.DataFrame(columns=["year", "row", "gap_percent"])


def points(*rows: dict) -> pd.DataFrame:
    """Figures; what a row leaves out is that of an estimate of the core industry in 2025."""
    usual = {
        "value": 1200.0, "unit": "bn CNY", "scope_class": "core_industry", "status": "estimate", "bound": "lower",
        "date_from": "2025-01-01", "date_to": "2025-12-31", "originator": "MIIT", "snapshot": "market_size/x",
    }  # fmt: skip
    table = pd.DataFrame([{"row": f"mp{n}"} | usual | row for n, row in enumerate(rows)])
    return table.assign(**{c: pd.to_datetime(table[c]) for c in ("date_from", "date_to")})


def year(number: int, **row: object) -> dict:
    return {"date_from": f"{number}-01-01", "date_to": f"{number}-12-31"} | row


TARGET = {"value": 400.0, "status": "target", "row": "target", "snapshot": "projections/x"}


def answered(*sizes: dict, target: dict = TARGET) -> pd.DataFrame:
    return policy.reached(points(target), points(*sizes), NO_MOVES)


def test_a_target_stands_beside_every_figure_of_its_year():
    found = answered({"value": 1000.0}, {"bound": "exact", "originator": "CAICT"})
    assert found[["size", "ratio", "bound", "originator"]].values.tolist() == [
        [1000.0, 2.5, "lower", "MIIT"],
        [1200.0, 3.0, "exact", "CAICT"],
    ]
    assert found["row"].tolist() == ["target; mp0", "target; mp1"]
    assert set(found["snapshot"]) == {"projections/x; market_size/x"}


NO_ANSWER = {
    "another scope": {"scope_class": "industry_unspecified"},
    "another currency": {"unit": "bn USD"},
    "the year before": year(2024),
    "the middle of the year": {"date_from": "2025-06-30", "date_to": "2025-06-30"},
    "our own arithmetic": {"status": "derived"},
}


@pytest.mark.parametrize("row", NO_ANSWER.values(), ids=NO_ANSWER)
def test_a_target_is_not_answered_by(row):
    other = year(2025, scope_class="it_spending")
    found = answered(other, row)
    assert found["found"].tolist() == ["no published figure found"]
    assert found["row"].tolist() == ["target"]


def test_a_target_of_a_year_to_come_is_open_even_where_a_forecast_reaches_further():
    later = year(2031, status="forecast", scope_class="it_spending")
    found = answered({}, later, target=TARGET | year(2030))
    assert found["found"].tolist() == ["open"]


def test_a_forecast_of_the_year_is_named_as_one():
    assert answered({"status": "forecast"}, year(2024))["found"].tolist() == ["forecast"]


def test_two_lower_bounds_may_both_hold_and_move_no_yardstick():
    assert policy.yardstick(points({"value": 1000.0}, {}), NO_BREAKS).empty


@pytest.mark.parametrize("value, moved", {600.0: 1, 1195.0: 0, 1200.0: 0}.items())
def test_figures_of_one_year_that_lie_apart_move_the_yardstick(value, moved):
    sizes = points({"value": value, "bound": "exact"}, {})
    assert len(policy.yardstick(sizes, NO_BREAKS)) == moved


def test_a_break_touches_the_steps_after_it_that_have_passed():
    sizes = points(year(2024, row="break"), {})
    gaps = pd.DataFrame({"year": [2024], "row": ["break"], "gap_percent": [25.0]})
    found = policy.yardstick(sizes, gaps)
    assert found[["scope_class", "year"]].values.tolist() == [["core_industry", 2025]]
    assert "25 percent more for 2023" in found["moved"].item()


def test_a_gap_of_less_than_one_percent_is_rounding():
    gaps = pd.DataFrame({"year": [2024], "row": ["mp0"], "gap_percent": [-0.9]})
    assert policy.yardstick(points({}), gaps).empty


MET = [([1200.0], True), ([400.0], True), ([399.0], False), ([399.0, 1200.0], False)]


@pytest.mark.parametrize("values, met", MET)
def test_a_target_is_met_only_where_every_figure_of_the_year_meets_it(values, met):
    found = draw_policy.headline(answered(*({"value": v} for v in values)), "core_industry")
    said = "meet the plan's targets for 2025" if met else "miss the plan's targets"
    assert found == f"Published sizes of the core AI industry {said}"


@pytest.mark.parametrize("goal, told", {1200.0: True, 1201.0: False}.items())
def test_the_level_of_a_later_step_is_told_once_every_latest_figure_has_it(goal, told):
    steps = points(TARGET, TARGET | year(2030, value=goal))
    found = policy.reached(steps, points({}, {"value": 1300.0}), NO_MOVES)
    assert ("already the level for 2030" in draw_policy.headline(found, "core_industry")) == told


def test_a_scope_without_a_figure_is_not_said_to_meet_or_miss():
    found = answered(year(2025, scope_class="it_spending"))
    assert draw_policy.headline(found, "core_industry") == (
        "No published size of the core AI industry answers the plan's targets for 2025"
    )


def test_the_real_targets_have_figures_for_the_core_industry_alone():
    sizes = snapshots.load("market_size/2026-03-06")
    targets = snapshots.load("projections/2026-03-06").query("status == 'target'")
    found = policy.reached(targets, sizes, policy.yardstick(sizes, market.breaks(sizes)))
    least = found.groupby(["scope_class", "year"])["ratio"].min().dropna()
    assert least.to_dict() == {("core_industry", 2020): 1.0, ("core_industry", 2025): 2.5}
    assert (found.loc[found["ratio"].notna(), "yardstick"] != "").all()


def test_sizes_of_years_with_a_target_are_no_other_years():
    table = policy.other_years(points({}, year(2023, row="other")), ["core_industry"])
    assert table[["row", "year"]].values.tolist() == [["other", 2023]]


@pytest.mark.parametrize("year, held", {2030: "holds", 2035: "in part", None: "in part"}.items())
def test_a_goal_for_another_year_than_printed_holds_in_part(year, held):
    plan = pd.DataFrame({"target_year": pd.array([year], "Int64")})
    assert policy.goal(plan, "2017 … by 2030") == held


def test_a_finding_says_when_a_document_is_dated_and_what_it_is_about():
    documents = snapshots.load("policy/2017-07-21").set_index("point_id")
    said = policy.finding(documents.loc[["po002"]], documents.loc[["po001"]])
    assert "dated 29 November 2016 and was released on 19 December 2016" in said
    assert "AI as one item" in said and said.endswith("is of May 2016")
