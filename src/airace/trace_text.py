"""A trail as text for a person: one screen, wrapped at the terminal's width."""

from __future__ import annotations

import shutil
import textwrap

from airace import words
from airace.trace import PART, VALUES, is_number, place

WIDEST = 110
MANY = 3  # raw rows that are shown in full; more are shown by what tells them apart
SHOWN = 8  # rows of a list
SHOWN_PARTS = 3  # rows of tables from some of the raw rows
IN_A_LIST = 22  # characters of a cell in a list of rows
FLAGS = {"true", "false"}
LISTED = {"number", "snapshot", "key"}
IN_SOURCES = {"source_title", "publisher", "source_url", "published", "confidence"}


def overview(found: dict) -> str:
    """Write a figure: what made it, what it was drawn from, and a line per plotted row."""
    lines = _heading(found, f"{found['figure']}: {found['title']}")
    lines += ["", "Drawn from"]
    for s in found["snapshots"]:
        lines.append(f"  {s['snapshot']:<34}  as of {s['as_of']}  {_licence(s)}")
    lines += ["", "Code that makes the values", *_code(found)]
    lines += ["", f"Plotted rows of {found['file']}"]
    rows, topics = found["rows"], [s["snapshot"].partition("/")[0] for s in found["snapshots"]]
    dated = {topic for topic in topics if topics.count(topic) > 1}
    same = {name for name in rows[0] if len({row[name] for row in rows}) == 1}
    for row in rows:
        keys = _keys(row, dated)
        left = _width() - len(keys) - len("  123    ")
        cells = {n: v for n, v in row.items() if v and n not in same | LISTED}
        lines.append(f"  {row['number']:>3}  {_short(_leading(cells), left):<{left}}  {keys}")
    lines += ["", f"next: airace trace {found['figure']}:1"]
    return "\n".join(lines)


def row(found: dict) -> str:
    """Write the trail of one plotted row, from the picture to the sources."""
    of = f"{found['figure']}, row {found['row']} of {found['of']}: {found['title']}"
    lines = [*_heading(found, of), "", f"1  Plotted: {found['file']}, row {found['row']}"]
    lines += _plotted(found["cells"])
    lines += ["", "2  Tables of this notebook", *_tables(found["tables"])]
    lines += ["", "3  Raw rows", *_raw(found["raw"]), *_whole(found)]
    lines += ["", "4  Sources", *_sources(found["sources"])]
    lines += ["", "5  Code that makes the figure's values", *_code(found)]
    for claim, number in found["verdicts"].items():
        lines += ["", f"The verdict on {claim}: airace trace scorecard:{number}"]
    return "\n".join(lines)


def _heading(found: dict, title: str) -> list[str]:
    return [*_wrapped(title), "", f"Drawn by {found['notebook']}, cell {found['cell']}"]


def _code(found: dict) -> list[str]:
    """Cells, parameters and functions that lead to the figure's values."""
    cells = ", ".join(map(str, [*found["cells_before"], found["cell"]]))
    chosen = ", ".join(f"{name} = {value}" for name, value in found["parameters"].items())
    lines = _wrapped(f"   {found['notebook']}, cells {cells}", 5)
    lines += _wrapped(f"   parameters: {chosen}", 5) if chosen else []
    wide = max(map(len, found["functions"].values()), default=0)
    return lines + [f"   {file:<{wide}}  {name}" for name, file in found["functions"].items()]


def _plotted(cells: list[dict]) -> list[str]:
    """A line per cell; where a number or date stands in a raw row or table, that is said."""
    wide = max(len(cell["column"]) for cell in cells)
    lines = []
    for cell in cells:
        name, value, stands = cell["column"], cell["value"], cell["equals"]
        said = f"= {stands}" if stands else "  made in the notebook"
        text = (
            f"   {name:<{wide}}  {value:<14}  {said}"
            if _counts(value)
            else f"   {name:<{wide}}  {value}"
        )
        lines += _wrapped(text.rstrip(), 5 + wide)
    return lines


def _counts(value: str) -> bool:
    return value.lstrip("-")[:1].isdigit()


def _tables(tables: list[dict]) -> list[str]:
    if not tables:
        return ["   The notebook publishes no table with this row."]
    lines, shown = [], SHOWN_PARTS if tables[0]["relation"] == PART else SHOWN
    for table in tables[:shown]:
        how = {PART: " (from some of the raw rows)", VALUES: " (the same values)"}
        lines += _wrapped(
            f"   {table['file']}, row {table['row']}{how.get(table['relation'], '')}", 5
        )
        cells = table["cells"] or {"": "the raw row as it is"}
        lines += _wrapped(f"     {_joined(cells)}", 5)
    return lines + _rest(tables, shown)


def _raw(rows: list[dict]) -> list[str]:
    named, behind = ([r for r in rows if bool(r["role"]) == flag] for flag in (False, True))
    lines = []
    for part in (named, behind):
        if len(part) > MANY:
            lines += _compact(part)
            continue
        for row in part:
            role = f" ({row['role']})" if row["role"] else ""
            lines += _wrapped(f"   {row['file']}, {_at(row)}, row {row['row']}{role}", 5)
            lines += _wrapped(f"     {_joined(_own(row))}", 5)
    return lines


