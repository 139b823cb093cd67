"""Writes what the repository tells machines: ``ro-crate-metadata.json`` and ``codecheck.yml``.

Both are composed from CITATION.cff, the datapackages, the notebooks and the figures' records, so
that the same files give the same bytes everywhere. ``make provenance`` refreshes them; a test fails
when they are stale.
"""

from __future__ import annotations

import yaml

from airace import atomic, citation, crate, outputs, paths

SPECIFICATION = "https://codecheck.org.uk/spec/config/1.0/"
CHECKERS_PART = """\
# The author's part, written by `make provenance`. The person who checks adds the rest: codechecker,
# report, summary, repository, check_time and certificate.
"""


def codecheck() -> str:
    """Text of ``codecheck.yml``: every figure, as picture and as plotted values."""
    cited = citation.read()
    manifest = []
    for figure in sorted(outputs.figure_ids()):
        drawn = f"the values drawn in {figure}.png"
        manifest.append({"file": f"figures/{figure}.png", "comment": crate.record(figure)["title"]})
        manifest.append({"file": f"figures/{figure}.csv", "comment": drawn})
    content = {
        "version": SPECIFICATION,
        "paper": {"title": cited["title"], "authors": [credit(p) for p in cited["authors"]]},
        "source": "Code and data are in this repository; make figures rebuilds the manifest.",
        "manifest": manifest,
    }
    if "doi" in cited:
        content["paper"]["reference"] = f"https://doi.org/{cited['doi']}"
    body = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000)
    return f"%YAML 1.1\n---\n{CHECKERS_PART}{body}"


def credit(person: dict) -> dict:
    """An author as CODECHECK names them."""
    named = {"name": citation.full_name(person)}
    if "orcid" in person:
        named["ORCID"] = person["orcid"].removeprefix("https://orcid.org/")
    return named


FILES = {"ro-crate-metadata.json": crate.text, "codecheck.yml": codecheck}

if __name__ == "__main__":
    for file, text in FILES.items():
        atomic.write(paths.root() / file, text().encode())
