"""When a cumulative series passes a level, which counts may be compared, and what a pair implies."""

from __future__ import annotations

import pandas as pd
import pytest

from airace import downloads, snapshots
from airace.errors import RequestError

NAT = pd.NaT
FAMILIES = {"Qwen": "China", "Qwen2.5 suite": "China", "Llama": "USA"}


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def series(*points: tuple, vintage: str = "v1") -> pd.DataFrame:
    """Points as (date_from, date_to, value)."""
    table = pd.DataFrame(points, columns=["date_from", "date_to", "value"])
    dates = {c: pd.to_datetime(table[c]) for c in ("date_from", "date_to")}
    rows = [f"{vintage}-{number}" for number in range(len(table))]
    return table.assign(**dates, scope_id=vintage, row=rows, confidence="B", bound="exact")


def reported(*rows: dict) -> pd.DataFrame:
    """Published points like those of the snapshot; what a row leaves out is that of a Chinese total."""
    usual = {
        "row": "dr1", "entity": "China", "entity_kind": "region", "metric": "cumulative_downloads",
        "value": 100.0, "date_from": "2026-01-01", "date_to": "2026-01-31", "scope_id": "atom_2026",
        "status": "reported", "confidence": "A", "bound": "exact",
    }  # fmt: skip
    table = pd.DataFrame([usual | row for row in rows])
    return table.assign(**{c: pd.to_datetime(table[c]) for c in ("date_from", "date_to")})


GROWING = series(("2025-03-01", "2025-03-31", 100), ("2026-03-01", "2026-03-31", 400))


def test_a_crossing_is_bounded_by_whole_windows_and_not_by_single_days():
    crossed = downloads.crossing(GROWING, 200)
    assert (crossed.earliest, crossed.latest) == (day("2025-03-01"), day("2026-03-31"))


def test_the_guess_at_a_constant_rate_takes_half_of_the_time_for_half_of_the_doublings():
    # 100 to 200 is one of the two doublings from 16 March 2025 to 16 March 2026, 365 days.
    assert downloads.crossing(GROWING, 200, "log").guess == day("2025-09-14")


def test_the_linear_guess_takes_a_third_of_the_time_for_a_third_of_the_way():
    # 121 and two thirds of 365 days after the middle of the first window.
    assert downloads.crossing(GROWING, 200, "linear").guess == day("2025-07-15")


def test_a_point_at_the_level_has_passed_it():
    crossed = downloads.crossing(GROWING, 400)
    assert (crossed.latest, crossed.guess) == (day("2026-03-31"), day("2026-03-16"))


def test_the_order_of_the_rows_does_not_matter():
    assert downloads.crossing(GROWING.iloc[::-1], 200) == downloads.crossing(GROWING, 200)


def test_no_point_above_leaves_the_end_open_and_no_guess():
    crossed = downloads.crossing(GROWING, 401)
    assert (crossed.earliest, crossed.latest, crossed.guess) == (day("2026-03-01"), NAT, NAT)


def test_no_point_below_leaves_the_start_open_and_no_guess():
    crossed = downloads.crossing(GROWING, 100)
    assert (crossed.earliest, crossed.latest, crossed.guess) == (NAT, day("2025-03-31"), NAT)


def test_an_unknown_interpolation_is_refused():
    with pytest.raises(RequestError) as refusal:
        downloads.crossing(GROWING, 200, "cubic")
    assert str(refusal.value) == "wanted an interpolation\n  found: 'cubic'\n  choices: log, linear"


def test_one_vintage_suffices_where_it_brackets_the_level():
    wide = series(("2025-01-01", "2025-01-31", 150), vintage="v2")
    crossed, bounds, basis = downloads.best_crossing(pd.concat([GROWING, wide]), 200)
    assert basis == "within one vintage (v1)"
    assert list(bounds["row"]) == ["v1-0", "v1-1"]
    assert crossed == downloads.crossing(GROWING, 200)


def test_of_two_vintages_that_bracket_the_level_the_narrower_window_wins():
    narrow = series(
        ("2025-08-01", "2025-08-01", 150), ("2025-09-01", "2025-09-01", 250), vintage="v2"
    )
    crossed, bounds, basis = downloads.best_crossing(pd.concat([GROWING, narrow]), 200)
    assert basis == "within one vintage (v2)"
    assert (crossed.earliest, crossed.latest) == (day("2025-08-01"), day("2025-09-01"))
    assert list(bounds["row"]) == ["v2-0", "v2-1"]


