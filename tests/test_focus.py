"""Figures say the right thing under the parameters of a scenario: a small focus, what is left out."""

from __future__ import annotations

import pandas as pd
import pytest

from airace import (downloads, draw_downloads, draw_robustness, draw_shares, figures, shares,
                    style)  # fmt: skip

KOREA = "South Korea"


def published(*entities: str) -> pd.DataFrame:
    scopes = list(draw_shares.DENOMINATORS)
    rows = [(scope, entity, 30 - n) for scope in scopes for n, entity in enumerate(entities)]
    return pd.DataFrame(rows, columns=["scope_id", "entity", "value"])


PRINTED = pd.DataFrame({"entity": ["China", "USA"], "value": [17, 15.8]})


def test_a_focus_that_no_published_share_names_is_said_in_title_and_description():
    shares_ = published("China", "USA")
    title = draw_shares.headline_published(shares_, KOREA)
    assert title.startswith("No published share of downloads names South Korea; Chinese models lead")
    assert draw_shares.describe_published(shares_, PRINTED, KOREA).endswith("None names South Korea.")
    for focus in ("China", "USA"):
        assert draw_shares.headline_published(shares_, focus).startswith("Chinese models lead US models in 4")
        assert "None names" not in draw_shares.describe_published(shares_, PRINTED, focus)


def months(**percents: float) -> pd.DataFrame:
    days = pd.to_datetime(["2026-04-06", "2026-10-08"])
    rows = [("All models", day, c, share) for day in days for c, share in percents.items()]
    return pd.DataFrame(rows, columns=["view", "date", "country", "share"]).replace("Korea", KOREA)


@pytest.mark.parametrize(
    "focus, percents, scale",
    [
        ("China", {"China": 50, "Korea": 0.4}, "linear"),
        (KOREA, {"China": 50, "Korea": 0.4}, "log"),
        (KOREA, {"China": 50, "Korea": 6}, "linear"),
        (KOREA, {"China": 50, "Korea": 0}, "log"),
    ],
)
def test_a_small_focus_is_drawn_on_a_log_scale_and_the_picture_says_so(focus, percents, scale):
    style.use()
    figure = draw_shares.monthly(months(**percents), focus, "A title")
    assert figure.axes[0].get_yscale() == scale
    subtitle = " ".join(figure.texts[1].get_text().split())
    assert ("log scale" in subtitle) == (scale == "log")
    assert scale == "linear" or not any((line.get_ydata() == 0).any() for line in figure.axes[0].lines)
    figure.canvas.draw()
    figures._check_texts(figure, "share-monthly")


TOP = pd.DataFrame({"organisation": ["Qwen", "Google"], "country": ["China", "USA"], "share": [30.0, 5.0]})
COUNTRIES = pd.DataFrame({"country": ["China", "USA", KOREA], "share": [48.0, 21.0, 0.41]})


def test_a_focus_without_a_large_publisher_is_said_so():
    said = draw_shares.headline_publishers(TOP, COUNTRIES, KOREA)
    assert said.endswith("South Korea 0.41 percent in all, and none of the 2 largest publishers")
    assert draw_shares.headline_publishers(TOP, COUNTRIES, "China").endswith(
        "China 48 and South Korea 0.41 percent in all"
    )


LEFT_OUT = [
    ({"exclude_top": 0, "tasks": ["all"], "minimum_parameters": 0.0}, ""),
    ({"exclude_top": 1}, " Left out: the most downloaded model."),
    (
        {"exclude_top": 10, "exclude_stale": True},
        " Left out: the 10 most downloaded models, counts that repeat the snapshot before.",
    ),
    (
        {"exclude_unlisted": True, "minimum_parameters": 7.0, "tasks": ["unknown"]},
        " Left out: unlisted publishers, models of unknown size or under 7 billion parameters, "
        "all tasks but unknown.",
    ),
]


@pytest.mark.parametrize("chosen, text", LEFT_OUT)
def test_what_is_left_out_is_said_in_words(chosen, text):
    assert shares.left_out(chosen) == text


def test_pictures_say_what_is_left_out_and_call_no_part_all():
    style.use()
    text = " Left out: the most downloaded model."
    for figure in (
        draw_shares.monthly(months(China=50), "China", "A title", text),
        draw_shares.publishers(TOP, COUNTRIES.assign(models=1), "China", "T", "hub_catalogue/2026-10-08", text),
    ):
        assert text.strip() in " ".join(figure.texts[1].get_text().split())


BEHIND = {"specifications": 8, "empty": 0, "leads": 0, "median": -28.4, "least": -61.0, "largest": -14.2}


def test_a_focus_that_is_behind_everywhere_leads_in_no_sentence():
    said = draw_robustness.headline(BEHIND, KOREA, "USA")
    assert said == "South Korea is behind the US in all 8 ways to count the downloads, by 14 to 61 points"
    moved = pd.DataFrame({"choice": ["age"], "percent": [20.0]})
    none = pd.DataFrame({"difference": []})
    assert "with a median of −28 points" in draw_robustness.describe(BEHIND, moved, none, KOREA, "USA")
    ahead = BEHIND | {"leads": 3, "largest": 5.0}
    assert draw_robustness.headline(ahead, "China", "USA") == (
        "China leads the US in 3 of 8 ways to count the downloads, from −61 to +5 points"
    )


def test_a_day_that_weaker_points_give_is_not_told_where_they_are_left_out():
    days = pd.to_datetime([None, None, "2025-11-20"])
    choices = pd.DataFrame({"weakest_point": ["A", "B", "C"], "interpolated": days})
    assert [len(downloads.guesses(choices, weakest)) for weakest in ("B", "derived", "C")] == [0, 0, 1]
    window = downloads.Crossing(*pd.to_datetime(["2025-08-01", "2026-03-31"]), pd.NaT)
    printed = pd.DataFrame({"value": [818e6], "date": [pd.Timestamp("2025-01-15")]})
    said = draw_downloads.headline("China", window, downloads.guesses(choices, "B"), printed)
    assert said == (
        "Counts of models from China pass 818 million between August 2025 and March 2026, "
        "7 to 14 months later than printed"
    )
