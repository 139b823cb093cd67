"""Takes a live snapshot of the Hub: plans it, lists what is missing, makes the tables, describes it.

The folder is named by the day on which the snapshot was begun (UTC). A listing that goes on after
midnight keeps that folder, so that ``--resume`` finds it; ``as_of_latest`` is the day of the last reply,
because that is the latest day that the counts describe. Where the two differ, the description says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import huggingface_hub

from airace import atomic, live, live_files, live_pages, live_tables, paths
from airace.errors import AiraceError, RequestError, SnapshotError
from airace.hub import EXPAND, SETTINGS, SORT, Hub, Settings
from airace.hub_errors import RESUME, HubError
from airace.inputs import DESCRIPTION
from airace.live_listing import NAMESPACE, WHOLE, Listing
from airace.live_pages import Unit, Writer
from airace.live_progress import Progress, full_listing
from airace.live_rows import plain

COMMANDS = {"organisations": "", "all": " --all"}


def take(
    scope: str,
    units: Sequence[str] = (),
    resume: bool = False,
    settings: Settings = SETTINGS,
    endpoint: str | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Path:
    """Take the snapshot of today, or go on with the unfinished one; return its folder.

    ``scope`` is "organisations" or "namespaces" (``units`` are namespaces of the Hub), or "all". Raises
    RequestError for a request that cannot be met, HubError where the Hub or the disk does not let it
    be finished: then what was kept stays for ``resume``.
    """
    units = [WHOLE] if scope == "all" else _namespaces(units)
    command = f"airace snapshot hub{COMMANDS.get(scope, ''.join(f' --org {u}' for u in units))}"
    day = _unfinished(command) if resume else _free(now().strftime("%Y-%m-%d"), command)
    progress = Progress(len(units), scope == "all")
    hub = Hub(settings, endpoint, progress.tell, now)
    wanted = _plan(scope, units, hub, now())
    if scope == "all":
        progress.at_first = lambda b: full_listing(settings.page_size, b, hub.anonymous)
    folder = paths.snapshot(live.snapshot_id(day))
    try:
        with live_pages.hold(day):
            if resume:
                wanted = _same(live_pages.plan(folder), wanted, day)
            else:
                live_pages.begin(folder, wanted)
            atomic.clear(folder)
            _list(folder, wanted["units"], hub, progress)
            progress.tell("making the tables")
            summary = live_tables.make(folder, [Unit(folder, name) for name in wanted["units"]])
            _describe(folder, wanted, summary)
    except KeyboardInterrupt:
        raise _followed(HubError("interrupted", next_command=RESUME), folder, command) from None
    except AiraceError as error:
        raise _followed(error, folder, command) from None
    except OSError as error:  # of the folder itself
        raise _followed(live_pages.full(folder, error), folder, command) from None
    return folder


def _followed(error: AiraceError, folder: Path, command: str) -> AiraceError:
    """Say the exact command that goes on; nothing is left to go on with where no page was kept."""
    left = folder.is_dir()
    error.next_command = error.next_command.replace(RESUME, command + " --resume" * left)
    return error


def _namespaces(units: Sequence[str]) -> list[str]:
    wrong = [unit for unit in units if not NAMESPACE.fullmatch(unit)]
    if wrong or not units:
        wanted = "wanted namespaces of the Hub: letters, digits, '.', '_' and '-'"
        raise RequestError(wanted, ", ".join(map(plain, wrong)) or "none")
    return list({unit.casefold(): unit for unit in units}.values())  # the Hub ignores case


def _free(day: str, command: str) -> str:
    """The day, if nothing of it is there."""
    if day in live_pages.unfinished():
        wanted = f"{live.snapshot_id(day)} was begun and is not finished"
        other = f"{command} --resume   (or remove {paths.relative(paths.topic(live.LIVE) / day)})"
        raise RequestError(wanted, next_command=other)
    if (paths.topic(live.LIVE) / day / DESCRIPTION).exists():
        wanted = f"a snapshot is never rewritten: {live.snapshot_id(day)} exists"
        raise SnapshotError(wanted, next_command="take one on another day")
    return day


def _unfinished(command: str) -> str:
    days = live_pages.unfinished()
    if not days:
        wanted = "wanted an unfinished snapshot in data/live to resume"
        raise RequestError(wanted, "none", next_command=command)
    return days[-1]


def _plan(scope: str, units: list[str], hub: Hub, begun: datetime) -> dict:
    return {
        "scope": scope,
        "units": units,
        "endpoint": hub.endpoint,
        "page_size": hub.settings.page_size,
        "sort": SORT,
        "expand": EXPAND,
        "anonymous": hub.anonymous,
        "begun": begun.isoformat(),
        "client": f"huggingface_hub {huggingface_hub.__version__}",
    }


def _same(begun: dict, asked: dict, day: str) -> dict:
    """Return the plan that a snapshot was begun with. Raises RequestError if it is another one."""
    differ = [
        key for key in asked if key not in ("begun", "client") and begun.get(key) != asked[key]
    ]
    if differ:
        first = differ[0]
        raise RequestError(
            f"wanted the options with which {live.snapshot_id(day)} was begun",
            f"another {first.replace('_', ' ')}: {plain(asked[first])}",
            f"{first.replace('_', ' ')} {plain(begun.get(first), 200)}",
            f"run it with those options, or remove {paths.relative(paths.topic(live.LIVE) / day)}",
        )
    return begun


def _list(folder: Path, names: list[str], hub: Hub, progress: Progress) -> None:
    units = [Unit(folder, name) for name in names]
    for unit in units:
        if unit.folder.is_dir():
            atomic.clear(unit.folder)
    ends = [unit.end for unit in units]
    kept = [
        end or {"rows": sum(h["rows"] for h, _ in unit.pages(bodies=False))}
        for unit, end in zip(units, ends)
    ]
    progress.resumed(sum(end is not None for end in ends), sum(end["rows"] for end in kept))
    try:
        with Writer() as writer:
            listing = Listing(hub, writer, progress)
            for unit, end in zip(units, ends):
                if end is None:
                    listing.run(unit)
                    progress.unit()
    finally:
        progress.close()


def _describe(folder: Path, plan: dict, summary: live_tables.Summary) -> None:
    """Write the description: from then on it is a snapshot."""
    live_files.describe(folder, live.package(folder.name, plan, summary), summary.row_counts)
