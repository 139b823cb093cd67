"""The notebook's side of a build: what it examines, with which parameters, and what it hands over.

A notebook opens with ``run = start("02-model-share", ledger=..., focus=focus)`` and gives everything
away through it. Where the outputs land is decided by the runner (``AIRACE_OUTPUT``); when a person or
nbval runs the notebook they land in ``build/interactive/``, so that looking never changes what is
published.
"""

from __future__ import annotations

import json
import os
import textwrap
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from airace import claims, figures, paths, snapshots, style, verdicts, words

SHOWN = 6  # deciding rows that a notebook prints
# Tables in a notebook are shown whole: what is cut off is what nobody checks.
DISPLAY = {
    "display.max_rows": 200,
    "display.max_columns": 30,
    "display.max_colwidth": 90,
    "display.width": 1000,
    "display.precision": 6,
}


def start(notebook: str, ledger: str, **parameters: object) -> Run:
    """Begin a notebook: apply the theme, remember name, ledger and parameters.

    ``notebook`` is its name, ``ledger`` the snapshot of the printed statements, and
    ``parameters`` the notebook's own, which the records of its figures repeat. Raises SnapshotError
    for an unknown ledger.

    >>> from airace.run import start
    >>> run = start("03-market-size", "article/2026-03-10", currency="CNY")
    >>> run.notebook, run.parameters
    ('03-market-size', {'currency': 'CNY'})
    """
    style.use()
    for option, value in DISPLAY.items():
        pd.set_option(option, value)
    snapshots.opened.clear()
    snapshots.listed.clear()
    return Run(notebook, ledger, parameters)


