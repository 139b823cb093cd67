"""The ledger, the evidence handed in for it, and the verdicts as a program and a reader get them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from click.testing import CliRunner

from airace import claims, notebooks, snapshots, verdicts, words
from airace.cli import main
from airace.errors import LedgerError

ROOT = Path(__file__).resolve().parents[1]
LEDGER = "article/2026-03-10"
KEYS = [
    "claim_id", "printed", "value", "unit", "verdict", "dimensions", "reason", "evidence",
    "notebook", "figures",
]  # fmt: skip
EXAMINED = {
    "01-downloads": {"downloads-jan-2024", "downloads-jan-2025"},
    "02-model-share": {
        "report-november-mit-hf",
        "share-china-17",
        "share-usa-15-8",
        "share-first-overtake",
    },
    "03-market-size": {
        "market-900bn-yuan",
        "market-131bn-usd",
        "market-shown-as-current",
        "projection-1400bn-2030",
        "projection-same-market",
    },
}
ELEVEN = sorted(set().union(*EXAMINED.values()))


def airace(*arguments: str) -> SimpleNamespace:
    done = CliRunner().invoke(main, arguments)
    assert isinstance(done.exception, SystemExit | None), done.exc_info
    return done


@pytest.fixture(autouse=True)
def committed(monkeypatch) -> None:
    """Look at the committed repository, unless a test asks for one of its own."""
    monkeypatch.setenv("AIRACE_ROOT", str(ROOT))


@pytest.fixture(scope="module")
def published() -> list[dict]:
    """What ``airace claims --json`` prints for the committed verdicts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(ROOT))
        done = airace("claims", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def ledger() -> dict[str, dict]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(ROOT))
        return claims.ledger(LEDGER)