def _compact(rows: list[dict]) -> list[str]:
    """Say what many rows have in common once, and each by what tells it apart."""
    lines = []
    for file in dict.fromkeys(row["file"] for row in rows):
        here = [row for row in rows if row["file"] == file]
        names = dict.fromkeys(name for row in here for name in _own(row))
        values = {name: {row["cells"].get(name, "") for row in here} for name in names}
        common = {n: v for n, (v, *more) in values.items() if not more and len(here) > 1}
        why = {row["role"] for row in here if row["role"]}
        lines += _wrapped(f"   {file}, {_counted(len(here), 'row')}{_because(why)}", 5)
        if common:
            lines += _wrapped(f"     all: {_joined(common)}", 5)
        for row in here[:SHOWN]:
            cells = {n: v for n, v in _own(row).items() if n not in common}
            told = _short(f"{_at(row)}, {row['row']}: {_leading(cells)}", _width() - 5)
            lines.append(f"     {told}")
        lines += _rest(here)
    return lines


def _because(roles: set[str]) -> str:
    return f" ({'; '.join(sorted(roles))})" if roles else ""


def _whole(found: dict) -> list[str]:
    if not found["whole"]:
        return []
    lines = [f"   {t['file']}, all {t['rows']:,} rows" for t in found["whole"]]
    these = "this table" if len(lines) == 1 else "these tables"
    said = (
        f"The figure names {these} beside the rows above and no row in it; what is taken from it is "
        "decided in the code (5)."
        if found["raw"]
        else f"The figure names {these} and no row: no single raw cell holds the value. It is "
        "computed from the table as a whole, by the code in 5."
    )
    return lines + _wrapped(f"     {said}", 5)


def _sources(sources: list[dict]) -> list[str]:
    """The sources; what a snapshot and a letter of confidence mean is said once."""
    lines, said = [], set()
    for source in sources[:SHOWN]:
        lines += _wrapped(f"   {source['title']}", 5)
        by = ", published ".join(filter(None, [source["publisher"], source["published"]]))
        lines += _wrapped(f"     {by}", 5) if by else []
        lines += _address(source)
        lines += _wrapped(f"     licence: {source['licence']}", 5) if source["licence"] else []
        table = f"our table data/raw/{source['snapshot']}: as of {source['as_of']}, {_licence(source)}"
        lines += _wrapped(f"     {table}", 5) if table not in said else []
        means = {
            f"{n} ({m})" if m and m not in said else n for n, m in source["confidence"].items()
        }
        lines += _wrapped(f"     confidence: {', '.join(sorted(means))}", 5) if means else []
        said |= {table, *source["confidence"].values()}
        rest = len(source["rows"]) - SHOWN
        rows = ", ".join(source["rows"][:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
        lines += _wrapped(f"     for {rows}", 5)
    return lines + _rest(sources)


def _address(source: dict) -> list[str]:
    if source["url"]:
        return [f"     {source['url']}"]
    if source["inputs"]:
        return _wrapped(f"     computed from {source['inputs']}", 5)
    return ["     no public address on record"]


def _licence(described: dict) -> str:
    name = described.get("table_licence") or described["licence"]
    return f"{name}, {'may be republished' if described['republish'] else 'to cite only'}"


def _at(row: dict) -> str:
    return place(row).partition(" of ")[0]


def _own(row: dict) -> dict[str, str]:
    """Cells of a raw row that neither its key nor its source repeats."""
    key, cells = row["row"], row["cells"]
    return {n: value for n, value in cells.items() if n not in IN_SOURCES and value != key}


def _joined(cells: dict[str, str]) -> str:
    return " · ".join(f"{name} {value}".strip() for name, value in cells.items())


def _leading(cells: dict[str, str]) -> str:
    """Cells of a row in a list: numbers with their names, texts and dates, flags."""
    numbers = [f"{n} {_number(v)}" for n, v in cells.items() if is_number(v)]
    flags = [f"{n} {v}" for n, v in cells.items() if v.lower() in FLAGS]
    texts = [v for v in cells.values() if not is_number(v) and v.lower() not in FLAGS]
    return " · ".join([*numbers, *(_short(text, IN_A_LIST) for text in texts), *flags])


def _number(value: str) -> str:
    return value if len(value) < 8 else words.number(float(value), 5)


def _keys(row: dict, dated: set[str]) -> str:
    """Snapshots and first key of a plotted row; the date only where a topic has several."""
    named = [(s, s.partition("/")[0]) for s in row["snapshot"].split("; ")]
    snapshots = " + ".join(s if topic in dated else topic for s, topic in named)
    first, *more = row["key"].split("; ")
    return f"{snapshots} {first}{f' +{len(more)}' if more else ''}".strip()


def _rest(items: list, shown: int = SHOWN) -> list[str]:
    rest = len(items) - shown
    return [f"     and {rest} more; --json prints all"] if rest > 0 else []


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' if count != 1 else ''}"


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 1, 1)].rstrip() + "…"


def _wrapped(text: str, hanging: int = 0) -> list[str]:
    return textwrap.wrap(
        text,
        _width(),
        subsequent_indent=" " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
        replace_whitespace=False,
    )


def _width() -> int:
    return min(shutil.get_terminal_size().columns, WIDEST)