class Run:
    """One execution of one notebook."""

    def __init__(self, notebook: str, ledger: str, parameters: dict[str, object]):
        self.notebook, self.ledger, self.parameters = notebook, ledger, parameters
        self.statements = claims.ledger(ledger)
        staging = os.environ.get("AIRACE_OUTPUT")  # of the runner: build/<scenario>/staging
        self.scenario = Path(staging).parent.name if staging else "interactive"
        self.folder = Path(staging or paths.build("interactive")) / notebook
        self.handed_in: dict[str, dict] = {}

    def printed(self, *claim_ids: str) -> pd.DataFrame:
        """Return what the article prints, from the ledger: one row per statement.

        Raises LedgerError for an unknown id.

        >>> from airace.run import start
        >>> run = start("03-market-size", "article/2026-03-10")
        >>> run.printed("market-900bn-yuan")[["printed", "value", "unit"]]
                                           printed value    unit
        claim_id
        market-900bn-yuan  around 900 billion yuan   900  bn CNY
        """
        rows = [self.statement(claim_id) for claim_id in claim_ids]
        shown = ["claim_id", "printed", "value", "unit", "as_of", "named_source", "statement"]
        table = pd.DataFrame(rows)[shown]
        table["value"] = table["value"].map("{:.15g}".format, na_action="ignore")
        return table.fillna("").set_index("claim_id")

    @property
    def article_day(self) -> str:
        """The day of the article, an ISO date: what describes later days decides no verdict.

        >>> from airace.run import start
        >>> start("03-market-size", "article/2026-03-10").article_day
        '2026-03-10'
        """
        return self.ledger.split("/")[1]

    def statement(self, claim_id: str) -> dict:
        """Return one statement of the ledger.

        It has a key per column of the ledger; missing cells are None. Raises LedgerError for an
        unknown id.

        >>> from airace.run import start
        >>> statement = start("03-market-size", "article/2026-03-10").statement("market-900bn-yuan")
        >>> statement["printed"], statement["value"], statement["unit"], statement["kind"]
        ('around 900 billion yuan', 900.0, 'bn CNY', 'number')
        """
        return claims.statement(self.statements, claim_id, self.ledger)

    def table(self, name: str, data: pd.DataFrame) -> pd.DataFrame:
        """Hand over a tidy table (``data/processed/<name>.csv``) and return it for display.

        It is returned unchanged; in the file days are ISO dates and numbers have 12 significant
        digits.

        >>> import pandas as pd
        >>> from airace.run import start
        >>> run = start("03-market-size", "article/2026-03-10")
        >>> run.table("example", pd.DataFrame({"country": ["China"], "share": [17.1]}))
          country  share
        0   China   17.1
        """
        figures.write_table(self.folder / "processed" / f"{name}.csv", data)
        self._remember_inputs()
        return data

    def export(self, figure_id: str, figure: Figure, data: pd.DataFrame, alt: str) -> None:
        """Hand over a picture with the values that it shows, and display it.

        ``data`` holds the plotted values, with the columns ``snapshot`` and ``row`` of what they come
        from; the source line is derived from it. ``alt`` says in words what the picture shows.

        Raises FigureError if the picture may not be published: texts overlap, or a source is
        missing.

        >>> from airace import snapshots, style
        >>> from airace.run import start
        >>> run = start("03-market-size", "article/2026-03-10")
        >>> size = snapshots.load("market_size/2026-03-06").query("row == 'mp010'")
        >>> figure, (axes,) = style.canvas("A title", "What is drawn", 3, [(0.1, 0, 0.8, 1)])
        >>> bars = axes.barh(["2024"], size["value"])
        >>> run.export("example", figure, size, "One bar: the core AI industry of China in 2024.")
        <IPython.core.display.Image object>
        """
        record = {"notebook": self.notebook, "parameters": self.parameters}
        figures.export(figure, figure_id, data, alt, self.folder / "figures", record)
        self._remember_inputs()

    def evidence(self, claim_id: str, rows: pd.DataFrame, figure: str, **judged: object) -> None:
        """Hand in the evidence for a statement; see ``verdicts.judge`` for the keywords.

        The relation becomes "named source" where the rows' originators include every source that the
        article names.

        ``rows`` are rows of snapshots, ``figure`` shows them. Raises LedgerError for an unknown
        statement.

        >>> from airace import snapshots
        >>> from airace.run import start
        >>> run = start("03-market-size", "article/2026-03-10")
        >>> size = snapshots.load("market_size/2026-03-06").query("row == 'mp010'")
        >>> said = {"value": 900, "as_of": ("2024-01-01", "2024-12-31"), "relation": "originator"}
        >>> run.evidence("market-900bn-yuan", size, "market-sizes", **said)
        >>> run.verdicts()[["printed", "verdict"]]
                                           printed     verdict
        claim_id
        market-900bn-yuan  around 900 billion yuan  reproduced
        """
        stated = self.statement(claim_id)
        cited = claims.evidence_rows(rows)
        if any(verdicts.named_in(stated["named_source"] or "", r["originator"]) for r in cited):
            judged["relation"] = "named source"
        if "as_of" in judged:
            judged["as_of"] = [f"{pd.Timestamp(d):%Y-%m-%d}" for d in judged["as_of"]]
        entry = {"claim_id": claim_id, "rows": cited, "figures": [figure], **judged}
        self.handed_in[claim_id] = json.loads(json.dumps(entry, default=_plain))
        package = {"ledger": self.ledger, "notebook": self.notebook}
        package["evidence"] = list(self.handed_in.values())
        figures.write_json(self.folder / "evidence.json", package)
        self._remember_inputs()

    def no_data(
        self, claim_id: str, figure: str, finding: str = "", also: pd.DataFrame | None = None
    ) -> None:
        """Hand in that public data do not answer a statement, citing what was searched.

        ``also`` are rows that the finding rests on.

        Raises LedgerError where the ledger records no search for the statement.

        >>> from airace.run import start
        >>> run = start("01-downloads", "article/2026-03-10")
        >>> run.no_data("downloads-jan-2024", figure="downloads-growth")
        >>> run.verdicts()["verdict"].item()
        'cannot be checked'
        """
        found = claims.search(self.ledger, claim_id)
        rows = found if also is None else pd.concat([found, also])
        missing = f"{found['looked_for'].item()} ({found['result'].item()})"
        self.evidence(claim_id, rows, figure, missing=missing, finding=finding)

    def claims(self) -> list[dict]:
        """Return all statements with their verdicts, as the build merged them; for the overview.

        Each is a dict as ``airace claims --json`` prints it.

        >>> from airace.run import start
        >>> claims = start("00-overview", "article/2026-03-10").claims()
        >>> claims[0]["claim_id"], claims[0]["verdict"]
        ('one-year-after-deepseek', 'consistent')
        """
        return claims.read(paths.claims(self.scenario))

    def verdicts(self) -> pd.DataFrame:
        """Return the derived verdicts of the statements examined so far.

        One row per statement: what is printed, the verdict, and a column per respect.

        >>> from airace import snapshots
        >>> from airace.run import start
        >>> run = start("03-market-size", "article/2026-03-10")
        >>> size = snapshots.load("market_size/2026-03-06").query("row == 'mp010'")
        >>> said = {"value": 900, "as_of": ("2024-01-01", "2024-12-31"), "relation": "originator"}
        >>> run.evidence("market-900bn-yuan", size, "market-sizes", **said)
        >>> run.verdicts().T
        claim_id            market-900bn-yuan
        printed       around 900 billion yuan
        verdict                    reproduced
        availability                    holds
        attribution                     holds
        date                       not stated
        scope                  not applicable
        value                           holds
        """
        judged = {
            claim_id: claims.claim(self.statement(claim_id), evidence)
            for claim_id, evidence in self.handed_in.items()
        }
        rows = {
            claim_id: {"printed": c["printed"], "verdict": c["verdict"]}
            | {respect: c["dimensions"][respect] for respect in verdicts.PRECEDENCE}
            for claim_id, c in judged.items()
        }
        return pd.DataFrame(rows).T.rename_axis("claim_id")

    def reasons(self) -> None:
        """Print the reason of every verdict, with the first rows that decide it.

        >>> from airace import snapshots
        >>> from airace.run import start
        >>> run = start("03-market-size", "article/2026-03-10")
        >>> size = snapshots.load("market_size/2026-03-06").query("row == 'mp010'")
        >>> said = {"value": 900, "as_of": ("2024-01-01", "2024-12-31"), "relation": "originator"}
        >>> run.evidence("market-900bn-yuan", size, "market-sizes", **said)
        >>> run.reasons()
        market-900bn-yuan: reproduced
          From the number's maker.
          - market_size/2026-03-06 mp010: 900 2024
        """
        for claim_id, evidence in self.handed_in.items():
            judged = claims.claim(self.statement(claim_id), evidence)
            reason = textwrap.fill(
                judged["reason"], 100, initial_indent="  ", subsequent_indent="  "
            )
            print(f"{claim_id}: {judged['verdict']}\n{reason}")
            rows = judged["evidence"]
            for row in rows[:SHOWN]:
                value = "" if row["value"] is None else words.number(row["value"], 6)
                print(f"  - {row['snapshot']} {row['row']}: {value} {row['as_of']}".rstrip())
            if len(rows) > SHOWN:
                print(f"  - and {len(rows) - SHOWN} more rows in data/processed/claims.csv")

    def _remember_inputs(self) -> None:
        inputs = {
            "snapshots": snapshots.opened,
            "listings": snapshots.listed,
            "parameters": self.parameters,
        }
        figures.write_json(self.folder / "inputs.json", inputs)


def _plain(value: object) -> object:
    """JSON form of numpy scalars and flags."""
    return value.item()
