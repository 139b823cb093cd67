"""What the words of the rule mean, said for all pages. The rule itself is ``airace.verdicts``."""

from __future__ import annotations

from airace import scorecard, verdicts

GROUPS = {verdict: group for group, members in scorecard.GROUPS.items() for verdict in members}

MEANINGS = {  # verdict: when the rule gives it
    "reproduced": "All holds: by the named source or maker, a primary text, or recomputation.",
    "consistent": "All holds, by an independent source.",
    "imprecise": "Something holds in part only.",
    "mismatched scope": "The two sides of a comparison count different things.",
    "misdated": "The evidence belongs to another date than the one that the article states.",
    "misattributed": "It belongs to another subject or source than the one that the article names.",
    "contradicted": "The data do not give what is printed.",
    "cannot be checked": "No public data at hand answer it. What was searched for is recorded.",
    verdicts.NOT_EXAMINED: "No notebook has looked at it.",
}
QUESTIONS = {  # respect: what is asked, and the verdict where it fails
    "availability": ("Are there public data, at hand, that answer it?", "cannot be checked"),
    "attribution": ("Is it said of the right thing, by the right source?", "misattributed"),
    "date": ("Is the evidence of the date that the article states?", "misdated"),
    "scope": ("Do both sides of a comparison count the same thing?", "mismatched scope"),
    "value": ("Does the evidence give what is printed?", "contradicted"),
}
KINDS = {  # kind of a statement: when it holds
    "number": "holds if the evidence rounds to the printed number; in part within a factor of two",
    "ranking": "holds if the order does in every dataset that measures it; in part if in some",
    "date": "holds in the printed unit; in part one unit off, or where it is true of a part",
    "fact": "holds if a primary document or file shows it; in part if it shows a weaker form",
    "quote": "holds if a second public text carries it; in part if a paraphrase does",
}
BOUNDS = {  # how a printed number reads
    "exact": "as rounded in print",
    "around": "10 percent either way",
    "lower": "at least",
    "upper": "at most",
    "range": "between both ends",
}
SIGNS = {  # shape of a mark in shapes.svg, by state of a respect or group of a verdict
    verdicts.HOLDS: "full",
    verdicts.PART: "half",
    verdicts.FAILS: "cross",
    "stands": "full",
    "in part": "half",
    "off": "cross",
    "cannot be checked": "ring",
}
TONES = {"stands": "is-standing", "in part": "is-part", "off": "is-off"}  # in style.css
OPEN = "is-open"
SPOKEN = {"stands": "stand", "in part": "hold in part", "off": "are off"}  # after a number
NOTHING = "dash"  # nothing to judge, or not yet


def sign(state: str) -> str:
    """Shape of the mark for a respect's state or for a group of verdicts."""
    return SIGNS.get(state, NOTHING)


def tone(respect: str, state: str) -> str:
    """Class of a respect's mark: a gap in the public data is no fault of the article."""
    if state == verdicts.FAILS:
        return OPEN if respect == "availability" else "is-off"
    return {verdicts.HOLDS: "is-standing", verdicts.PART: "is-part"}.get(state, OPEN)


def tone_of(verdict: str) -> str:
    """Class of a verdict, for its colour."""
    return TONES.get(GROUPS[verdict], OPEN)


def amount(value: float | str | None, unit: str | None) -> str:
    """A value with every digit that its row has, and its unit; empty where there is none."""
    if value is None or value == "":
        return ""
    return f"{_grouped(value)} {unit or ''}".strip()


def _grouped(value: float | str) -> str:
    return f"{float(value):,.15g}"
