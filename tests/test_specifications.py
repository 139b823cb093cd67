"""Every defensible combination of choices, what a snapshot cannot answer, and which choice matters."""

from __future__ import annotations

import itertools
from pathlib import Path

import pandas as pd
import pytest

from airace import (
    attribution,
    draw_robustness,
    effects,
    organisations,
    shares,
    snapshots,
    specifications,
)
from airace.errors import RequestError
from airace.views import Source

ROOT = Path(__file__).resolve().parents[1]
TABLE = pd.DataFrame(
    [("Qwen", "CN", True), ("meta", "US", True), ("club", "unknown", True)],
    columns=["namespace", "country", "verified"],
)
ONE = {choice: levels[:1] for choice, levels in specifications.CHOICES.items()}
MODELS = {  # new, of a task, of a size, and counted all time
    "model": ["Qwen/a", "Qwen/b", "meta/a", "meta/b", "club/a", "nobody/a"],
    "downloads_30d": [500, 100, 200, 100, 60, 40],
    "downloads_all_time": [500, 100, 900, 300, 60, 40],
    "created": ["2026-01-01", "2020-01-01", "2025-11-01", "2025-10-31", None, "2026-10-31"],
    "task": [
        "text-generation",
        "image-text-to-text",
        "text-generation",
        "other",
        "other",
        "unknown",
    ],
    "parameters": [7e9, 6.9e9, 1e9, 8e9, None, 5e8],
}


@pytest.fixture
def make(tmp_path):
    """Write models and base models as Parquet files; what is given replaces the usual columns."""

    def source(edges: list[tuple] | None = None, **columns: list | None) -> Source:
        table = pd.DataFrame({k: v for k, v in (MODELS | columns).items() if v is not None})
        table["namespace"] = [model.partition("/")[0] for model in table["model"]]
        if "created" in table:
            table["created"] = pd.to_datetime(table["created"])
        table.to_parquet(tmp_path / "models.parquet", index=False)
        lineage = None
        if edges is not None:
            lineage = tmp_path / "base_models.parquet"
            pd.DataFrame(edges, columns=["model", "base_model"], dtype="str").to_parquet(lineage)
        return Source("live/2026-11-01", "2026-11-01", (tmp_path / "models.parquet",), lineage)

    return source


def only(source: Source, **levels: object) -> pd.Series:
    """The one specification with these levels, and the first of every other choice."""
    chosen = ONE | {choice: [level] for choice, level in levels.items()}
    return specifications.table([source], TABLE, chosen).iloc[0]


def models(source: Source, **levels: object) -> int:
    return int(only(source, **levels)["models"])


# --- against pandas ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """All specifications of the committed catalogue, and its marked and attributed models."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(ROOT))
        namespaces = snapshots.load("organisations/2026-10-05")
        ids = [f"hub_catalogue/{date}" for date in snapshots.dates("hub_catalogue")]
        tables, before = {}, None
        for snapshot_id in ids:
            raw = snapshots.load(snapshot_id)
            tables[snapshot_id] = organisations.attribute(shares.mark(raw, before), namespaces)
            before = raw
        sources = [attribution.source(snapshot_id) for snapshot_id in ids]
        return specifications.table(sources, namespaces), tables


def by_hand(row: pd.Series, table: pd.DataFrame) -> dict[str, float]:
    """One specification by pandas alone, the plain way."""
    table = table[~table["placeholder"]]
    table = table.sort_values(["downloads_30d", "model"], ascending=[False, True])
    table = table.iloc[row["exclude_top"] :]
    if row["age"] == "new":
        first = pd.Timestamp(row["snapshot"].split("/")[1]) - pd.Timedelta(days=365)
        table = table[table["created"] >= first]
    if row["tasks"] != "all":
        table = table[table["task"].isin(row["tasks"].split(", "))]
    table = table[table["parameters"].fillna(0) >= row["minimum_parameters"] * 1e9]
    if row["stale"] == "left out":
        table = table[~table["stale"]]
    named, selected = table["country"], table["downloads_30d"].sum()
    verified = table.loc[table["verified"], "downloads_30d"].sum() / selected * 100
    if row["unlisted"] == "left out":
        table = table[named != organisations.UNLISTED]
    if row["unknown"] == "left out":
        table = table[table["country"] != organisations.UNKNOWN]
    sums = table.groupby("country")["downloads_30d"].sum()
    share = sums / sums.sum() * 100
    return {"models": len(table), "downloads": sums.sum(), "share": share.get("China", 0),
            "rival_share": share.get("USA", 0), "verified_percent": verified}  # fmt: skip


