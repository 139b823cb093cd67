"""Finds the file of a dump: on this machine, or at the Hub through ``huggingface_hub``."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from airace.errors import RequestError
from airace.terminal import shown

HF = re.compile(
    r"hf://datasets/(?P<repo>[\w.-]+/[\w.-]+)(@(?P<revision>[\w.~-]+))?/(?P<path>[\w./-]+\.parquet)"
)
EXAMPLE = "hf://datasets/cfahlgren1/hub-stats/models.parquet"
NONE = {"name": "other", "title": "not stated", "path": "https://huggingface.co/terms-of-service"}


@dataclass(frozen=True)
class Dump:
    """A file on this machine, and where it comes from."""

    path: Path
    title: str
    publisher: str
    url: str
    sha256: str
    revision: str | None  # commit of the dataset, where it is known
    licence: dict
    licence_note: str


def opened(file: str) -> Dump:
    """Return the dump. Raises RequestError for a file that is not there or cannot be had."""
    if file.startswith("hf://"):
        return _downloaded(file)
    path = Path(file)
    if not path.is_file():
        wanted = f"wanted a Parquet file, or hf://datasets/…, got {shown(file)!r}"
        raise RequestError(
            wanted, "no such file", next_command=f"airace snapshot hub-stats {EXAMPLE}"
        )
    note = "Whoever handed on the file knows its licence; it stays on this machine."
    digest = _sha256(path)
    url = f"sha256:{digest}"  # a path of this machine says nothing elsewhere, and too much
    return Dump(path, f"the dump {shown(path.name)}", "a local file", url, digest, None, NONE, note)


def _downloaded(address: str) -> Dump:
    from huggingface_hub import hf_hub_download  # slow to import, and only needed here
    from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, LocalEntryNotFoundError

    parts = HF.fullmatch(address)
    if not parts or ".." in parts["path"].split("/"):
        wanted = "wanted hf://datasets/<owner>/<name>[@revision]/<file>.parquet"
        raise RequestError(wanted, shown(address), EXAMPLE)
    repo, revision = parts["repo"], parts["revision"]
    revision = revision.replace("~parquet", "refs/convert/parquet") if revision else None
    try:
        found = hf_hub_download(repo, parts["path"], repo_type="dataset", revision=revision)
    except LocalEntryNotFoundError as error:  # huggingface_hub's word for: no network, and no copy
        raise _unreachable(address, str(error), "check the network, or name a file") from error
    except (EntryNotFoundError, HfHubHTTPError) as error:
        raise _unreachable(address, str(error), "name a dataset that exists, or a file") from error
    path = Path(found)
    commit = _commit(path)
    at = f"https://huggingface.co/datasets/{repo}/resolve/{commit or revision or 'main'}/{parts['path']}"
    licence = NONE | {"path": f"https://huggingface.co/datasets/{repo}"}
    note = "The dataset's card states the licence of the dump; the copy stays on this machine."
    title = f"the dataset {repo} of the Hub"
    return Dump(path, title, repo.partition("/")[0], at, _sha256(path), commit, licence, note)


def _unreachable(address: str, reason: str, step: str) -> RequestError:
    first = shown((reason.splitlines() or ["no reason"])[0])
    return RequestError(f"wanted {address} from the Hub", first, next_command=step)


def _commit(path: Path) -> str | None:
    """Commit of a file in the cache: …/snapshots/<commit>/<file>."""
    folders = [*path.parts]
    return folders[folders.index("snapshots") + 1] if "snapshots" in folders else None


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
