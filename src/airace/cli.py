"""The command line: one short function per command, which only wires the rooms together.

What takes long to import is imported inside the functions, so that each command starts at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import airace
from airace.errors import AiraceError
from airace.new.cli import new as new_commands
from airace.snapshot_cli import snapshot as snapshot_commands

if TYPE_CHECKING:
    from airace.report import Report


class Commands(click.Group):
    """Turns an AiraceError into its text and exit code: 2 refused, 1 ran and failed."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except AiraceError as error:
            say(f"airace: {error}")
            context.exit(error.exit_code)


def say(text: str) -> None:
    """Write a message to stderr; results go to stdout."""
    click.echo(text, err=True)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(airace.__version__, message="%(version)s")
def main() -> None:
    """Rebuild and check the numbers that an article prints.

    Example: airace build
    """


@main.command()
@click.argument("notebooks", nargs=-1, metavar="[NOTEBOOK ...]")
@click.option(
    "-p",
    "assignments",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a parameter in every chosen notebook that has it. VALUE is typed as in YAML.",
)
@click.option(
    "--scenario",
    metavar="NAME|FILE",
    help="Take the parameters of each notebook from scenarios/NAME.yaml, or from another YAML file.",
)
@click.option(
    "--jobs", type=int, help="Run this many notebooks at a time. Default: one more than processors."
)
@click.option("--force", is_flag=True, help="Run the notebooks even if nothing has changed.")
@click.option("--dry-run", is_flag=True, help="Print what would run and why, and run nothing.")
def build(
    notebooks: tuple[str, ...],
    assignments: tuple[str, ...],
    scenario: str | None,
    jobs: int | None,
    force: bool,
    dry_run: bool,
) -> None:
    """Execute notebooks that have changed and publish what they make.

    Without a name, all notebooks are built. With default parameters the results go to figures/ and
    data/processed/, with others to build/. A scenario of which all notebooks are built gets a site of
    its own, with a page that sets it beside the default.

    Examples: airace build 02-model-share -p focus=USA -p exclude_top=5

    airace build --scenario korea-focus
    """
    from airace import build as runner

    report = runner.build(notebooks, assignments, scenario, jobs, force, dry_run)
    if dry_run:
        _tell_plan(report)
    else:
        _tell(report)
        _tell_site(report, scenario)
    click.get_current_context().exit(report.exit_code)


@main.command()
@click.argument("name")
def accept(name: str) -> None:
    """Make a notebook's latest results the reference.

    What changed is said. NAME is a notebook or a figure. The notebook is built first if it is out
    of date; its outputs are written into notebooks/, for you to commit. A notebook that fails is
    not accepted.

    Example: airace accept 02-model-share
    """
    from airace import accept as acceptance

    changes = acceptance.accept(name)
    for change in changes:
        click.echo(change)
    if not changes:
        say(f"nothing changed: {name} is as before")


@main.command()
@click.argument("names", nargs=-1, metavar="[FIGURE ...]")
@click.option("--jobs", type=int, help="Run this many notebooks at a time.")
@click.option("--json", "as_json", is_flag=True, help="Print an object for a program.")
def check(names: tuple[str, ...], jobs: int | None, as_json: bool) -> None:
    """Rebuild figures and compare them with what is committed.

    FIGURE may be a notebook, too; without a name, everything is rebuilt from the raw data, into
    build/check/. Exit code 1: something differs, and build/check/report.html shows it. Another
    matplotlib than the lock's moves text: that is told, and is no failure.

    Example: airace check downloads-growth
    """
    import json

    from airace import check as checker

    checked = checker.check(names, jobs)
    if as_json:
        click.echo(json.dumps(checker.as_json(checked), indent=1, ensure_ascii=False))
    else:
        for line in checker.lines(checked):
            click.echo(line)
    for failure in checked.failures:
        say(f"airace: {failure}")
    page = checker.write_report(checked)
    say(checker.summary(checked) + (f"\nread {page}" if page else ""))
    click.get_current_context().exit(checked.exit_code)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print an array of objects for a program.")