def test_every_fifth_real_specification_equals_pandas(real):
    table, months = real
    rows = table.iloc[::5]
    for _, row in rows.iterrows():
        wanted = by_hand(row, months[row["snapshot"]])
        assert row[list(wanted)].to_dict() == pytest.approx(wanted, rel=1e-12)
    assert len(rows) > 250


def test_the_first_level_of_everything_is_what_notebook_02_shows_by_default(real):
    table, months = real
    for snapshot_id, rows in table.groupby("snapshot"):
        shown = shares.by_country(shares.select(months[snapshot_id])).set_index("country")["share"]
        assert rows["share"].iloc[0] == pytest.approx(shown["China"], rel=1e-12)


def test_every_real_specification_stands_once_and_has_downloads(real):
    table, _ = real
    assert not table[effects.FACTORS].duplicated().any()
    assert (table["downloads"] > 0).all()
    assert table.groupby("snapshot").size().iloc[[0, -1]].tolist() == [36, 432]


# --- the choices, one at a time ----------------------------------------------------------------


def test_a_model_is_new_from_365_days_before_the_counts(make):
    assert models(make(), age="new") == 3  # a, the first of November 2025, and the latest


def test_a_model_without_a_day_is_not_new_and_one_without_a_size_is_small(make):
    assert models(make(), age="all") == models(make(), minimum_parameters=0) == 6
    assert models(make(), minimum_parameters=1) == 4
    assert models(make(), minimum_parameters=7) == 2


def test_a_task_that_was_not_asked_for_is_left_out(make):
    assert models(make(), tasks="text-generation") == 2
    assert models(make(), tasks="text-generation, image-text-to-text") == 3


def test_the_largest_are_the_largest_of_the_window(make):
    assert only(make(), exclude_top=1)["share"] == pytest.approx(100 / 5)
    largest = only(make(), exclude_top=1, window="all time")  # meta/a
    assert largest[["models", "downloads"]].tolist() == [5, 1000]


def test_the_largest_are_those_of_the_snapshot_and_not_of_the_selection(make):
    assert models(make(), exclude_top=1, tasks="other") == 2


def test_of_equal_counts_the_first_by_name_is_the_larger(make):
    source = make(downloads_30d=[100] * 6)
    assert only(source, exclude_top=1)["share"] == 20  # without Qwen/a
    assert only(source, exclude_top=3)["rival_share"] == pytest.approx(200 / 3)


def test_more_left_out_than_there_are_leaves_an_empty_row(make):
    row = only(make(), exclude_top=10)
    assert row[["models", "downloads"]].tolist() == [0, 0]
    assert row[["share", "difference", "attributed_percent"]].isna().all()


def test_what_is_left_out_of_the_denominator_stays_in_the_coverage(make):
    row = only(make(), unlisted="left out", unknown="left out")
    assert row[["models", "downloads"]].tolist() == [4, 900]
    assert row["share"] == pytest.approx(600 / 900 * 100)
    assert row[attribution.COVERAGE].tolist() == pytest.approx([90, 96, 6, 4])


def test_a_derivative_counts_for_its_root_under_the_other_rule(make):
    row = only(make([("nobody/a", "Qwen/a")]), attribution="base model")
    assert (row["share"], row["unlisted_percent"]) == (64, 0)


def test_another_pair_of_countries_is_a_question_of_its_own(make):
    found = specifications.table([make()], TABLE, ONE, focus="USA", rival="South Korea")
    assert found[["share", "rival_share", "difference"]].values.tolist() == [[30, 0, 30]]


# --- what cannot be answered -------------------------------------------------------------------


def reasons(source: Source) -> dict[str, str]:
    found = specifications.unanswered([source], TABLE)
    assert set(found["snapshot"]) <= {"live/2026-11-01"}
    return dict(zip(found["choice"], found["reason"]))


def test_a_snapshot_with_everything_leaves_nothing_but_stale_counts_open(make):
    assert reasons(make([])) == {"stale": "fresh counts"}


