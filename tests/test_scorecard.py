"""The scorecard says what the verdicts say, counts every statement once, and hides none."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from airace import (
    claims,
    draw_scorecard,
    figures,
    paths,
    scorecard,
    snapshots,
    style,
    verdicts,
    words,
)
from airace.errors import LedgerError
from airace.run import start

ROOT = Path(__file__).resolve().parents[1]
HOLDS, FAILS = verdicts.HOLDS, verdicts.FAILS


@pytest.fixture(scope="module")
def ledger() -> dict[str, dict]:
    """The article's real statements."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(ROOT))
        return claims.ledger("article/2026-03-10")


def judged(verdict: str, claim_id: str, **respects: str) -> dict:
    """A statement in the published form, with all respects holding but those given."""
    row = {"snapshot": "t/2026-01-01", "row": "r1", "value": 1.0, "as_of": "", "scope": "",
           "source_url": "https://example.org/a"}  # fmt: skip
    return {
        "claim_id": claim_id,
        "verdict": verdict,
        "dimensions": dict.fromkeys(verdicts.DIMENSIONS, HOLDS) | respects,
        "reason": f"Because of {claim_id} | $1 and $2.",
        "evidence": [row, row | {"row": "r2"}],
        "notebook": "02-model-share",
        "figures": ["share-published"],
    }


FOUND = [
    judged("reproduced", "share-china-17"),
    judged("consistent", "patents-china-leads"),
    judged("imprecise", "share-usa-15-8", value="in part"),
    judged("misdated", "downloads-jan-2025", date=FAILS),
    judged("mismatched scope", "korea-fraction-of-china", scope=FAILS, value=FAILS),
    judged("cannot be checked", "glm-47-flash-1m", availability=FAILS, value="no data"),
]


ALL = list(scorecard.GROUPS)


@pytest.fixture
def found(ledger: dict[str, dict]) -> pd.DataFrame:
    return scorecard.table(FOUND, ledger)


def test_every_verdict_of_the_rule_belongs_to_one_group():
    members = [verdict for group in scorecard.GROUPS.values() for verdict in group]
    assert sorted(members) == sorted([*verdicts.VERDICTS, verdicts.NOT_EXAMINED])


def test_a_section_is_headed_by_the_title_that_the_overview_gives_or_else_by_its_key(found):
    named = scorecard.sections(found, {"scale": "Money", "no-such-section": "Nobody"})
    assert named == {"scale": "Money", "korea": "Korea", "momentum": "Momentum"}
    assert list(scorecard.counts(found, {"scale": "Money"}).index) == [*named.values(), "all"]


def test_the_respects_are_the_dimensions_in_order_of_precedence(ledger):
    assert set(scorecard.RESPECTS) == set(verdicts.DIMENSIONS)
    failing = dict.fromkeys(verdicts.DIMENSIONS, FAILS)
    named = []
    for respect in scorecard.RESPECTS:
        named.append(verdicts.derive(failing, "independent"))
        failing[respect] = HOLDS
    assert named == [
        "cannot be checked",
        "misattributed",
        "misdated",
        "mismatched scope",
        "contradicted",
    ]


def test_a_statement_keeps_its_evidence_and_the_address_of_each_row(found):
    first = found.iloc[0]
    assert first["evidence"] == "t/2026-01-01 r1; t/2026-01-01 r2"
    assert first["source"] == "https://example.org/a; https://example.org/a"
    assert (first["snapshot"], first["row"]) == ("article/2026-03-10", "share-china-17")


def test_the_headline_counts_each_statement_once_and_names_the_failing_respects(found):
    assert scorecard.headline(found) == (
        "2 of 6 statements stand as printed; 1 in part; 2 are off in date, scope or value; "
        "1 cannot be checked"
    )


def test_a_headline_without_faults_names_none(found):
    assert scorecard.headline(found.head(2)) == "2 of 2 statements stand as printed"


def test_a_statement_without_verdict_is_not_counted_as_standing(ledger):
    one = judged(verdicts.NOT_EXAMINED, "share-china-17")
    assert scorecard.headline(scorecard.table([one], ledger)) == (
        "0 of 1 statements stand as printed; 1 not examined yet"
    )


def test_the_counts_add_up_in_both_directions(found):
    counted = scorecard.counts(found)
    assert counted.loc["all", "statements"] == len(found)
    parts = counted.drop(index="all").drop(columns="statements")
    assert parts.to_numpy().sum() == len(found)


