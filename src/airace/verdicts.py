"""The rule that turns evidence into a verdict, one dimension after the other.

A statement is a row of the ledger; evidence is what a notebook hands in. No verdict is typed: it
follows from the five dimensions, in this order of precedence.

1. availability: no public evidence at hand                 -> cannot be checked
2. attribution: said of another subject or source           -> misattributed
3. date: the evidence belongs to another date than stated   -> misdated
4. scope: the two sides count different things              -> mismatched scope
5. value: holds -> reproduced (the named source, the number's originator, or recomputation) or
   consistent (an independent source); in part -> imprecise; fails -> contradicted
"""

from __future__ import annotations

import re
from decimal import Decimal

import pandas as pd

from airace import words
from airace.errors import LedgerError, nearest

HOLDS, PART, FAILS = "holds", "in part", "fails"
NOT_STATED, NOT_APPLICABLE, NO_DATA = "not stated", "not applicable", "no data"
NOT_EXAMINED = "not examined yet"
VERDICTS = [
    "reproduced",
    "consistent",
    "imprecise",
    "mismatched scope",
    "misdated",
    "misattributed",
    "contradicted",
    "cannot be checked",
]
DIMENSIONS = ["value", "date", "scope", "attribution", "availability"]
PRECEDENCE = [
    "availability",
    "attribution",
    "date",
    "scope",
    "value",
]  # the first that fails counts
RELATIONS = ["named source", "originator", "recomputation", "independent"]

AROUND = Decimal("0.1")  # "around" and "roughly" are 10 percent either way
PART_FACTOR = 2  # in part: same direction and within a factor of two


def judge(statement: dict, evidence: dict) -> dict:
    """Return ``{"verdict", "dimensions", "reason"}`` for a statement and its evidence.

    ``statement`` is a row of the ledger (missing cells are None) with ``article_day``, the day of the
    article. ``evidence`` is a dict with

    - ``rows``: deciding rows, each with snapshot, row, value, as_of, scope, source_url;
    - ``missing``: what public data do not hold; where given, nothing else is judged;
    - ``value`` (kind number, ranking with a printed ratio, date with a printed distance), ``orders``
      (ranking: dataset -> does the order hold), ``shown`` (fact, quote: holds, in part or fails; date:
      in part where it is true of a part);
    - ``as_of``: first and last day that the evidence describes; none for what describes no day;
    - ``sides``: what each side of a comparison counts; ``subject``: what the evidence is about, where
      that is not the statement's subject; ``relation``: one of RELATIONS;
    - ``finding``: what the data show, as a clause without a full stop.
    """
    _one_of(RELATIONS, evidence.get("relation", "independent"), "relation")
    if evidence.get("missing"):
        dimensions = dict.fromkeys(DIMENSIONS, NO_DATA) | {"availability": FAILS}
    else:
        dimensions = {
            "value": value_holds(statement, evidence),
            "date": date_holds(statement, evidence),
            "scope": scope_holds(evidence),
            "attribution": attribution_holds(statement, evidence),
            "availability": HOLDS,
        }
    verdict = derive(dimensions, evidence.get("relation", "independent"))
    return {
        "verdict": verdict,
        "dimensions": dimensions,
        "reason": reason(verdict, statement, evidence),
    }


def derive(dimensions: dict[str, str], relation: str) -> str:
    """Return the verdict that the dimensions give, the first failing one by precedence."""
    if dimensions["availability"] == FAILS:
        return "cannot be checked"
    if dimensions["attribution"] == FAILS:
        return "misattributed"
    if dimensions["date"] == FAILS:
        return "misdated"
    if dimensions["scope"] == FAILS:
        return "mismatched scope"
    if FAILS in dimensions.values():
        return "contradicted"
    if PART in dimensions.values():
        return "imprecise"
    return "consistent" if relation == "independent" else "reproduced"


def value_holds(statement: dict, evidence: dict) -> str:
    """Judge the value by the kind of the statement."""
    kind = statement["kind"]
    if kind == "date":
        return NOT_APPLICABLE
    if kind in ("fact", "quote"):
        return _one_of([HOLDS, PART, FAILS], evidence["shown"], "shown")
    if kind == "ranking" and evidence.get("orders"):
        orders = list(evidence["orders"].values())
        return HOLDS if all(orders) else PART if any(orders) else FAILS
    return number_holds(statement, evidence["value"])