def test_what_a_snapshot_cannot_answer_is_named_with_the_reason(make):
    source = make(downloads_all_time=None, created=["2026-01-01"] + [None] * 5, discovered=[True] * 6,
                  downloads_30d=[499, 101, 200, 100, 60, 40])  # fmt: skip
    assert reasons(source) == {
        "attribution": "no table of base models",
        "window": "no column downloads_all_time",
        "age": "created is recorded for 50 percent of the downloads",
        "stale": "no snapshot before it",
    }


def test_half_of_the_downloads_are_enough_to_answer(make):
    assert "age" not in reasons(make(created=["2026-01-01"] + [None] * 5))


def test_a_choice_that_cannot_be_answered_has_its_first_level_alone(make):
    found = specifications.table([make(downloads_all_time=None)], TABLE)
    levels = {choice: list(found[choice].unique()) for choice in specifications.CHOICES}
    left = {"attribution": ["publisher"], "window": ["30 days"], "stale": ["counted"]}
    assert levels == specifications.CHOICES | left
    assert len(found) == 2 * 3 * 3 * 2 * 2 * 3


def test_a_level_that_cannot_be_answered_is_not_answered_by_another_in_silence(make):
    assert only(make(), attribution="base model")["attribution"] == "publisher"


def test_a_snapshot_without_a_model_answers_nothing_and_has_empty_rows(make):
    none = make(**{column: [] for column in MODELS})
    assert "tasks" in reasons(none)
    assert specifications.table([none], TABLE)["share"].isna().all()


