"""Which models count, whose they are, and what share of the downloads they have."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from airace import organisations, shares, snapshots
from airace.errors import RequestError

ROOT = Path(__file__).resolve().parents[1]
NOTHING = "wanted at least one download in the selection\n  found: none is left"


def catalogue(*rows: dict) -> pd.DataFrame:
    """Marked and attributed models; what a row leaves out is that of a counted Chinese one."""
    usual = {
        "downloads_30d": 100, "parameters": 7e9, "task": "text-generation", "country": "China",
        "organisation": "Maker", "placeholder": False, "stale": False, "verified": True,
        "snapshot": "hub_catalogue/2026-04-06",
    }  # fmt: skip
    named = [{"model": f"maker/m{number}"} | row for number, row in enumerate(rows)]
    return pd.DataFrame([usual | row for row in named])


def raw(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["model", "downloads_30d", "discovered"])


def names(models: pd.DataFrame) -> list[str]:
    return [model.removeprefix("maker/") for model in models["model"]]


HAND_TYPED = {(5000, False): True, (0, False): True, (5001, False): False, (5000, True): False,
              (0, True): False}  # fmt: skip


@pytest.mark.parametrize("row, placeholder", HAND_TYPED.items())
def test_only_a_round_count_that_was_not_discovered_is_a_placeholder(row, placeholder):
    marked = shares.mark(raw(("a/x", *row)))
    assert marked["placeholder"].tolist() == [placeholder]


REPEATED = {(77, 77): True, (78, 77): False, (0, 0): False}


@pytest.mark.parametrize("counts, stale", REPEATED.items())
def test_only_a_count_above_zero_that_repeats_to_the_digit_is_stale(counts, stale):
    now, before = counts
    marked = shares.mark(raw(("a/x", now, True)), raw(("a/x", before, True)))
    assert marked["stale"].tolist() == [stale]


def test_a_model_that_the_month_before_did_not_hold_is_not_stale():
    marked = shares.mark(raw(("a/new", 77, True)), raw(("a/old", 77, True)))
    assert marked["stale"].tolist() == [False]


def test_nothing_is_stale_without_a_month_before():
    assert shares.mark(raw(("a/x", 77, True)))["stale"].tolist() == [False]


def test_marking_leaves_the_table_that_it_was_given_alone():
    models = raw(("a/x", 77, True))
    shares.mark(models)
    assert list(models.columns) == ["model", "downloads_30d", "discovered"]


def table_of(**countries: str) -> pd.DataFrame:
    rows = [(name, name.title(), country, True) for name, country in countries.items()]
    return pd.DataFrame(rows, columns=["namespace", "organisation", "country", "verified"])


def attributed(namespace: str, table: pd.DataFrame) -> tuple:
    models = pd.DataFrame({"model": [f"{namespace}/m"], "namespace": [namespace]})
    row = organisations.attribute(models, table).iloc[0]
    return row["organisation"], row["country"], bool(row["verified"])


def test_a_listed_namespace_without_one_country_is_not_unlisted():
    assert attributed("club", table_of(club="unknown")) == ("Club", "No single country", True)
    assert attributed("club", table_of(club="international"))[1] == "No single country"


def test_an_unlisted_namespace_is_a_publisher_of_its_own_and_not_verified():
    assert attributed("nobody", table_of(club="CN")) == ("nobody", "Unlisted namespaces", False)


def test_a_namespace_that_differs_in_case_is_not_matched():
    assert attributed("qwen", table_of(Qwen="CN"))[1] == "Unlisted namespaces"


GROUPS = {"CN": "China", "US": "USA", "KR": "South Korea", "FR": "EU", "LV": "EU", "GB": "Other countries",
          "CH": "Other countries", "NO": "Other countries", "TW": "Other countries", "HK": "Other countries",
          "KP": "Other countries"}  # fmt: skip


@pytest.mark.parametrize("code, group", GROUPS.items())
def test_only_members_of_the_union_are_the_eu(code, group):
    assert attributed("x", table_of(x=code))[1] == group


def test_the_union_has_27_members():
    assert len(set(organisations.EU_MEMBERS)) == len(organisations.EU_MEMBERS) == 27


def test_placeholders_never_count():
    models = catalogue({}, {"placeholder": True, "downloads_30d": 9000})
    assert names(shares.select(models)) == ["m0"]


def test_the_largest_are_dropped_after_the_other_filters():
    models = catalogue(
        {"downloads_30d": 900, "task": "text-to-speech"}, {"downloads_30d": 800, "stale": True},
        {"downloads_30d": 700, "country": "Unlisted namespaces"}, {"downloads_30d": 600, "parameters": 1e9},
        {"downloads_30d": 500, "placeholder": True}, {"downloads_30d": 400}, {"downloads_30d": 300},
    )  # fmt: skip
    kept = shares.select(models, exclude_top=1, tasks=["text-generation"], minimum_parameters=2,
                         exclude_unlisted=True, exclude_stale=True)  # fmt: skip
    assert names(kept) == ["m6"]


def test_of_equal_counts_the_first_by_name_is_dropped_whatever_the_order():
    models = catalogue({}, {}, {"downloads_30d": 50})
    assert names(shares.select(models.iloc[::-1], exclude_top=1)) == ["m1", "m2"]


TASKS = {("all",): ["m0", "m1", "m2"], ("text-to-speech",): ["m1"], ("text-to-speech", "unknown"): ["m1", "m2"],
         ("text-to-speech", "all"): ["m0", "m1", "m2"]}  # fmt: skip


@pytest.mark.parametrize("tasks, kept", TASKS.items())
def test_a_task_that_was_not_asked_for_is_left_out(tasks, kept):
    models = catalogue({}, {"task": "text-to-speech"}, {"task": "unknown"})
    assert names(shares.select(models, tasks=list(tasks))) == kept


def test_a_minimum_is_in_billions_and_unknown_sizes_do_not_reach_it():
    sizes = [{"parameters": p} for p in (6.99e9, 7e9, None, 8e9)]
    assert names(shares.select(catalogue(*sizes), minimum_parameters=7)) == ["m1", "m3"]
    assert names(shares.select(catalogue(*sizes))) == ["m0", "m1", "m2", "m3"]


EMPTY = {
    "no task": {"tasks": ["text-to-speech"]},
    "no size": {"minimum_parameters": 100},
    "all dropped": {"exclude_top": 2},
}


@pytest.mark.parametrize("chosen", EMPTY.values(), ids=EMPTY)
def test_a_selection_of_which_nothing_is_left_is_refused(chosen):
    with pytest.raises(RequestError) as refusal:
        shares.required(shares.select(catalogue({}, {}), **chosen))
    assert str(refusal.value) == NOTHING


def test_models_without_a_download_are_nothing_to_take_shares_of():
    with pytest.raises(RequestError) as refusal:
        shares.required(catalogue({"downloads_30d": 0}, {"downloads_30d": 0}))
    assert str(refusal.value) == NOTHING


SPEECH = {"tasks": ["text-to-speech"]}


def test_a_month_of_which_nothing_is_left_is_a_gap():
    months = {"2026-04-06": catalogue({}), "2026-05-10": catalogue({"task": "text-to-speech"})}
    assert list(shares.chosen_months(months, SPEECH)) == ["2026-05-10"]


def test_a_selection_of_which_nothing_is_left_in_any_month_is_refused():
    with pytest.raises(RequestError) as refusal:
        shares.views({"2026-04-06": catalogue({})}, {"exclude_top": 0} | SPEECH)
    assert str(refusal.value) == NOTHING


def test_a_view_of_which_nothing_is_left_holds_no_month():
    rows = [{"country": "Unlisted namespaces", "downloads_30d": 500}, {}]
    found = shares.views({"2026-04-06": catalogue(*rows)}, {"exclude_top": 1})
    assert next(iter(found)) == "All other models"
    assert [view for view, kept in found.items() if not kept] == [
        "Without the 11 largest models", "Listed organisations only",
    ]  # fmt: skip


def test_shares_of_countries_add_up_to_100_percent():
    models = catalogue({"country": "China", "downloads_30d": 1}, {"country": "USA", "downloads_30d": 1},
                       {"country": "EU", "downloads_30d": 1})  # fmt: skip
    found = shares.by_country(models)
    assert found["share"].sum() == pytest.approx(100)
    assert found["share"].tolist() == pytest.approx([100 / 3] * 3)
    assert found["country"].tolist() == ["China", "EU", "USA"]


def test_a_negative_count_is_not_shared_out():
    models = catalogue({"downloads_30d": 300}, {"country": "USA", "downloads_30d": -100})
    with pytest.raises(AssertionError) as failure:
        shares.by_country(models)
    assert str(failure.value).startswith("a count of downloads cannot be negative")


def test_the_share_of_a_publisher_is_of_all_downloads_and_not_of_those_shown():
    models = catalogue(
        {"organisation": "A", "downloads_30d": 60}, {"organisation": "B", "downloads_30d": 40}
    )
    assert shares.top_organisations(models, 1)[["organisation", "share"]].values.tolist() == [
        ["A", 60]
    ]


CONCENTRATED = {(50, 50): 5000, (100,): 10000, (25, 25, 25, 25): 2500, (90, 10): 8200}


@pytest.mark.parametrize("counts, index", CONCENTRATED.items())
def test_the_hhi_is_the_sum_of_squared_percentage_shares(counts, index):
    models = catalogue(
        *({"organisation": f"o{n}", "downloads_30d": c} for n, c in enumerate(counts))
    )
    assert shares.hhi(models) == pytest.approx(index)


def test_two_models_of_one_publisher_are_one_in_the_hhi():
    assert shares.hhi(catalogue({"downloads_30d": 50}, {"downloads_30d": 50})) == pytest.approx(
        10000
    )


def test_a_panel_holds_only_models_that_every_month_counts():
    april = catalogue({}, {}, {})
    may = catalogue({}, {"placeholder": True}, {"model": "maker/other"})
    found = shares.panel({"2026-04-06": april, "2026-05-10": may})
    assert {date: names(models) for date, models in found.items()} == {
        "2026-04-06": ["m0"],
        "2026-05-10": ["m0"],
    }


def counted(**values: float) -> pd.DataFrame:
    rows = [("c1", entity, value, "downloads") for entity, value in values.items()]
    return pd.DataFrame(rows, columns=["scope_id", "entity", "value", "unit"])


def test_counts_become_percent_of_their_published_total():
    found = shares.from_counts(counted(China=30, USA=10, all=40), "c1")
    assert found[["entity", "value", "unit"]].values.tolist() == [
        ["China", 75, "percent"],
        ["USA", 25, "percent"],
    ]


NOT_ADDING_UP = {
    "short by two": (counted(China=30, USA=8, all=40), "38 against [40]"),
    "no total": (counted(China=30, USA=10), "40 against []"),
    "another scope": (counted(China=30, all=30).assign(scope_id="c2"), "0 against []"),
}


@pytest.mark.parametrize("points, found", NOT_ADDING_UP.values(), ids=NOT_ADDING_UP)
def test_parts_that_do_not_add_up_to_their_total_are_refused(points, found):
    with pytest.raises(RequestError) as refusal:
        shares.from_counts(points, "c1")
    assert str(refusal.value) == f"wanted parts of c1 that add up to its total\n  found: {found}"


def published() -> pd.DataFrame:
    reported = snapshots.load("model_share_reported/2026-08-31")
    counts = snapshots.load("hub_downloads_reported/2026-10-05")
    return shares.panels(reported, shares.from_counts(counts, "catalogue_all_536"))


def test_every_panel_draws_what_no_source_attributes():
    totals = published().groupby("scope_id")["value"].sum()
    assert totals.to_dict() == pytest.approx(dict.fromkeys(totals.index, 100), abs=0.05)
    assert len(totals) == 4


def test_the_remainder_is_derived_and_names_the_rows_that_it_was_computed_from():
    rest = published().query("scope_id == 'all_downloads_year' and entity == 'not attributed'")
    reported = published().query("scope_id == 'all_downloads_year' and entity != 'not attributed'")
    assert rest[["confidence", "bound"]].values.tolist() == [["derived", "exact"]]
    assert rest["row"].tolist() == ["; ".join(reported["row"])]
    assert rest["value"].item() == pytest.approx(100 - reported["value"].sum())


def test_a_panel_that_adds_up_has_no_remainder():
    parts = published().query("scope_id == 'catalogue_all_536'")
    assert "not attributed" not in set(parts["entity"])


def test_a_second_text_on_the_same_share_is_not_drawn_twice():
    first = published().query("scope_id == 'new_models_first_year' and entity == 'USA'")
    assert first["row"].tolist() == ["ms002"]


@pytest.fixture(scope="module")
def months() -> dict[str, pd.DataFrame]:
    """The real catalogue, marked and attributed as the notebook does it. For looking at only."""
    found, before = {}, None
    namespaces = snapshots.load("organisations/2026-10-05")
    for date in snapshots.dates("hub_catalogue"):
        models = snapshots.load(f"hub_catalogue/{date}")
        found[date] = organisations.attribute(shares.mark(models, before), namespaces)
        before = models
    return found


def test_780_models_stand_in_all_seven_raw_tables_and_753_are_counted_in_all(months):
    assert len(months) == 7
    assert len(set.intersection(*(set(table["model"]) for table in months.values()))) == 780
    assert {len(table) for table in shares.panel(months).values()} == {753}


def test_the_real_shares_equal_a_plain_group_by(months):
    models = pd.read_parquet(ROOT / "data/raw/hub_catalogue/2026-10-08/models.parquet")
    table = pd.read_csv(
        ROOT / "data/raw/organisations/2026-10-05/namespaces.csv", keep_default_na=False
    )
    typed = ~models["discovered"] & models["downloads_30d"].mod(1000).eq(0)
    country = models["namespace"].map(dict(zip(table["namespace"], table["country"]))).fillna("-")
    sums = models[~typed].groupby(country)["downloads_30d"].sum()
    expected = sums / sums.sum() * 100
    found = shares.by_country(shares.select(months["2026-10-08"])).set_index("country")["share"]
    wanted = {"China": expected["CN"], "USA": expected["US"], "South Korea": expected["KR"],
              "Unlisted namespaces": expected["-"], "EU": expected.reindex(["FR", "DE", "ES", "LV"]).sum(),
              "No single country": expected[["unknown", "international"]].sum()}  # fmt: skip
    assert found.drop("Other countries").to_dict() == pytest.approx(wanted, rel=1e-12)


def test_the_first_month_has_nothing_before_it_and_later_ones_carry_counts_over(months):
    carried = shares.quality(months)["stale_models_percent"]
    assert carried.iloc[:2].tolist() == [0, 0]
    assert carried.idxmax() == "2026-07-05"
    assert carried.max() == pytest.approx(76.594190)
