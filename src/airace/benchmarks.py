"""The benchmarks that 08-adoption names: what each asks, and where Alibaba's table files it."""

from __future__ import annotations

import pandas as pd

# Name as in the tables of the developers -> group of Alibaba's table (empty: not in it), what it asks
TESTS = {
    "LiveCodeBench v6": ("Reasoning", "programming contests: the program must pass hidden tests"),
    "HMMT Feb 25": ("Reasoning", "Harvard-MIT Mathematics Tournament for schools, February 2025"),
    "HMMT Nov 25": ("Reasoning", "the same contest, November 2025"),
    "IMO-AnswerBench": ("Reasoning", "mathematical olympiad problems, the short final answer counts"),
    "GPQA": ("STEM", "graduate-level multiple choice in biology, chemistry, physics; hard to look up"),
    "HLE": ("STEM", "Humanity's Last Exam: specialists' closed questions from many subjects"),
    "HLE with tools": ("Agentic search", "the same; the model may search the web and run code"),
    "MMLU-Pro": ("Knowledge", "multiple choice among ten answers, university level, many subjects"),
    "SWE-Verified": ("Agentic coding", "SWE-bench Verified: mend real faults in open-source code"),
    "Arena-Hard v2": ("Alignment", "open requests of users; a model judges which answer is better"),
    "BrowseComp": ("", "facts that are hard to find on the web; the model must browse"),
    "WideSearch": ("", "collect many facts from the web into one table"),
}  # fmt: skip
GROUPS = {name: group for name, (group, _) in TESTS.items() if group}

# Which tests are reasoning tests is the developer's own grouping, where it helps the article: its
# groups Reasoning and STEM, and the questions of HLE also where tools may be used. Left out are what
# the developer files under knowledge, agentic coding and alignment (a preference judged by a model).
REASONING = ["Reasoning", "STEM", "Agentic search"]


def glossary() -> pd.DataFrame:
    """Return ``test``, ``asks`` (what it asks) and ``group`` (where Alibaba's table files it).

    One row per test, in the order in which the notebook shows them.

    >>> from airace import benchmarks
    >>> benchmarks.glossary().head(2)
                   test                                                           asks      group
    0  LiveCodeBench v6       programming contests: the program must pass hidden tests  Reasoning
    1       HMMT Feb 25  Harvard-MIT Mathematics Tournament for schools, February 2025  Reasoning
    """
    rows = [{"test": name, "asks": asks, "group": group} for name, (group, asks) in TESTS.items()]
    return pd.DataFrame(rows)