def number_holds(statement: dict, found: float) -> str:
    """Does ``found`` give the printed number, respecting over, around, up to and rounding?

    ``statement`` is a row of the ledger, ``found`` is in its unit. Returns "holds", "in part" (the same
    direction and within a factor of two) or "fails".

    >>> from airace import verdicts
    >>> statement = {"printed": "17 percent", "value": 17, "bound": "exact"}
    >>> [verdicts.number_holds(statement, found) for found in (17.1, 17.6, 51)]
    ['holds', 'in part', 'fails']
    """
    found, bound = Decimal(str(found)), statement["bound"]
    low, high = (Decimal(str(end)) for end in printed_ends(statement))
    half = resolution(statement) / 2  # ties round up, as people do: 17.5 is printed as 18
    if bound == "lower":
        inside = found >= low
    elif bound == "upper":
        inside = found <= high
    elif bound == "around":
        inside = low * (1 - AROUND) <= found <= high * (1 + AROUND)
    else:
        inside = low - half <= found < high + half
    if inside:
        return HOLDS
    near_low = bound == "upper" or found * PART_FACTOR >= low
    near_high = bound == "lower" or found <= high * PART_FACTOR
    same_direction = (found > 0) == (low > 0)
    return PART if near_low and near_high and same_direction else FAILS


def printed_ends(statement: dict) -> tuple[float, float]:
    """Lower and upper end of the printed number; both are the value where it is not a range."""
    value = statement["value"]
    if value is not None:
        return value, value
    return statement["value_low"], statement["value_high"]


def printed_interval(statement: dict) -> tuple[float, float]:
    """Values that print as the number does: from the first, up to but not including the second.

    Both are in the statement's unit.

    >>> from airace import verdicts
    >>> verdicts.printed_interval({"printed": "15.8 percent", "value": 15.8})
    (15.75, 15.85)
    """
    low, high = (Decimal(str(end)) for end in printed_ends(statement))
    half = resolution(statement) / 2
    return float(low - half), float(high + half)


def resolution(statement: dict) -> Decimal:
    """Last printed digit in the unit of the value: 17 percent gives 1, $2.31 billion 0.01.

    The number is looked up in the printed words by its digits; the words give its scale (818 million
    downloads are printed in millions). Without a match the digits of the value itself count.
    """
    value = Decimal(str(printed_ends(statement)[0])).normalize()
    for token in re.findall(r"\d+(?:\.\d+)?", statement["printed"].replace(",", "")):
        shown = Decimal(token)
        if shown and (value / shown).normalize().as_tuple().digits == (1,):
            return (value / shown) * Decimal(1).scaleb(shown.as_tuple().exponent)
    return Decimal(1).scaleb(min(value.as_tuple().exponent, 0))


def date_holds(statement: dict, evidence: dict) -> str:
    """Is the evidence of the date that the article states?

    A statement in the present tense carries the article's own date. Evidence that is older is then the
    latest there was: whether a figure is up to date is judged in statements of kind date alone. Raises
    LedgerError for evidence that describes only days after the article and after the stated date.
    """
    if not evidence.get("as_of"):
        return NOT_STATED
    found, article = _period(evidence["as_of"]), pd.Timestamp(statement["article_day"])
    stated = words.period(statement["as_of"]) if statement["as_of"] else (article, article)
    if found[0] > max(article, stated[1]):  # a projection may describe days to come
        raise LedgerError(
            f"wanted evidence for {statement['claim_id']} of days up to {words.day(article)}",
            words.as_of(*found),
            next_command="show what came later as a follow-up; it decides no verdict",
        )
    if not statement["as_of"]:
        return NOT_STATED
    if statement["kind"] == "date":
        return _date_stated(statement, evidence, stated, found)
    if found[0] <= stated[1] and found[1] >= stated[0]:
        return HOLDS
    present_tense = stated[0] <= article <= stated[1]
    return NOT_STATED if present_tense and found[1] < stated[0] else FAILS