def test_the_summary_names_every_statement_and_what_is_off_in_it(found):
    text = scorecard.summary(found)
    for printed in found["printed"]:
        assert f"“{words.markdown(printed)}”" in text
    assert "*misdated*: “over 818 million”" in text


def test_the_table_lists_the_chosen_groups_and_links_their_notebooks(found):
    text = scorecard.markdown(found, ["off"])
    assert len(text.splitlines()) == 2 + 2
    assert "[02-model-share](02-model-share.ipynb)" in text
    assert "[r1](https://example.org/a), [r2](https://example.org/a)" in text


def test_a_statement_without_evidence_names_no_row(ledger):
    one = judged(verdicts.NOT_EXAMINED, "share-china-17") | {"evidence": []}
    text = scorecard.markdown(scorecard.table([one], ledger), ["not examined yet"])
    assert text.endswith("| nothing yet |")


def test_the_table_shows_the_confidence_of_a_deciding_row(ledger):
    graded = {"t/2026-01-01 r2": "B"}
    text = scorecard.markdown(scorecard.table(FOUND[:1], ledger, graded), ["stands"])
    assert text.endswith("| [r1](https://example.org/a), [r2](https://example.org/a) (B) |")


def test_a_confidence_is_the_one_of_the_row_in_the_snapshot(monkeypatch):
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))
    row = {"snapshot": "market_size/2026-03-06", "row": "mp010", "source_url": ""}
    points = snapshots.load("market_size/2026-03-06").set_index("row")
    expected = {"market_size/2026-03-06 mp010": points.at["mp010", "confidence"]}
    assert scorecard.grades([{"evidence": [row]}]) == expected


def test_a_row_without_an_address_is_named_without_a_link(ledger):
    one = judged("reproduced", "share-china-17")
    rows = [one["evidence"][0] | {"row": f"r{n}", "source_url": ""} for n in range(5)]
    text = scorecard.markdown(scorecard.table([one | {"evidence": rows}], ledger), ["stands"])
    assert text.endswith("| r0, r1, r2 and 2 more |")


def test_words_of_the_data_cannot_break_the_table(found):
    for line in scorecard.markdown(found, list(scorecard.GROUPS)).splitlines()[2:]:
        assert line.replace("\\|", "").count("|") == 7
        assert "$" not in line.replace("\\$", "")


@pytest.mark.parametrize("order", ["article", "verdict"])
def test_the_picture_shows_every_statement_once(found, order, monkeypatch):
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))
    style.use()
    figure = draw_scorecard.scorecard(found, ALL, order, scorecard.headline(found))
    figures._check_texts(figure, "scorecard")
    texts = [text.get_text() for text in figure.axes[0].texts]
    for row in found.itertuples():
        assert texts.count(f"“{row.printed}”") == 1
        assert row.verdict in texts


def test_a_group_that_is_not_listed_still_counts_in_the_bar(found):
    style.use()
    figure = draw_scorecard.scorecard(found, ["off"], "article", "A title")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "“17 percent”" not in texts and "“over 818 million”" in texts
    assert "2 stand" in texts


def test_the_picture_marks_each_failing_respect(found):
    style.use()
    figure = draw_scorecard.scorecard(found, ALL, "article", "A title")
    crosses = [line for line in figure.axes[0].lines if line.get_marker() == "X"]
    assert len(crosses) == 4 + 1  # one more in the legend


def test_the_overview_reads_the_claims_of_its_own_scenario_or_else_the_published_ones(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("AIRACE_ROOT", str(tmp_path))
    for folder in ("notebooks", "data/raw", "data/processed", "build/custom/processed"):
        (tmp_path / folder).mkdir(parents=True)
    assert paths.claims("custom") == tmp_path / "data/processed/claims.csv"
    (tmp_path / "build/custom/processed/claims.csv").touch()
    assert paths.claims("custom") == tmp_path / "build/custom/processed/claims.csv"
    assert paths.claims("default") == tmp_path / "data/processed/claims.csv"


def test_without_claims_the_overview_says_what_to_run(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))
    run = start("00-overview", "article/2026-03-10")
    monkeypatch.setattr(paths, "processed", lambda: tmp_path)
    with pytest.raises(LedgerError) as refused:
        run.claims()
    assert "wanted the verdicts in" in str(refused.value)
    assert "next: make figures" in str(refused.value)


def test_the_words_of_a_verdict_can_be_read_on_their_colour():
    for group, tint in draw_scorecard.TINTS.items():
        light = style.INK if group not in ("stands", "off") else "#ffffff"
        bright, dark = sorted((style.luminance(c) for c in (tint, light)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= style.TEXT_CONTRAST, group
