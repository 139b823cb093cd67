"""The page that sets a scenario beside the default: what it changes, what that changes, and what not."""

from __future__ import annotations

import json
from dataclasses import dataclass

from airace import atomic, claims, compare, notebooks, outputs, parameters, paths, records, words
from airace.parameters import Parameter, Value
from airace.scenarios import DEFAULT
from airace.site import differences
from airace.site.differences import Differences
from airace.site.pages import Site

ADDRESS = "comparison.html"
PICTURES = "comparison"  # folder of the site with both pictures of each figure that differs
WORDS = {
    "subtitle": "line below the headline",
    "alt": "description of the picture",
    "source": "sources",
}
JUDGED = ("verdict", "reason", "dimensions", "evidence")
SHOWN = 6  # values, cells and rows that are listed of each figure
DIGITS = 4


@dataclass(frozen=True)
class Figure:
    """One figure in both builds; ``words`` are the names of the texts that differ but the headline."""

    figure_id: str
    before: dict
    after: dict
    words: list[str]
    values: Differences
    same_picture: bool
    made_by_others: list[str]

    @property
    def differs(self) -> bool:
        titles = self.before["title"] != self.after["title"]
        return bool(titles or self.words or self.values) or not self.same_picture


def navigation(scenario: str) -> dict[str, str]:
    """The page's entry in a site's navigation; none in the site of the default."""
    return {} if scenario == DEFAULT else {ADDRESS: "Beside the default"}


def write(site: Site) -> None:
    """Write the page and the pictures that it shows. Raises LedgerError without the default's verdicts."""
    known = {name: parameters.read(name) for name in notebooks.names()}
    changed = {name: _changed(site.scenario, name, contract) for name, contract in known.items()}
    ids = [figure_id for figure_id in outputs.figure_ids() if _both(site, figure_id)]
    figures = [_figure(site, figure_id) for figure_id in ids]
    differing = [figure for figure in figures if figure.differs]
    for figure in differing:
        _copy(site, figure.figure_id)
    own = paths.claims(site.scenario).parent == site.processed
    judged = claims.read(paths.claims(DEFAULT))
    statements = _statements(judged, claims.read(paths.claims(site.scenario)))
    site.write(
        ADDRESS,
        "comparison.html",
        title=f"{site.scenario} beside the default",
        lead=_lead(changed, figures, statements),
        changed={name: pairs for name, pairs in changed.items() if pairs},
        differing=differing,
        same=[figure for figure in figures if not figure.differs],
        missing=[figure_id for figure_id in outputs.figure_ids() if figure_id not in ids],
        older=[figure for figure in figures if figure.made_by_others],
        made_by=sorted({name for figure in figures for name in figure.made_by_others}),
        tables=_tables(site),
        statements=statements,
        count=len(judged),
        own=own,
        ignored=_ignored(known, changed),
        pictures=PICTURES,
        names=WORDS,
        limit=SHOWN,
        number=lambda text: words.number(float(text), DIGITS).replace("-", "−"),
        said=_said,
    )


def _changed(
    scenario: str, notebook: str, contract: dict[str, Parameter]
) -> list[tuple[Parameter, Value]]:
    """Parameters with which the scenario ran a notebook and that are not the notebook's own."""
    used = (records.load(scenario, notebook) or {}).get("parameters", {})
    return [(contract[k], value) for k, value in used.items() if contract[k].default != value]


def _both(site: Site, figure_id: str) -> bool:
    folders = (outputs.figures(DEFAULT), site.figures)
    return all((folder / f"{figure_id}.json").is_file() for folder in folders)


def _figure(site: Site, figure_id: str) -> Figure:
    """Read a figure of both builds."""
    read = {
        kind: [(f / f"{figure_id}.{kind}").read_bytes() for f in (outputs.figures(DEFAULT), site.figures)]
        for kind in ("json", "csv", "png")
    }
    before, after = map(json.loads, read["json"])
    return Figure(
        figure_id,
        before,
        after,
        [name for name in WORDS if before[name] != after[name]],
        differences.between(*read["csv"]),
        read["png"][0] == read["png"][1],
        _made_by_others(before, after, *read["json"]),
    )


