"""Makes the site of a scenario anew after a build that changed what it shows.

A site shows all notebooks, so there is one only where all of them are built with the scenario as it is;
otherwise a build says what is missing and leaves the site alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from airace import atomic, build, git, inputs, notebooks, outputs, paths
from airace.report import Report
from airace.scenarios import DEFAULT, RESERVED

STAMP = "site.sha256"  # beside the site: digest of everything that it was made from
SHOWN = 4


@dataclass(frozen=True)
class Made:
    """The pages to open first, none where the scenario is not whole; and a sentence about it."""

    pages: list[Path]
    note: str


def has_site(scenario: str) -> bool:
    """Whether a build of this scenario makes a site; of the default, ``make site`` makes one."""
    return scenario not in (DEFAULT, *RESERVED)


def refresh(report: Report, scenario_file: Path | str) -> Made:
    """Make the site of the scenario that ``report`` has built, if it is whole and not up to date."""
    name, folder = report.scenario, paths.build(report.scenario) / "site"
    whole = report.selected == notebooks.names() and not report.failures
    left = [] if whole else list(build.build(scenario_file=scenario_file, dry_run=True).ran)
    if left or report.failures:
        missing = ", ".join(left[:SHOWN]) + (f" and {len(left) - SHOWN} more" if left[SHOWN:] else "")
        missing = missing or "its verdicts"  # the only other thing that can fail
        state = f"{paths.relative(folder)}/ stays as it was" if folder.is_dir() else "no site yet"
        command = f"airace build --scenario {scenario_file}"
        return Made([], f"{state}: still to be built with {name}: {missing}\n  next: {command}")
    pages = [folder / "index.html", folder / "comparison.html"]
    stamp, current = paths.build(name) / STAMP, _digest(name)
    if stamp.is_file() and stamp.read_text() == current and all(page.is_file() for page in pages):
        return Made(pages, f"the site in {paths.relative(folder)}/ is up to date")
    from airace.site import make

    make.site(name)
    atomic.write(stamp, current.encode())
    return Made(pages, f"site of {name} in {paths.relative(folder)}/, set beside the default")


def _digest(scenario: str) -> str:
    """Digest of what a site is made from: both scenarios' results, notebooks, raw data, the package."""
    results = [outputs.figures(s) for s in (DEFAULT, scenario)]
    results += [outputs.processed(s) for s in (DEFAULT, scenario)]
    folders = [*results, paths.build(scenario) / "runs", paths.notebooks(), paths.package()]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    files += paths.raw().glob(f"*/*/{inputs.DESCRIPTION}")
    known = {
        paths.relative(file): inputs.sha256(file.read_bytes())
        for file in files
        if file.suffix != ".pyc"
    }
    return inputs.digest_of([git.commit(), known])