WRONG = {
    "no level": {"age": []},
    "no such level": {"age": ["old"]},
    "no such choice": {"colour": [1]},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_choices_that_are_none_are_refused(make, wrong):
    (choice,) = wrong
    with pytest.raises(RequestError, match=f"wanted levels of the choice '{choice}'"):
        specifications.table([make()], TABLE, ONE | wrong)


def test_a_choice_that_is_missing_is_refused(make):
    with pytest.raises(RequestError, match="wanted levels of the choice 'stale'"):
        specifications.table([make()], TABLE, {c: v for c, v in ONE.items() if c != "stale"})


# --- how often, how much, and why --------------------------------------------------------------


def answers(**levels: dict) -> pd.DataFrame:
    """A full factorial whose difference is the sum of its levels' effects, by choice."""
    rows = itertools.product(*levels.values())
    table = pd.DataFrame(rows, columns=list(levels))
    table["difference"] = sum(table[c].map(effects) for c, effects in levels.items())
    ones = {factor: "x" for factor in effects.FACTORS if factor not in levels}
    return table.assign(**ones)


def test_the_summary_says_how_often_and_by_how_much():
    table = pd.DataFrame({"difference": [3.0, -1.0, 0.0, 1.0, None]})
    assert specifications.summary(table) == {
        "specifications": 5, "empty": 1, "leads": 2, "leads_percent": 50,
        "least": -1, "median": 0.5, "largest": 3,
    }  # fmt: skip


def test_a_summary_of_nothing_is_refused():
    with pytest.raises(
        RequestError, match="wanted a specification with a download\n  found: 2, all"
    ):
        specifications.summary(pd.DataFrame({"difference": [None, None]}))


def test_each_level_says_how_often_the_focus_leads_and_an_empty_specification_counts_for_none():
    table = answers(age={"all": 1, "new": -2}, window={"30 days": 0, "all time": 1})
    found = specifications.by_level(table)
    assert found.index.to_list() == [
        ("window", "30 days"), ("window", "all time"), ("age", "all"), ("age", "new"),
    ]  # fmt: skip
    assert found.loc[("age", "all")].tolist() == [2, 100, 1, 1.5, 2]
    assert found.loc[("window", "all time"), "leads_percent"] == 50
    table.loc[0, "difference"] = None
    assert specifications.by_level(table).loc[("age", "all")].tolist() == [1, 100, 2, 2, 2]


def test_a_tie_is_no_lead():
    found = specifications.by_level(answers(age={"all": 0, "new": -1}))
    assert found["leads_percent"].tolist() == [0, 0]


def test_crossed_choices_stand_with_the_lowest_median_first():
    table = answers(age={"all": 1, "new": -2}, window={"30 days": 0, "all time": 1})
    found = specifications.crossed(table, ["age", "window"])
    assert found["median"].to_dict() == {
        ("new", "30 days"): -2, ("new", "all time"): -1, ("all", "30 days"): 1, ("all", "all time"): 2,
    }  # fmt: skip


STATED = pd.DataFrame(
    {"geography": ["China", "USA"], "value": [17.0, 15.8], "snapshot": "article/2026-03-10",
     "row": ["share-china-17", "share-usa-15-8"]}
)  # fmt: skip


def test_the_printed_difference_is_that_of_the_two_printed_shares_and_names_both():
    (printed,) = draw_robustness.printed_difference(STATED, "China", "USA").itertuples()
    assert printed.difference == pytest.approx(1.2)
    assert printed.row == "share-china-17; share-usa-15-8"


def test_a_country_of_which_the_article_prints_no_share_has_no_printed_difference():
    assert draw_robustness.printed_difference(STATED, "EU", "USA").empty


def test_additive_choices_explain_everything():
    table = answers(age={"all": 0, "new": 4}, window={"30 days": 0, "all time": 3})
    found = effects.main_effects(table).set_index("choice")
    assert found["percent"].to_dict() == pytest.approx({"age": 64, "window": 36, "interactions": 0})
    assert found.loc["age", ["lowest", "lowest_mean", "highest", "highest_mean"]].tolist() == [
        "all", 1.5, "new", 5.5,
    ]  # fmt: skip


def test_what_two_choices_do_only_together_is_an_interaction():
    table = answers(age={"all": 0, "new": 0}, window={"30 days": 0, "all time": 0})
    table["difference"] = [1, -1, -1, 1]
    assert effects.main_effects(table)["percent"].tolist() == [0, 0, 100]


def test_the_real_effects_and_interactions_are_the_whole_variance(real):
    found = effects.main_effects(effects.balanced(real[0]))
    assert found["percent"].sum() == pytest.approx(100)
    assert (found["percent"] >= 0).all()


def unbalanced(kind: str) -> pd.DataFrame:
    table = answers(age={"all": 0, "new": 4}, window={"30 days": 0, "all time": 3})
    return {"missing": table.iloc[1:], "twice": pd.concat([table, table.tail(1)])}[kind]


@pytest.mark.parametrize("kind, found", {"missing": "3 spec", "twice": "5 spec"}.items())
def test_effects_of_an_unbalanced_table_are_refused(kind, found):
    with pytest.raises(RequestError) as refusal:
        effects.main_effects(unbalanced(kind))
    text = f"wanted each of 4 combinations of levels once\n  found: {found}"
    assert str(refusal.value).startswith(text)


def test_effects_of_a_table_with_an_empty_specification_are_refused():
    table = answers(age={"all": 0, "new": 4}, window={"30 days": 0, "all time": 3})
    table.loc[0, "difference"] = None
    with pytest.raises(
        RequestError, match="wanted a download in every specification\n  found: none in 1"
    ):
        effects.main_effects(table)


def test_effects_of_specifications_that_all_agree_are_refused():
    with pytest.raises(RequestError, match="wanted specifications that differ\n  found: 2 alike"):
        effects.main_effects(answers(age={"all": 1, "new": 1}))


def test_the_balanced_part_fixes_a_choice_or_leaves_a_snapshot_out_whichever_keeps_more():
    full = answers(
        snapshot={"a": 1, "b": 2}, age={"all": 0, "new": 4}, window={"30 days": 0, "all time": 1}
    )
    poor = answers(snapshot={"c": 5}, age={"all": 0}, window={"30 days": 0})
    found = effects.balanced(pd.concat([full, poor], ignore_index=True))
    assert (len(found), found["snapshot"].unique().tolist()) == (8, ["a", "b"])
    many = [
        answers(snapshot={f"p{n}": n}, age={"all": 0, "new": 1}, window={"30 days": 0})
        for n in range(4)
    ]
    found = effects.balanced(pd.concat([full, *many], ignore_index=True))
    assert (len(found), found["window"].unique().tolist()) == (12, ["30 days"])


def test_a_balanced_table_is_its_own_balanced_part():
    table = answers(age={"all": 0, "new": 4}, window={"30 days": 0, "all time": 3})
    pd.testing.assert_frame_equal(effects.balanced(table), table)