def claims(as_json: bool) -> None:
    """Print every statement of the article with its derived verdict.

    The verdicts are those of the last default build, in data/processed/claims.csv.

    Example: airace claims --json
    """
    import json

    from airace import claims as ledger
    from airace import paths

    found = ledger.read(paths.processed() / "claims.csv")
    if as_json:
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return
    for claim in found:
        click.echo(f"{claim['claim_id']:29}  {claim['verdict']:18}  {claim['printed']}")


@main.group(invoke_without_command=True)
@click.pass_context
def data(context: click.Context) -> None:
    """List the raw snapshots.

    In a line each: topic and date, rows, licence, and which notebooks use it.

    Example: airace data
    """
    if context.invoked_subcommand:
        return
    from airace import listing

    for row in listing.overview():
        used = ", ".join(row["used_by"]) or "no notebook yet"
        licence = (
            f"{row['licence']} ({row['republish']})"
            if row["republish"] != "yes"
            else row["licence"]
        )
        click.echo(f"{row['snapshot']:35}  {row['rows']:>6,} rows  {licence:24}  {used}")


@data.command()
@click.argument("snapshots", nargs=-1, metavar="[SNAPSHOT ...]")
def verify(snapshots: tuple[str, ...]) -> None:
    """Check digest, size and schema of the named snapshots, or of all.

    Example: airace data verify market_size/2026-03-06
    """
    from airace import listing

    checked = listing.verify(list(snapshots))
    click.echo(f"{len(checked)} snapshots, {sum(checked.values()):,} rows: all as described")


@main.command()
@click.argument("figure", metavar="FIGURE[:ROW]")
@click.option("--json", "as_json", is_flag=True, help="Print one object for a program.")
def trace(figure: str, as_json: bool) -> None:
    """Follow a plotted value back to its raw rows and their sources.

    Without a row, the figure's rows are listed by number. With one, its trail is printed: the
    plotted row, the processed tables, the raw rows, the sources with address and licence.

    Example: airace trace market-sizes:9
    """
    import json

    from airace import trace as trail
    from airace import trace_text

    figure_id, number = trail.split(figure)
    opened = trail.read(figure_id)
    found = trail.overview(opened) if number is None else trail.row(opened, number)
    write = trace_text.overview if number is None else trace_text.row
    click.echo(json.dumps(found, indent=1, ensure_ascii=False) if as_json else write(found))
    trail.require_unchanged(opened)


@main.command()
@click.option(
    "--scenario",
    metavar="NAME",
    default="default",
    show_default=True,
    help="Show the results of this scenario, which was built before.",
)
def site(scenario: str) -> None:
    """Write the static site of the last build.

    Its front page is printed, to be opened from a file. The site of the default scenario lies in
    build/site/, that of another in build/NAME/site/.

    Example: airace site --scenario korea-focus
    """
    from airace import paths
    from airace.site import make

    click.echo(paths.relative(make.site(scenario)))


def _tell_plan(report: Report) -> None:
    for name in report.selected:
        click.echo(f"{name}: {report.ran.get(name, 'up to date')}")


def _tell(report: Report) -> None:
    """Say what a build did: notes, failures, where the results are, how long it took."""
    for note in report.notes:
        say(note)
    for failure in report.failures:
        say(f"airace: {failure}")
    for line in report.figure_lines():
        click.echo(line)
    say(report.summary())


def _tell_site(report: Report, scenario: str | None) -> None:
    """Make the site of a scenario that is whole, and say where it is, or why there is none."""
    from airace import paths
    from airace.site import upkeep

    if upkeep.has_site(report.scenario):
        made = upkeep.refresh(report, scenario)
        for page in made.pages:
            click.echo(paths.relative(page))
        say(made.note)


main.add_command(snapshot_commands, "snapshot")
main.add_command(new_commands, "new")

if __name__ == "__main__":
    main()
