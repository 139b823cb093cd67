"""What the repository tells machines about itself is what lies there, and nothing else."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import yaml
from rocrate.rocrate import ROCrate

import airace
from airace import notebooks, outputs, parameters, provenance
from airace.crate import DATA_LICENCE
from airace.crate import text as fresh_crate
from airace.errors import BuildError, SnapshotError

ROOT = Path(__file__).resolve().parents[1]
DESCRIBED = ("data/raw", "data/processed", "figures", "notebooks")
ARTICLE = "data/raw/article/2026-03-10/"
POLICY = "data/raw/policy/2017-07-21"


def read(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def by_id(text: str) -> dict[str, dict]:
    graph = json.loads(text)["@graph"]
    assert max(Counter(entity["@id"] for entity in graph).values()) == 1
    return {entity["@id"]: entity for entity in graph}


def listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def ids(value: object) -> list[str]:
    return [reference["@id"] for reference in listed(value)]


def of_type(crate: dict[str, dict], kind: str) -> dict[str, dict]:
    return {i: entity for i, entity in crate.items() if kind in listed(entity["@type"])}


@pytest.fixture(scope="module")
def crate() -> dict[str, dict]:
    """The entities of the committed crate by id."""
    return by_id(read("ro-crate-metadata.json"))


@pytest.fixture
def copy(tmp_path, monkeypatch) -> Path:
    """A copy of what is described, which this process sees as the repository."""
    for folder in DESCRIBED:
        ignored = shutil.ignore_patterns(".*")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    for file in ("CITATION.cff", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / file, tmp_path / file)
    monkeypatch.setenv("AIRACE_ROOT", str(tmp_path))
    return tmp_path


def change(file: Path, **values: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | values), "utf-8")


@pytest.mark.parametrize("file", provenance.FILES)
def test_the_committed_file_is_what_the_command_writes(file):
    fresh = provenance.FILES[file]()
    assert read(file) == fresh, f"{file} is stale; next: make provenance"


def test_the_command_writes_the_same_bytes_in_another_folder_language_and_time_zone(copy):
    other = {"LC_ALL": "C", "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "airace.provenance"]
    subprocess.run(command, cwd=copy, env=os.environ | other, check=True)
    for file, text in provenance.FILES.items():
        assert (copy / file).read_bytes() == text().encode()
    at_root = {"CITATION.cff", "pyproject.toml", "requirements.lock", *provenance.FILES}
    assert {file.name for file in copy.iterdir() if file.is_file()} == at_root


def test_a_changed_record_changes_both_files(copy):
    before = {file: text() for file, text in provenance.FILES.items()}
    change(copy / "figures" / "scorecard.json", title="Another finding")
    after = {file: text() for file, text in provenance.FILES.items()}
    assert [file for file in before if before[file] == after[file]] == []
    assert by_id(after["ro-crate-metadata.json"])["figures/scorecard.png"]["name"] == (
        "Another finding"
    )


@pytest.mark.parametrize(
    ("file", "restore"),
    [
        ("figures/scorecard.svg", "make figures"),
        ("figures/scorecard.json", "make figures"),
        ("data/processed/patent_leads.csv", "make figures"),
        (f"{POLICY}/documents.csv", f"git checkout -- {POLICY}/documents.csv"),
    ],
)
def test_a_missing_file_is_named_with_the_command_that_restores_it(copy, file, restore):
    (copy / file).unlink()
    with pytest.raises(BuildError) as refused:
        fresh_crate()
    assert str(refused.value) == f"wanted {file}\n  found: no such file\n  next: {restore}"


def test_a_record_of_a_snapshot_that_is_not_there_is_refused(copy):
    change(copy / "figures" / "scorecard.json", snapshots={"policy/2017-07-22": "0"})
    with pytest.raises(SnapshotError) as refused:
        fresh_crate()
    assert str(refused.value) == (
        "wanted a snapshot of data/raw, got 'policy/2017-07-22'\n"
        "  found: did you mean 'policy/2017-07-21'?\n"
        "  choices: policy/2017-07-21\n"
        "  next: airace data"
    )


def test_each_described_file_lies_there_with_its_size_and_digest(crate):
    for name, file in of_type(crate, "File").items():
        data = (ROOT / name).read_bytes()
        found = (str(len(data)), hashlib.sha256(data).hexdigest())
        assert (file["contentSize"], file["sha256"]) == found, f"{name}; next: make provenance"


def test_every_file_of_data_notebooks_and_figures_is_described_and_no_other(crate):
    there = {
        file.relative_to(ROOT).as_posix()
        for folder in DESCRIBED
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and not any(part.startswith(".") for part in file.parts)
    }
    assert of_type(crate, "File").keys() == there | {"requirements.lock"}


def test_every_reference_leads_to_an_entity(crate):
    outside = {"https://w3id.org/ro/crate/1.3"}
    lost = {
        (name, key, reference["@id"])
        for name, entity in crate.items()
        for key, value in entity.items()
        for reference in listed(value)
        if isinstance(reference, dict) and reference["@id"] not in crate.keys() | outside
    }
    assert lost == set()


def test_a_single_value_is_not_written_as_a_list(crate):
    assert [i for i, e in crate.items() for v in e.values() if listed(v) == v and len(v) == 1] == []


def test_a_source_under_a_known_licence_leads_to_it(crate):
    catalogue = crate["#source/organisations/2026-10-05/2"]
    assert catalogue["license"] == {"@id": "https://spdx.org/licenses/MIT"}


def test_every_file_is_a_part_of_the_root_or_of_a_snapshot_once(crate):
    parts = ids(crate["./"]["hasPart"])
    folders = [part for part in parts if part.endswith("/")]
    parts += [file for folder in folders for file in ids(crate[folder]["hasPart"])]
    files = {*of_type(crate, "File"), *of_type(crate, "Dataset")} - {"./"}
    assert sorted(parts) == sorted(files)


def test_the_root_says_what_citation_cff_says(crate):
    cited, root = yaml.safe_load(read("CITATION.cff")), crate["./"]
    assert root["name"] == cited["title"]
    assert root["description"] == cited["abstract"]
    assert root["version"] == cited["version"]
    assert root["datePublished"] == str(cited["date-released"])
    assert root["keywords"] == cited["keywords"]
    assert crate[root["license"]["@id"]]["identifier"] == cited["license"]
    authors = [crate[i]["name"] for i in ids(root["author"])]
    assert authors == [author["name"] for author in cited["authors"]]


def test_no_clock_and_no_random_id_is_in_the_crate(crate):
    text = read("ro-crate-metadata.json")
    assert re.findall(r"\d\d:\d\d:\d\d|Time\"", text) == []
    assert [i for i in crate if re.match(r"#[0-9a-f]{8}-[0-9a-f]{4}-", i)] == []


@pytest.mark.parametrize("notebook", notebooks.names())
def test_a_run_leads_from_snapshots_and_parameters_to_figures_and_tables(crate, notebook):
    run = crate[f"#run/{notebook}"]
    assert run["instrument"] == {"@id": f"notebooks/{notebook}.ipynb"}
    assert f"build/default/runs/{notebook}.json" in run["description"]
    assert f"#run/{notebook}" in ids(crate["./"]["mentions"])
    promised = {
        file.replace("processed/", "data/processed/") for file in outputs.promised(notebook)
    }
    assert {*ids(run["result"])} == promised - {outputs.EVIDENCE}
    used = [crate[i] for i in ids(run["object"])]
    opened = {e["@id"] for e in used if e["@type"] == "Dataset"}
    values = {e["name"]: e["value"] for e in used if e["@type"] == "PropertyValue"}
    figures = [i for i in ids(run["result"]) if i.endswith(".json")]
    records = [json.loads(read(figure)) for figure in figures]
    assert opened == {f"data/raw/{s}/" for record in records for s in record["snapshots"]}
    for record in records:
        assert {name: listed(v) for name, v in record["parameters"].items()} == {
            name: listed(v) for name, v in values.items()
        }


@pytest.mark.parametrize("notebook", notebooks.names())
def test_a_notebook_names_its_parameters_with_type_default_and_choices(crate, notebook):
    slots = [crate[i] for i in ids(crate[f"notebooks/{notebook}.ipynb"]["input"])]
    contract = parameters.read(notebook)
    assert [slot["name"] for slot in slots] == list(contract)
    for slot, parameter in zip(slots, contract.values(), strict=True):
        assert listed(slot["defaultValue"]) == listed(parameter.default)
        assert slot["description"] == f"allowed: {parameter.choices()}"
        assert slot["multipleValues"] == (parameter.type == "list[str]")


@pytest.mark.parametrize(
    ("slot", "kind"),
    [
        ("02-model-share/focus", "Text"),
        ("02-model-share/exclude_top", "Integer"),
        ("02-model-share/minimum_parameters", "Float"),
        ("02-model-share/exclude_stale", "Boolean"),
        ("03-market-size/rate_date", "Date"),
    ],
)
def test_a_parameter_has_the_data_type_of_schema_org(crate, slot, kind):
    assert crate[f"#parameter/{slot}"]["additionalType"] == kind


def test_the_verdicts_come_last_and_name_their_statements(crate):
    assert ids(crate["#run/claims"]["result"]) == ["data/processed/claims.csv"]
    assert ARTICLE in ids(crate["#run/claims"]["object"])
    assert "data/processed/claims.csv" in ids(crate["#run/00-overview"]["object"])
    said = crate["data/processed/claims.csv"]["description"]
    ledger = read("data/raw/article/2026-03-10/claims.csv").splitlines()[1:]
    missing = [line.split(",")[0] for line in ledger if line.split(",")[0] not in said]
    assert missing == []


def test_each_result_is_made_by_one_run(crate):
    results = [i for run in of_type(crate, "CreateAction").values() for i in ids(run["result"])]
    made = {i for i in of_type(crate, "File") if i.startswith(("figures/", "data/processed/"))}
    assert sorted(results) == sorted(made)


@pytest.mark.parametrize("figure", outputs.figure_ids())
def test_a_figure_is_based_on_its_values_and_they_on_what_was_drawn(crate, figure):
    record = json.loads(read(f"figures/{figure}.json"))
    for kind in ("png", "svg"):
        picture = crate[f"figures/{figure}.{kind}"]
        assert (picture["name"], picture["description"]) == (record["title"], record["alt"])
        assert ids(picture["isBasedOn"]) == [f"figures/{figure}.csv"]
    drawn = [f"data/raw/{snapshot_id}/" for snapshot_id in record["drawn_from"]]
    assert ids(crate[f"figures/{figure}.csv"]["isBasedOn"]) == drawn
    assert ids(crate[f"figures/{figure}.json"]["about"]) == [f"figures/{figure}.png"]


@pytest.mark.parametrize("folder", sorted(f.parent for f in ROOT.glob("data/raw/*/*/*.json")))
def test_a_snapshot_keeps_its_licences_and_the_terms_of_each_source(crate, folder):
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    told = crate[f"{folder.relative_to(ROOT).as_posix()}/"]
    assert told["temporalCoverage"] == f"../{package['as_of_latest']}"
    assert told["copyrightNotice"] == package["licence_note"]
    licences = [crate[i] for i in ids(told["license"])]
    assert [(e["identifier"], e["url"]) for e in licences] == [
        (entry["name"], entry["path"]) for entry in package["licenses"]
    ]
    for source, named in zip(package["sources"], ids(told["isBasedOn"]), strict=True):
        document = crate[named]
        terms = document.get("copyrightNotice")
        if "license" in document:
            terms = crate[document["license"]["@id"]]["identifier"]
        publisher = document.get("publisher")
        assert (document["name"], document["sdDatePublished"], terms) == (
            source["title"], source["retrieved"], source.get("licence"),
        )  # fmt: skip
        assert document.get("url") == source.get("url")
        assert document.get("datePublished") == source.get("published")
        if publisher:
            assert crate[publisher["@id"]]["name"] == source["publisher"]


def test_the_articles_unknown_address_and_publisher_are_not_made_up(crate):
    (article,) = ids(crate[ARTICLE]["isBasedOn"])
    assert article == "#source/article/2026-03-10/1"
    assert crate[article].keys() & {"url", "publisher"} == set()


def test_our_figures_and_tables_bear_the_licence_that_license_gives_them(crate):
    licence = f"https://spdx.org/licenses/{DATA_LICENCE}"
    assert crate[licence]["url"] in read("LICENSE")
    ours = {i for i in of_type(crate, "File") if i.startswith(("figures/", "data/processed/"))}
    assert {crate[i]["license"]["@id"] for i in ours} == {licence}


def test_rocrate_reads_the_crate_back(crate):
    again = ROCrate(ROOT)
    assert again.version == "1.3"
    assert {entity.id for entity in again.get_entities()} == crate.keys()
    made = again.get("#run/07-patents")["result"]
    assert {file.id for file in made} >= {"figures/patent-leads.png", "figures/patent-measures.png"}


def test_codecheck_lists_picture_and_values_of_each_figure_once():
    manifest = yaml.safe_load(read("codecheck.yml"))["manifest"]
    wanted = [
        f"figures/{f}.{kind}" for f in sorted(outputs.figure_ids()) for kind in ("png", "csv")
    ]
    assert [entry["file"] for entry in manifest] == wanted
    assert [entry["file"] for entry in manifest if not (ROOT / entry["file"]).is_file()] == []
    assert all(entry["comment"] for entry in manifest)


def test_codecheck_holds_the_authors_part_only():
    text = read("codecheck.yml")
    content, cited = yaml.safe_load(text), yaml.safe_load(read("CITATION.cff"))
    assert text.startswith("%YAML 1.1\n---\n# The author's part, written by `make provenance`.")
    assert list(content) == ["version", "paper", "source", "manifest"]
    assert content["version"] == "https://codecheck.org.uk/spec/config/1.0/"
    assert content["paper"] == {"title": cited["title"], "authors": cited["authors"]}


def test_a_person_and_a_doi_in_citation_cff_reach_both_files(copy):
    file = copy / "CITATION.cff"
    person = {"given-names": "Josiah", "family-names": "Carberry"}
    orcid = "https://orcid.org/0000-0002-1825-0097"
    cited = yaml.safe_load(file.read_text("utf-8"))
    cited |= {"doi": "10.5281/zenodo.1", "authors": [person | {"orcid": orcid}, person]}
    file.write_text(yaml.safe_dump(cited), "utf-8")
    paper = yaml.safe_load(provenance.codecheck())["paper"]
    assert paper["reference"] == "https://doi.org/10.5281/zenodo.1"
    assert paper["authors"] == [
        {"name": "Josiah Carberry", "ORCID": "0000-0002-1825-0097"},
        {"name": "Josiah Carberry"},
    ]
    crate = by_id(fresh_crate())
    assert ids(crate["./"]["author"]) == [orcid, "#Josiah%20Carberry"]
    assert crate[orcid] == {"@id": orcid, "@type": "Person", "name": "Josiah Carberry"}


def test_citation_pyproject_package_and_licence_file_agree():
    cited = yaml.safe_load(read("CITATION.cff"))
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert cited["version"] == project["version"] == airace.__version__
    assert cited["license"] == project["license"]
    assert read("LICENSE").startswith(f"{cited['license']} License\n")