@pytest.fixture(scope="module")
def raw() -> dict[str, list[pd.DataFrame]]:
    """All tables of all committed snapshots."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRACE_ROOT", str(ROOT))
        return {
            i: [snapshots.load(i, r["name"]) for r in snapshots.describe(i)["resources"]]
            for i in snapshots.every()
        }


@pytest.fixture
def repository(tmp_path, monkeypatch, committed) -> Path:
    """A repository with the real ledger and nothing else; evidence goes to its ``evidence``."""
    root = tmp_path / "repo"
    for folder in ("notebooks", "data/raw", "evidence"):
        (root / folder).mkdir(parents=True)
    shutil.copytree(ROOT / "data/raw" / LEDGER, root / "data/raw" / LEDGER)
    monkeypatch.setenv("AIRACE_ROOT", str(root))
    return root


def hand_in(root: Path, notebook: str, *claim_ids: str, ledger: str = LEDGER) -> None:
    """Write the evidence file of a notebook: one row, value 17, of August 2025."""
    row = dict.fromkeys([*claims.ROW, "originator"], "x") | {"value": 17.0}
    evidence = {"rows": [row], "figures": ["f"], "value": 17.0, "as_of": ["2025-08-01"] * 2}
    package = {"ledger": ledger, "notebook": notebook}
    package["evidence"] = [{"claim_id": claim_id} | evidence for claim_id in claim_ids]
    (root / "evidence" / f"{notebook}.json").write_text(json.dumps(package))


def refusal(root: Path) -> str:
    with pytest.raises(LedgerError) as refused:
        claims.collect(root / "evidence")
    assert refused.value.exit_code == 2
    return str(refused.value)


# --- the contract of --json ---------------------------------------------------------------------


def test_every_statement_is_printed_in_the_ledgers_order(published, ledger):
    assert [c["claim_id"] for c in published] == list(ledger)
    assert len(published) >= 36


def test_every_object_has_the_keys_of_the_contract(published):
    assert all(list(c) == KEYS for c in published)
    dimensions = ["value", "date", "scope", "attribution", "availability"]
    assert all(list(c["dimensions"]) == dimensions for c in published)
    rows = [row for c in published for row in c["evidence"]]
    keys = ["snapshot", "row", "value", "as_of", "scope", "source_url"]
    assert rows and all(list(row) == keys for row in rows)


def test_every_key_holds_what_a_program_expects(published):
    for c in published:
        texts = [c["claim_id"], c["printed"], c["verdict"], c["reason"], c["notebook"]]
        texts += [row[k] for row in c["evidence"] for k in ("snapshot", "row", "as_of", "scope")]
        assert all(isinstance(text, str) for text in texts), c["claim_id"]
        numbers = [c["value"], *(row["value"] for row in c["evidence"])]
        assert all(number is None or type(number) is float for number in numbers), c["claim_id"]
        assert c["unit"] is None or c["unit"]
        assert all(c["dimensions"].values()) and c["reason"].endswith(".")
        assert isinstance(c["figures"], list)


def test_what_is_printed_in_the_article_is_as_in_the_ledger(published, ledger):
    for c in published:
        stated = ledger[c["claim_id"]]
        kept = ("printed", "value", "unit", "notebook")
        assert {k: c[k] for k in kept} == {k: stated[k] for k in kept}


def test_characters_beyond_ascii_are_printed_as_they_are():
    done = airace("claims", "--json")
    assert "($131 billion) … $1.4 trillion" in done.stdout


def test_every_verdict_is_one_of_the_eight_or_not_examined(published):
    known = {*verdicts.VERDICTS, "not examined yet"}
    assert {c["verdict"] for c in published} <= known


def test_a_statement_is_examined_exactly_where_its_notebook_exists(published):
    names = notebooks.names()
    for c in published:
        assert (c["verdict"] != "not examined yet") == (c["notebook"] in names), c["claim_id"]


def test_a_statement_that_was_not_examined_cites_and_judges_nothing(published):
    waiting = [c for c in published if c["verdict"] == "not examined yet"]
    for c in waiting:
        assert (c["evidence"], c["figures"]) == ([], [])
        assert set(c["dimensions"].values()) == {"not examined yet"}
        assert c["reason"] == (
            f"No notebook has examined this statement yet; {c['notebook']} will."
        )


@pytest.mark.parametrize("claim_id", ELEVEN)
def test_an_examined_statement_has_a_derived_verdict_with_evidence(published, claim_id):
    c = next(c for c in published if c["claim_id"] == claim_id)
    assert claim_id in EXAMINED[c["notebook"]]
    assert c["verdict"] in {verdicts.derive(c["dimensions"], r) for r in verdicts.RELATIONS}
    assert c["evidence"] and c["figures"]


def test_every_figure_named_exists(published):
    figures = {figure for c in published for figure in c["figures"]}
    assert len(figures) >= 4
    for figure in figures:
        for kind in ("png", "svg", "csv", "json"):
            assert (ROOT / "figures" / f"{figure}.{kind}").is_file(), figure


def test_a_figure_named_is_drawn_by_the_statements_own_notebook(published):
    for c in published:
        for figure in c["figures"]:
            record = json.loads((ROOT / "figures" / f"{figure}.json").read_text("utf-8"))
            assert record["notebook"] == c["notebook"], c["claim_id"]


def test_every_evidence_row_stands_in_the_named_snapshot(published, raw):
    for c in published:
        for row in c["evidence"]:
            rows = [key for table in raw[row["snapshot"]] for key in table["row"]]
            assert row["row"] in rows, f"{c['claim_id']}: {row['snapshot']} {row['row']}"


def test_an_evidence_row_has_value_scope_and_address_of_its_source_row(published, raw):
    compared = dict.fromkeys(("value", "scope", "source_url"), 0)
    for c in published:
        for row in c["evidence"]:
            [source] = raw[row["snapshot"]][0].set_index("row").loc[[row["row"]]].to_dict("records")
            for column in compared:
                if row[column] and column in source and row["snapshot"] != LEDGER:
                    assert row[column] == source[column], f"{c['claim_id']} {row['row']} {column}"
                    compared[column] += 1
    assert all(count >= 10 for count in compared.values()), compared


def test_an_evidence_row_that_cites_a_search_cites_what_was_looked_for(published, raw):
    searches = raw[LEDGER][1].set_index("row")
    for c in published:
        if c["verdict"] == "cannot be checked":
            row = c["evidence"][0]  # rows behind it are those that the finding rests on
            assert (row["snapshot"], row["row"], row["value"]) == (LEDGER, c["claim_id"], None)
            assert row["scope"] == searches.loc[row["row"], "looked_for"]


def test_every_recorded_search_stands_in_the_evidence_of_its_statement(published, raw):
    cited = {
        c["claim_id"]
        for c in published
        for row in c["evidence"]
        if (row["snapshot"], row["row"]) == (LEDGER, c["claim_id"]) and row["scope"]
    }
    assert set(raw[LEDGER][1]["claim_id"]) <= cited


def test_the_address_of_an_evidence_row_is_https_a_package_or_empty(published):
    for c in published:
        for row in c["evidence"]:
            assert row["source_url"].startswith(("https://", "pkg:")) or row["source_url"] == ""


def test_an_evidence_row_of_data_says_of_when_it_is(published):
    undated = [
        row["row"] for c in published for row in c["evidence"] if not row["as_of"]
        and row["snapshot"] != LEDGER
    ]  # fmt: skip
    assert undated == []


# --- the plain table ----------------------------------------------------------------------------


def test_the_plain_table_has_a_line_per_statement(published):
    done = airace("claims")
    lines = done.stdout.splitlines()
    assert (done.exit_code, done.stderr, len(lines)) == (0, "", len(published))
    for line, c in zip(lines, published):
        assert line == f"{c['claim_id']:29}  {c['verdict']:18}  {c['printed']}"


def test_the_plain_table_reads_in_columns(published):
    lines = airace("claims").stdout.splitlines()
    assert lines[0] == "one-year-after-deepseek        consistent          one year after"
    assert {line.index(c["printed"], 31) for line, c in zip(lines, published)} == {51}


def test_every_statement_has_a_verdict_with_evidence_a_source_a_notebook_and_a_figure(published):
    for claim in published:
        assert claim["verdict"] in verdicts.VERDICTS, claim["claim_id"]
        searched = any(row["snapshot"].startswith("article/") for row in claim["evidence"])
        unknown = claim["verdict"] == "cannot be checked"
        assert searched if unknown else any(row["source_url"] for row in claim["evidence"])
        assert (ROOT / f"notebooks/{claim['notebook']}.ipynb").is_file()
        assert [f for f in claim["figures"] if (ROOT / f"figures/{f}.png").is_file()]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_without_verdicts_the_command_is_refused_and_names_the_build(repository, options):
    done = airace("claims", *options)
    assert (done.exit_code, done.stdout, done.stderr) == (
        2,
        "",
        "airace: wanted the verdicts in data/processed/claims.csv\n"
        "  found: no such file\n  next: make figures\n",
    )


# --- the flat file ------------------------------------------------------------------------------


def test_the_flat_file_read_and_written_again_is_the_same_to_the_byte(tmp_path):
    committed = ROOT / "data/processed/claims.csv"
    claims.write(claims.read(committed), tmp_path / "new folder" / "claims.csv")
    assert (tmp_path / "new folder" / "claims.csv").read_bytes() == committed.read_bytes()


def test_the_flat_file_has_a_line_per_evidence_row_and_one_where_there_is_none(published):
    lines = pd.read_csv(ROOT / "data/processed/claims.csv", dtype="str", keep_default_na=False)
    assert list(lines) == claims.COLUMNS
    counted = lines.groupby("claim_id", sort=False).size().to_dict()
    assert counted == {c["claim_id"]: max(1, len(c["evidence"])) for c in published}


def test_texts_with_commas_quotes_and_line_ends_survive_the_flat_file(tmp_path, ledger):
    evidence = {
        "rows": [dict.fromkeys(claims.ROW, 'a, "b"\nc') | {"value": 0.1}],
        "figures": ["one", "two"],
        "value": 17.1,
        "as_of": ["2025-08-01", "2025-08-31"],
        "finding": 'he said "17,1"\nand left',
    }
    made = [claims.claim(ledger["share-china-17"], evidence)]
    claims.write(made, tmp_path / "claims.csv")
    assert claims.read(tmp_path / "claims.csv") == made


# --- evidence that is handed in -----------------------------------------------------------------


def test_collected_evidence_is_judged_and_the_rest_is_not_examined(repository, ledger):
    hand_in(repository, "02-model-share", "share-china-17")
    made = {c["claim_id"]: c for c in claims.collect(repository / "evidence")}
    assert list(made) == list(ledger)
    assert made["share-china-17"]["verdict"] == "consistent"
    assert [list(row) for row in made["share-china-17"]["evidence"]] == [claims.ROW]
    assert [c for c, made in made.items() if made["verdict"] != "not examined yet"] == [
        "share-china-17"
    ]


def test_evidence_for_an_unknown_claim_is_refused_with_the_nearest(repository, ledger):
    hand_in(repository, "02-model-share", "share-china-18")
    lines = refusal(repository).splitlines()
    assert lines[:2] == [
        f"wanted a claim of {LEDGER}, got 'share-china-18'",
        "  found: did you mean 'share-china-17'?",
    ]
    assert lines[2].startswith("  choices: one-year-after-deepseek, ")
    assert lines[2].count(", ") == len(ledger) - 1
    assert lines[3:] == [
        "  next: airace new claim share-china-18 adds a row to the ledger"
    ]


def test_evidence_for_the_claim_of_another_notebook_is_refused(repository):
    hand_in(repository, "02-model-share", "share-china-17", "market-131bn-usd")
    assert refusal(repository) == (
        "market-131bn-usd belongs to notebook 03-market-size\n  found: evidence from 02-model-share"
    )


def test_a_second_notebook_for_one_statement_is_refused(repository):
    hand_in(repository, "02-model-share", "share-china-17")
    hand_in(repository, "03-market-size", "share-china-17")
    assert refusal(repository) == (
        "share-china-17 belongs to notebook 02-model-share\n  found: evidence from 03-market-size"
    )


def test_evidence_for_two_ledgers_is_refused(repository):
    later = repository / "data/raw/article/2026-03-11"
    shutil.copytree(repository / "data/raw" / LEDGER, later)
    hand_in(repository, "02-model-share", "share-china-17")
    hand_in(repository, "03-market-size", "market-900bn-yuan", ledger="article/2026-03-11")
    text = f"wanted evidence for one ledger\n  found: {LEDGER}, article/2026-03-11"
    assert refusal(repository) == text


def test_no_evidence_at_all_is_refused(repository):
    assert refusal(repository) == "wanted evidence for one ledger\n  found: none"


def test_evidence_of_an_unknown_relation_is_refused(repository):
    hand_in(repository, "02-model-share", "share-china-17")
    file = repository / "evidence/02-model-share.json"
    package = json.loads(file.read_text())
    package["evidence"][0]["relation"] = "independant"
    file.write_text(json.dumps(package))
    assert refusal(repository) == (
        "wanted relation of evidence, got 'independant'\n  found: did you mean 'independent'?\n"
        "  choices: named source, originator, recomputation, independent"
    )


# --- the ledger ---------------------------------------------------------------------------------


def test_a_missing_cell_of_the_ledger_is_none(ledger):
    statement = ledger["market-900bn-yuan"]
    missing = [k for k, v in statement.items() if v is None]
    assert missing == ["value_low", "value_high", "as_of", "named_source"]
    assert statement["value"] == 900


def test_every_statement_can_be_judged_by_its_kind(ledger):
    for claim_id, s in ledger.items():
        if s["kind"] == "number":
            low, _ = verdicts.printed_ends(s)
            assert low > 0 and s["bound"] and s["unit"], claim_id  # the rule is for amounts
        if s["kind"] == "date":
            first, last = words.period(s["as_of"])
            assert first <= last, claim_id


def test_a_statement_that_was_searched_for_cites_its_search(repository):
    found = claims.search(LEDGER, "glm-47-flash-1m")
    assert found["looked_for"].item() == (
        "a count of GLM-4.7-Flash downloads between 2026-01-19 and 2026-02-02"
    )


def test_a_statement_without_a_recorded_search_is_refused(repository):
    with pytest.raises(LedgerError) as refused:
        claims.search(LEDGER, "share-china-17")
    assert str(refused.value) == (
        "no search is recorded for 'share-china-17'\n  choices: downloads-jan-2024, "
        "downloads-jan-2025, glm-47-flash-1m, reuse-saved-time-and-compute, shin-half-year, "
        "us-advantage-alignment-cloud, share-first-overtake"
    )


# --- how rows are cited -------------------------------------------------------------------------

CITED = {"snapshot": "s/2026-03-06", "row": "a1"}
BLANK = {"value": None, "as_of": "", "scope": "", "source_url": "", "originator": ""}


def test_a_row_is_cited_with_its_period_and_scope():
    row = CITED | {
        "value": 900,
        "date_from": pd.Timestamp("2024-01-01"),
        "date_to": pd.Timestamp("2024-12-31"),
        "scope": "core",
        "source_url": "https://example.org",
        "originator": "CAICT",
    }
    assert claims.evidence_rows(pd.DataFrame([row])) == [
        CITED
        | {
            "value": 900.0,
            "as_of": "2024",
            "scope": "core",
            "source_url": "https://example.org",
            "originator": "CAICT",
        }
    ]


def test_what_a_row_does_not_have_is_cited_as_empty():
    row = CITED | {"value": None, "date_from": pd.NaT, "date_to": pd.NaT, "scope": None}
    assert claims.evidence_rows(pd.DataFrame([row])) == [CITED | BLANK]


def test_a_search_is_cited_by_what_was_looked_for():
    row = CITED | {"looked_for": "a count"}
    assert claims.evidence_rows(pd.DataFrame([row])) == [CITED | BLANK | {"scope": "a count"}]


def test_a_row_with_one_day_keeps_it_beside_a_row_with_a_period():
    period = {"date_from": pd.Timestamp("2024-01-01"), "date_to": pd.Timestamp("2024-12-31")}
    day = {"date": pd.Timestamp("2026-03-10"), "looked_for": "a rate"}
    both = pd.concat([pd.DataFrame([CITED | period]), pd.DataFrame([CITED | day])])
    assert claims.evidence_rows(both) == [
        CITED | BLANK | {"as_of": "2024"},
        CITED | BLANK | {"as_of": "2026-03-10", "scope": "a rate"},
    ]