def _made_by_others(before: dict, after: dict, *records_: bytes) -> list[str]:
    """What differs between two builds of a figure although no parameter can make it differ."""
    both = before["snapshots"].keys() & after["snapshots"].keys()
    chosen = {f"data/raw/{s}" for s in (before["snapshots"].keys() | after["snapshots"].keys()) - both}
    return [name for name in compare.made_with(*records_) if name not in chosen]


def _copy(site: Site, figure_id: str) -> None:
    for scenario in (DEFAULT, site.scenario):
        picture = (outputs.figures(scenario) / f"{figure_id}.svg").read_bytes()
        side = "default" if scenario == DEFAULT else "scenario"
        atomic.write(site.folder / PICTURES / f"{figure_id}-{side}.svg", picture)


def _tables(site: Site) -> list[tuple[str, Differences]]:
    """The tables that differ, but for the verdicts, which stand on their own."""
    found = []
    for file in sorted(outputs.processed(DEFAULT).glob("*.csv")):
        other = site.processed / file.name
        if file.stem != "claims" and other.is_file():
            found.append((file.name, differences.between(file.read_bytes(), other.read_bytes())))
    return [(name, changes) for name, changes in found if changes]


def _statements(before: list[dict], after: list[dict]) -> list[tuple[dict, dict, list[str]]]:
    """Statements of which verdict, reason, respects or deciding rows differ, and which of these do."""
    here = {claim["claim_id"]: claim for claim in after}
    pairs = [(claim, here[claim["claim_id"]]) for claim in before if claim["claim_id"] in here]
    found = [(old, new, [part for part in JUDGED if old[part] != new[part]]) for old, new in pairs]
    return [(old, new, parts) for old, new, parts in found if parts]


def _ignored(
    known: dict[str, dict[str, Parameter]], changed: dict[str, list[tuple[Parameter, Value]]]
) -> list[tuple[str, list[str]]]:
    """Notebooks that ran with their own parameters, and why where another one was given a like value."""
    wanted = [pair for pairs in changed.values() for pair in pairs]
    found = []
    for name, contract in known.items():
        like = [(contract[p.name], v) for p, v in wanted if _alike(contract.get(p.name), p)]
        if not changed[name]:
            found.append((name, list(dict.fromkeys(_why(own, value) for own, value in like))))
    return found


def _alike(one: Parameter | None, other: Parameter) -> bool:
    """Whether two notebooks mean the same by a parameter: its name, its type, some allowed value."""
    if one is None or one.type != other.type:
        return False
    return not one.allowed or bool({*one.allowed} & {*other.allowed})


def _why(parameter: Parameter, value: Value) -> str:
    stays = f"{parameter.name} stays {_said(parameter.default)}"
    allowed = parameter.allows(value)
    return stays if allowed else f"{stays}, as {_said(value)} is not among {parameter.choices()}"


def _said(value: Value) -> str:
    """A value as a person writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, list) else str(value)


def _lead(changed: dict, figures: list[Figure], statements: list) -> str:
    """Say in three sentences what the scenario changes, and what comes of it."""
    asked = sum(map(bool, changed.values()))
    differing = [figure for figure in figures if figure.differs]
    in_values = sum(map(bool, (figure.values for figure in differing)))
    of_them = "all" if differing and in_values == len(differing) else f"{in_values}"
    verdicts = sum("verdict" in parts for _, _, parts in statements)
    return (
        f"{asked} of {len(changed)} notebooks ran with other parameters. {len(differing)} of {len(figures)} "
        f"figures differ, {of_them} of them in plotted values. "
        f"{_count(verdicts, 'verdict changes', 'verdicts change')}."
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else f"No {one}"