def test_vintages_are_mixed_only_where_none_brackets_the_level():
    before, after = GROWING.iloc[[0]], GROWING.iloc[[1]].assign(scope_id="v2")
    crossed, bounds, basis = downloads.best_crossing(pd.concat([before, after]), 200)
    assert basis == "across vintages"
    assert (crossed.earliest, crossed.latest) == (day("2025-03-01"), day("2026-03-31"))
    assert list(bounds["row"]) == ["v1-0", "v1-1"]


def test_nothing_is_interpolated_between_vintages():
    before, after = GROWING.iloc[[0]], GROWING.iloc[[1]].assign(scope_id="v2")
    crossed, _, _ = downloads.best_crossing(pd.concat([before, after]), 200)
    assert crossed.guess is pd.NaT


def test_a_count_of_more_than_so_many_is_not_below_the_level():
    crossed = downloads.crossing(GROWING.assign(bound=["lower", "exact"]), 200)
    assert (crossed.earliest, crossed.latest) == (pd.NaT, day("2026-03-31"))


def test_only_the_last_point_is_cited_where_no_count_reaches_the_level():
    _, bounds, basis = downloads.best_crossing(GROWING, 500)
    assert (basis, list(bounds["row"])) == ("across vintages", ["v1-1"])


CONFIDENCES = reported(
    *({"row": c, "confidence": c} for c in ("A", "B", "derived", "C")),
    {"row": "undated", "date_to": None},
)


@pytest.mark.parametrize(
    "weakest, rows",
    {
        "A": ["A"],
        "B": ["A", "B"],
        "derived": ["A", "B", "derived"],
        "C": ["A", "B", "derived", "C"],
    }.items(),
)
def test_points_weaker_than_asked_for_or_without_a_date_are_not_admitted(weakest, rows):
    assert list(downloads.admitted(CONFIDENCES, weakest)["row"]) == rows


def test_an_unknown_confidence_is_refused():
    with pytest.raises(RequestError) as refusal:
        downloads.admitted(CONFIDENCES, "D")
    assert str(refusal.value) == "wanted a confidence\n  found: 'D'\n  choices: A, B, derived, C"


def test_eightfold_growth_in_a_year_is_a_doubling_in_four_months():
    assert downloads.growth(10, 80, 12).to_dict() == pytest.approx(
        {"months": 12, "factor": 8, "doubling_months": 4}
    )


NOT_GROWING = {
    (818e6, 1e6, 12): "818000000.0 to 1000000.0 in 12 months",
    (5, 5, 12): "5 to 5 in 12 months",
    (0, 5, 12): "0 to 5 in 12 months",
    (-5, 5, 12): "-5 to 5 in 12 months",
    (1, 2, 0): "1 to 2 in 0 months",
}


@pytest.mark.parametrize("pair, found", NOT_GROWING.items())
def test_a_pair_that_does_not_grow_from_a_positive_count_is_refused(pair, found):
    with pytest.raises(RequestError) as refusal:
        downloads.growth(*pair)
    assert str(refusal.value) == f"wanted a growing pair of positive counts\n  found: {found}"


def test_a_mean_month_is_a_twelfth_of_the_gregorian_year():
    assert downloads.months_between(day("2000-01-01"), day("2400-01-01")) == 4800


def test_implied_growth_runs_from_the_first_to_the_last_point_whatever_the_order():
    found = downloads.implied_growth({"v1": GROWING.iloc[::-1]}).iloc[0]
    assert (found["series"], found["start"], found["end"], found["factor"]) == ("v1", 100, 400, 4)
    assert (found["from"], found["to"]) == (day("2025-03-31"), day("2026-03-31"))


def test_implied_growth_leaves_out_a_single_point_and_a_series_that_does_not_grow():
    shrinking = GROWING.assign(value=[400, 100])
    given = {"one point": GROWING.head(1), "shrinks": shrinking, "grows": GROWING}
    assert list(downloads.implied_growth(given)["series"]) == ["grows"]


