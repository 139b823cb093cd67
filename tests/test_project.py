"""The project's own files agree with each other."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from airace import readme

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-lab.lock"]
DESIGN_CARD = [
    "jupyterlab", "pandas", "matplotlib", "seaborn", "huggingface-hub", "papermill", "nbval",
]  # fmt: skip


def locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^([a-z0-9.-]+)==([^ ;\\]+)", text))


def test_environment_yml_names_the_seven_packages_at_the_versions_of_the_lock():
    every = {name: version for lock in LOCKS for name, version in locked(lock).items()}
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    pins = [p for p in content["dependencies"][-1]["pip"] if not p.startswith("-e")]
    named = dict(pin.replace("_", "-").split("==") for pin in pins)
    assert named == {name: every[name] for name in DESIGN_CARD}


def test_the_three_locks_give_one_version_to_each_package():
    seen: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in locked(lock).items():
            seen.setdefault(name, set()).add(version)
    assert {name: v for name, v in seen.items() if len(v) > 1} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash_and_no_address_is_written(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"https?://\S+", text) == []


def test_the_executing_environment_is_lean():
    heavy = {"jupyterlab", "jupyter-events", "rfc3987-syntax", "frictionless", "rocrate"}
    assert heavy & locked("requirements.lock").keys() == set()


def test_each_dependency_is_justified_in_a_line():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("dependencies = [\n", 1)[1].split("]", 1)[0]
    assert [line for line in block.splitlines() if "#" not in line] == []


def test_ci_runs_the_readmes_test_command():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.splitlines()[-1] == "exec make test"
    assert "$ make test\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readmes_tables_are_those_of_the_data():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.refreshed(text) == text, "next: make readme"


def test_the_citation_names_the_contributors_as_an_entity():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["authors"] == [{"name": "The contributors to airace"}]
    assert citation["license"] == "MIT"


def test_make_without_a_target_prints_its_own_help():
    shown = subprocess.run(["make", "-C", ROOT], capture_output=True, text=True, check=True).stdout
    for target in ("figures", "test", "lab", "readme", "provenance", "lock", "clean"):
        assert f"make {target}" in shown
