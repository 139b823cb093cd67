"""A wheel is the one that the index named, and its files are the ones that its RECORD lists."""

import base64
import hashlib
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from airace import wheels
from airace.errors import RequestError, SnapshotError

TAG = "py3-none-manylinux_2_17_x86_64"
NAME = f"llmfit-1.0.0-{TAG}.whl"
PROGRAM = "llmfit-1.0.0.data/scripts/llmfit"


def make_wheel(
    folder: Path,
    files: dict[str, bytes],
    name: str = "llmfit",
    version: str = "1.0.0",
    tag: str = TAG,
    recorded: dict[str, bytes] | None = None,
) -> Path:
    """Write a small valid wheel; ``recorded`` replaces the content for which RECORD is written."""
    info = f"{name}-{version}.dist-info"
    files = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
        f"{info}/licenses/LICENSE": b"MIT License\n\nCopyright (c) 2026 A. Person\n",
    }
    lines = [f"{n},sha256={_digest(d)},{len(d)}" for n, d in (files | (recorded or {})).items()]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, data in files.items():
            archive.writestr(file, data)
        archive.writestr(f"{info}/RECORD", "\n".join([*lines, f"{info}/RECORD,,"]))
    return path


def point_pip_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pip see one folder of files and nothing else: no index, no network."""
    for name in [n for n in os.environ if n.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def test_a_wheel_with_another_digest_than_asked_for_is_refused_with_both(tmp_path, monkeypatch):
    wheel = make_wheel(tmp_path / "index", {PROGRAM: b"program"})
    point_pip_at(wheel.parent, monkeypatch)
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    taken = tmp_path / "taken"
    with pytest.raises(SnapshotError) as refused:
        wheels.fetch("llmfit", "1.0.0", taken, "manylinux_2_17_x86_64", sha256="ab" * 32)
    assert str(refused.value) == (
        f"wanted {NAME} with the sha256 asked for: {'ab' * 32}\n"
        f"  found: a file with sha256 {found}\n"
        "  next: python -m pip download --no-deps llmfit==1.0.0   (and ask where the other file comes from)"
    )


def test_a_wheel_with_another_digest_than_the_index_states_is_refused(tmp_path, monkeypatch):
    wheel = make_wheel(tmp_path / "simple" / "llmfit", {PROGRAM: b"program"})
    link = f'<a href="{wheel.name}#sha256={"cd" * 32}">{wheel.name}</a>'
    (wheel.parent / "index.html").write_text(link, encoding="utf-8")
    point_pip_at(tmp_path, monkeypatch)
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "simple").as_uri())
    with pytest.raises(SnapshotError) as refused:
        wheels.fetch("llmfit", "1.0.0", tmp_path / "taken", "manylinux_2_17_x86_64")
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert "cd" * 32 in str(refused.value) and found in str(refused.value)
    assert "file:" not in str(refused.value)


def test_a_file_that_changed_after_the_index_stated_its_digest_is_refused(tmp_path, monkeypatch):
    wheel = make_wheel(tmp_path, {PROGRAM: b"program"})
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    monkeypatch.setattr(wheels, "_stated", lambda *_: (wheel.name, "ef" * 32))
    monkeypatch.setattr(wheels, "_pip", lambda *_: "")
    with pytest.raises(SnapshotError) as refused:
        wheels.fetch("llmfit", "1.0.0", tmp_path)
    assert str(refused.value) == (
        f"wanted {NAME} with the sha256 stated by the index: {'ef' * 32}\n"
        f"  found: a file with sha256 {found}\n"
        "  next: python -m pip download --no-deps llmfit==1.0.0   (and ask where the other file comes from)"
    )


def test_an_unknown_version_is_refused_with_the_versions_that_exist(tmp_path, monkeypatch):
    point_pip_at(make_wheel(tmp_path, {PROGRAM: b"program"}).parent, monkeypatch)
    with pytest.raises(SnapshotError) as refused:
        wheels.fetch("llmfit", "1.0.1", tmp_path / "taken", "manylinux_2_17_x86_64")
    assert str(refused.value) == (
        "wanted the wheel of llmfit==1.0.1 from the configured package index\n"
        "  found: pip said: Could not find a version that satisfies the requirement llmfit==1.0.1; "
        "No matching distribution found for llmfit==1.0.1 did you mean '1.0.0'?\n"
        "  choices: 1.0.0\n"
        "  next: python -m pip download --no-deps llmfit==1.0.1   (shows all that pip says)"
    )


@pytest.mark.parametrize("version", ["1.*", ">=1.0", "1.0,<2", "", "--index-url x"])
def test_anything_but_one_exact_version_is_refused_before_pip_starts(version, tmp_path):
    with pytest.raises(RequestError) as refused:
        wheels.fetch("llmfit", version, tmp_path)
    assert str(refused.value) == (
        f"wanted one exact version of llmfit, such as 1.1.17\n  found: {version!r}"
    )


def test_what_pip_says_is_shown_without_the_address_of_an_index(tmp_path, monkeypatch):
    said = (
        "WARNING: Retrying after connection broken: /simple/llmfit/\n"
        "ERROR: HTTP error 404 while getting https://user:secret@index.invalid/simple/llmfit/x.whl\n"
        "ERROR: HTTPSConnectionPool(host='index.invalid', port=443): Failed to resolve 'index.invalid'\n"
    )
    failed = subprocess.CompletedProcess([], 1, stdout="", stderr=said)
    monkeypatch.setattr(wheels.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(SnapshotError) as refused:
        wheels.fetch("llmfit", "1.0.0", tmp_path)
    assert str(refused.value) == (
        "wanted the wheel of llmfit==1.0.0 from the configured package index\n"
        "  found: pip said: HTTP error 404 while getting (address left out); "
        "HTTPSConnectionPool(host=(address left out), port=443): Failed to resolve (address left out)\n"
        "  next: python -m pip download --no-deps llmfit==1.0.0   (shows all that pip says)"
    )


def test_a_damaged_archive_is_named(tmp_path):
    wheel = make_wheel(tmp_path, {PROGRAM: b"the program" * 90})
    wheel.write_bytes(wheel.read_bytes().replace(b"program", b"pr0gram", 1))
    with pytest.raises(SnapshotError) as refused:
        wheels.read(wheel)
    assert str(refused.value) == (
        f"wanted a wheel that can be read: {NAME}\n"
        f"  found: a damaged archive (Bad CRC-32 for file '{PROGRAM}')\n"
        "  next: delete the file and fetch it again"
    )


def test_a_file_cut_short_is_named(tmp_path):
    wheel = make_wheel(tmp_path, {PROGRAM: b"program"})
    wheel.write_bytes(wheel.read_bytes()[:-30])
    with pytest.raises(SnapshotError, match="a damaged archive"):
        wheels.read(wheel)


def test_a_file_that_its_RECORD_contradicts_is_refused(tmp_path):
    wheel = make_wheel(tmp_path, {PROGRAM: b"x" * 900}, recorded={PROGRAM: b"y" * 900})
    with pytest.raises(SnapshotError) as refused:
        wheels.read(wheel)
    assert str(refused.value) == (
        f"wanted {PROGRAM} of {NAME} as its RECORD lists it: sha256={_digest(b'y' * 900)}\n"
        f"  found: sha256={_digest(b'x' * 900)}\n"
        "  next: delete the file and fetch it again"
    )


def test_a_file_that_a_wheel_does_not_hold_is_refused_with_those_it_holds(tmp_path):
    wheel = make_wheel(tmp_path, {PROGRAM: b"program"})
    with pytest.raises(SnapshotError) as refused:
        wheels.read(wheel, "rates.zip")
    info = "llmfit-1.0.0.dist-info"
    assert str(refused.value) == (
        f"wanted rates.zip in {NAME}\n  found: none\n  choices: {PROGRAM}, {info}/METADATA, "
        f"{info}/RECORD, {info}/WHEEL, {info}/licenses/LICENSE"
    )


@pytest.mark.parametrize(
    ("published", "retrieved", "message"),
    [
        ("6 Oct", "2026-10-08", "wanted the day of publication as YYYY-MM-DD\n  found: '6 Oct'"),
        (
            "2026-02-30",
            "2026-10-08",
            "wanted the day of publication as YYYY-MM-DD\n  found: '2026-02-30'",
        ),
        (
            "2026-10-08",
            "20261009",
            "wanted the day of retrieval as YYYY-MM-DD\n  found: '20261009'",
        ),
        (
            "2026-10-08",
            "2026-10-07",
            "wanted a day of retrieval from 2026-10-08 on\n  found: 2026-10-07",
        ),
    ],
)
def test_days_that_cannot_be_are_refused(published, retrieved, message):
    with pytest.raises(RequestError) as refused:
        wheels.check_dates(published, retrieved)
    assert str(refused.value) == message