LEFT_OUT = {
    "undated": {"date_from": None, "date_to": None},
    "disputed": {"status": "disputed"},
    "of an unstated platform": {"scope_id": "own_count_unstated"},
    "not cumulative": {"metric": "downloads_30d"},
    "a total over all countries": {"entity": "all", "entity_kind": "all"},
    "a family of another country": {"entity": "Llama", "entity_kind": "family"},
    "a suite within a family": {"entity": "Qwen2.5 suite", "entity_kind": "family"},
    "a family that the notebook does not name": {"entity": "Gemma", "entity_kind": "family"},
}


@pytest.mark.parametrize("row", LEFT_OUT.values(), ids=LEFT_OUT)
def test_a_count_is_left_out_that_is(row):
    found = downloads.comparable(reported({"row": "kept"}, {"row": "x"} | row), FAMILIES, "China")
    assert list(found["row"]) == ["kept"]


def test_a_family_of_the_focus_is_a_part_and_a_total_is_not():
    family = {"entity": "Qwen", "entity_kind": "family", "value": 200}
    points = reported({}, family, {"entity": "USA", "value": 300})
    found = downloads.comparable(points, FAMILIES, "China")
    assert list(zip(found["entity"], found["country"], found["part"])) == [
        ("China", "China", False),
        ("Qwen", "China", True),
        ("USA", "USA", False),
    ]


def test_a_count_is_drawn_at_the_middle_of_its_window():
    assert list(downloads.comparable(reported({}), FAMILIES, "China")["date"]) == [
        day("2026-01-16")
    ]


JANUARY = pd.to_datetime(pd.Series(["2026-01-02", "2026-01-30"]))


def test_a_level_passed_later_is_judged_at_the_window_in_which_it_was_passed():
    points = GROWING.assign(value=[97e6, 1150e6])
    crossed, bounds, _ = downloads.best_crossing(points, 818e6)
    assert downloads.judged(bounds, crossed, JANUARY, 818e6, "2025-01") == {
        "value": 1150e6,
        "as_of": (day("2025-03-01"), day("2026-03-31")),
        "finding": "the dated counts stand at 97 million in March 2025 (confidence B) and "
        "1.15 billion in March 2026 (confidence B), which puts 818 million in January 2026",
    }


def test_a_level_never_reached_is_judged_from_the_stated_date_to_the_last_count():
    points = GROWING.assign(value=[97e6, 385e6])
    crossed, bounds, _ = downloads.best_crossing(points, 818e6)
    assert downloads.judged(bounds, crossed, JANUARY, 818e6, "2025-01") == {
        "value": 385e6,
        "as_of": (day("2025-01-01"), day("2026-03-31")),
        "finding": "the dated counts stand at 385 million in March 2026 (confidence B), "
        "and a cumulative count was no higher before",
    }


def test_guesses_of_two_months_are_told_as_a_range():
    guesses = pd.to_datetime(pd.Series(["2026-01-30", "2025-12-01"]))
    assert downloads.when(guesses) == "between December 2025 and January 2026"


def test_choices_that_give_no_crossing_are_kept_as_such():
    rows = [{"value": 97e6, "confidence": "C"}, {"value": 1150e6, "date_from": "2026-03-01",
            "date_to": "2026-03-31", "confidence": "B"}]  # fmt: skip
    found = downloads.choices(reported(*rows), FAMILIES, "China", 818e6)
    tried = zip(found["weakest_point"], found["interpolation"], found["interpolated"].isna())
    assert list(tried) == [
        ("A", "log", True), ("A", "linear", True), ("B", "log", True), ("B", "linear", True),
        ("C", "log", False), ("C", "linear", False),
    ]  # fmt: skip
    assert list(found["basis"].unique()) == ["across vintages", "within one vintage (atom_2026)"]


def test_the_real_chinese_totals_pass_818_million_within_the_edition_of_2026():
    points = snapshots.load("hub_downloads_reported/2026-10-05")
    counts = downloads.comparable(downloads.admitted(points, "C"), FAMILIES, "China")
    totals = counts[~counts["part"] & (counts["country"] == "China")]
    crossed, bounds, basis = downloads.best_crossing(totals, 818e6)
    assert (basis, list(bounds["row"])) == ("within one vintage (atom_2026)", ["dr001", "dr019"])
    assert (crossed.earliest, crossed.latest) == (day("2025-03-01"), day("2026-03-31"))