def _date_stated(statement: dict, evidence: dict, stated: tuple, found: tuple) -> str:
    """Judge a statement of kind date: as precisely as printed, off by one printed unit, or neither.

    A distance in years ("one year after") is judged in printed units as well: 10 percent of a year,
    as "around" has it, is finer than the words. What is true of a part alone (``shown``) holds in part
    at most.
    """
    if statement["unit"] == "years":
        years = Decimal(str(evidence["value"]))
        off = abs(years - Decimal(str(statement["value"])))
        half = resolution(statement) / 2
        held = HOLDS if off <= half else PART if off <= 3 * half else FAILS
    elif found[0] <= stated[1] and found[1] >= stated[0]:
        held = HOLDS
    else:
        held = PART if _units_off(statement["as_of"], found) <= 1 else FAILS
    shown = _one_of([HOLDS, PART, FAILS], evidence.get("shown", HOLDS), "shown")
    return max(held, shown, key=[HOLDS, PART, FAILS].index)


def scope_holds(evidence: dict) -> str:
    """Do both sides of a comparison count the same thing?"""
    sides = evidence.get("sides")
    if not sides:
        return NOT_APPLICABLE
    return HOLDS if len(set(sides)) == 1 else FAILS


def attribution_holds(statement: dict, evidence: dict) -> str:
    """Is it said of the right thing, by the right source?"""
    subject = evidence.get("subject")
    if subject and subject != statement["subject"]:
        return FAILS
    relation = evidence.get("relation", "independent")
    if statement["named_source"] and relation == "originator":
        return FAILS  # the number has another maker than the article says
    return HOLDS


def named_in(statement: dict, originator: str) -> bool:
    """Does a row's originator include every source that the article names?"""
    named, made = ({s.strip() for s in text.split(";")} for text in (statement, originator))
    return bool(named - {""}) and named <= made


def reason(verdict: str, statement: dict, evidence: dict) -> str:
    """Compose the one sentence that says why."""
    finding = evidence.get("finding", "")
    if verdict == "cannot be checked":
        return _sentence(f"looked for without success: {evidence['missing']}", finding)
    if verdict == "misattributed":
        about, wanted = evidence.get("subject"), statement["subject"]
        if not about or about == wanted:  # the right thing, from another source
            named = statement["named_source"].split("; ")
            about, wanted = words.listed(_sources(evidence)), words.listed(named)
        return _sentence(f"what is printed belongs to {about}, not to {wanted}", finding)
    if verdict == "misdated":
        found = words.as_of(*evidence["as_of"])
        return _sentence(
            f"what is printed belongs to {found}, not to {statement['as_of']}", finding
        )
    if verdict == "mismatched scope":
        return _sentence(f"the two sides count {' against '.join(evidence['sides'])}", finding)
    return _sentence(_basis(verdict, statement, evidence), finding, ": ")


def _basis(verdict: str, statement: dict, evidence: dict) -> str:
    """Say how far a statement holds, and from which kind of source that is known."""
    if verdict in ("imprecise", "contradicted"):
        return {"imprecise": "it holds in part", "contradicted": "it does not hold"}[verdict]
    counted = statement["kind"] in ("number", "ranking")
    return {
        "named source": "from the named source",
        "originator": "from the number's maker" if counted else "a primary text shows it",
        "recomputation": "recomputed",
        "independent": "an independent source agrees",
    }[evidence.get("relation", "independent")]


def _sentence(lead: str, finding: str, joint: str = "; ") -> str:
    text = f"{lead}{joint}{finding}" if finding else lead
    return text[0].upper() + text[1:] + "."


def _sources(evidence: dict) -> list[str]:
    known = {row["originator"] for row in evidence["rows"] if row.get("originator")}
    return sorted(known) or ["another source"]


def _one_of(allowed: list[str], word: str, name: str) -> str:
    if word not in allowed:  # any other word would count as holding
        raise LedgerError(
            f"wanted {name} of evidence, got {word!r}", nearest(word, allowed), allowed
        )
    return word


def _period(ends: tuple[object, object]) -> tuple[pd.Timestamp, pd.Timestamp]:
    return pd.Timestamp(ends[0]), pd.Timestamp(ends[1])


def _units_off(printed: str, found: tuple[pd.Timestamp, pd.Timestamp]) -> int:
    """How many printed units (years, months or days) lie between the printed and the found date."""
    freq = {4: "Y", 7: "M", 10: "D"}[len(printed)]
    stated = pd.Period(printed, freq).ordinal
    return min(abs(pd.Period(end, freq).ordinal - stated) for end in found)
