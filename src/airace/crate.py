"""Describes the repository as an RO-Crate, for ``ro-crate-metadata.json``.

It says which sources stand behind a snapshot, which snapshots and parameters a notebook ran with,
and which figures and tables came of it, by the profile Process Run Crate. Ids and order follow from
the files; nothing depends on machine or day. Needs rocrate, which is in the test environment.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from urllib.parse import quote

from rocrate.model import ContextEntity, Dataset, Entity, File
from rocrate.rocrate import ROCrate

from airace import citation, claims, inputs, notebooks, outputs, parameters, paths, snapshots
from airace.errors import BuildError
from airace.scenarios import DEFAULT

PROFILE = "https://w3id.org/ro/wfrun/process/0.6"  # the one that goes with RO-Crate 1.3
DATA_LICENCE = "CC-BY-4.0"  # of our figures and tables, as LICENSE says
FORMATS = {
    ".csv": "text/csv",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".lock": "text/plain",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
DATA_TYPES = {
    "str": "Text", "int": "Integer", "float": "Float", "bool": "Boolean", "list[str]": "Text",
}  # fmt: skip


class Repository:
    """The repository as an RO-Crate, described as it is filled.

    Raises BuildError where a figure, table or snapshot file is missing.
    """

    def __init__(self) -> None:
        self.crate = ROCrate()
        self.cited = citation.read()
        packages = [snapshots.describe(snapshot_id) for snapshot_id in snapshots.every()]
        self.spdx = {licence["name"]: licence for p in packages for licence in p["licenses"]}
        self.authors = [self.author(person) for person in self.cited["authors"]]
        folders = [self.snapshot(snapshot_id) for snapshot_id in snapshots.every()]
        verdicts = self.verdicts()
        runs = [self.run(notebook) for notebook in notebooks.names()]
        inner = {file.id for folder in folders for file in folder["hasPart"]}
        parts = self.crate.root_dataset.pop("hasPart")
        described = {
            "name": self.cited["title"],
            "description": self.cited["abstract"],
            "version": str(self.cited["version"]),
            "datePublished": self.cited["date-released"].isoformat(),
            "author": self.authors,
            "license": self.licence(self.cited["license"]),
            "keywords": self.cited["keywords"],
            "conformsTo": self.entity(
                PROFILE, ["CreativeWork", "Profile"], name="Process Run Crate", version="0.6"
            ),
            "hasPart": [part for part in parts if part.id not in inner],
            "mentions": [*runs, verdicts],
        }
        for name, value in described.items():
            self.crate.root_dataset[name] = value

    def entity(self, place: str, kind: str | list[str], /, **properties: object) -> Entity:
        """The entity with this id; who asks first describes it."""
        new = ContextEntity(self.crate, place, {"@type": kind} | properties)
        return self.crate.get(place) or self.crate.add(new)

    def file(self, path: Path, **properties: object) -> File:
        """A file as it lies there: format, size and sha256."""
        data = content(path)
        measured = {
            "name": path.name,
            "encodingFormat": FORMATS[path.suffix],
            "contentSize": str(len(data)),
            "sha256": inputs.sha256(data),
        }
        return self.crate.add_file(dest_path=paths.relative(path), properties=measured | properties)

    def author(self, person: dict) -> Entity:
        kind = "Organization" if "name" in person else "Person"
        name = citation.full_name(person)
        return self.entity(person.get("orcid", f"#{quote(name)}"), kind, name=name)

    def licence(self, name: str) -> Entity:
        """A licence by its SPDX name, with title and address as the datapackages give them."""
        known = self.spdx.get(name, {"title": name})
        address = {"url": known["path"]} if "path" in known else {}
        identifier = f"https://spdx.org/licenses/{name}"
        title = known["title"]
        return self.entity(identifier, "CreativeWork", name=title, identifier=name, **address)

    def snapshot(self, snapshot_id: str) -> Dataset:
        package = snapshots.describe(snapshot_id)
        folder = paths.snapshot(snapshot_id)
        files = {inputs.DESCRIPTION: "sources, licences and columns of the tables"}
        files |= {table["path"]: table["description"] for table in package["resources"]}
        sources = enumerate(package["sources"], start=1)
        described = {
            "name": package["title"],
            "description": package["description"],
            "version": folder.name,
            "temporalCoverage": f"../{package['as_of_latest']}",
            "license": [self.licence(licence["name"]) for licence in package["licenses"]],
            "copyrightNotice": package["licence_note"],
            "isBasedOn": [self.source(f"#source/{snapshot_id}/{n}", s) for n, s in sources],
            "hasPart": [self.file(folder / f, description=told) for f, told in files.items()],
        }
        return self.crate.add_dataset(dest_path=paths.relative(folder), properties=described)

    def source(self, place: str, source: dict) -> Entity:
        """A document behind a snapshot, by its address unless another is described by that."""
        described = {"name": source["title"], "sdDatePublished": source["retrieved"]}
        if "published" in source:
            described["datePublished"] = source["published"]
        if "url" in source:
            name = source["publisher"]
            publisher = self.entity(f"#{quote(name)}", "Organization", name=name)
            described |= {"url": source["url"], "publisher": {"@id": publisher.id}}
        else:  # the article: neither its address nor its publisher was located
            described["description"] = source["publisher"]
        terms = source.get("licence")
        if terms in self.spdx:
            described["license"] = {"@id": self.licence(terms).id}
        elif terms:
            described["copyrightNotice"] = terms
        address = source.get("url", place)
        there = self.crate.get(address)
        alike = not there or described.items() <= there.properties().items()
        return self.entity(address if alike else place, "CreativeWork", **described)

    def verdicts(self) -> Entity:
        """The step that merges the evidence of all runs into claims.csv."""
        path = paths.processed() / "claims.csv"
        judged = claims.read(path)
        cited = {row["snapshot"] for claim in judged for row in claim["evidence"]}
        names = ", ".join(claim["claim_id"] for claim in judged)
        table = self.table(path, f"the verdict on each of {len(judged)} statements: {names}")
        software = self.entity(
            "#airace",
            "SoftwareApplication",
            name="airace",
            version=str(self.cited["version"]),
            url="src/airace/",
            license=self.licence(self.cited["license"]),
            softwareRequirements=self.file(
                paths.lock(), description="locked packages, with hashes"
            ),
        )
        return self.action(
            "claims",
            "Verdicts on the statements",
            "The last step of airace build: the rule in airace.verdicts judges what runs found.",
            instrument=software,
            object=[self.folder(snapshot_id) for snapshot_id in sorted(cited)],
            result=[table],
        )

    def run(self, notebook: str) -> Entity:
        """The run of a notebook with its default parameters."""
        files = [outputs.place(notebook, DEFAULT, f) for f in outputs.promised(notebook)]
        figures = [file.stem for file in files if file.suffix == ".png"]
        opened = {s for figure in figures for s in record(figure)["snapshots"]}
        tables = [file for file in files if file.parent == paths.processed()]
        title, _, question = notebooks.cells(notebook)[0].source.lstrip("# ").partition("\n\n")
        used = [self.folder(snapshot_id) for snapshot_id in sorted(opened)]
        if notebooks.reads_verdicts(notebook):
            used.append(self.crate.get("data/processed/claims.csv"))
        slots, values = self.parameters(notebook)
        code = self.file(
            paths.notebook(notebook),
            **{"@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"]},
            name=title,
            description=question,
            programmingLanguage=self.python(),
            input=slots,
        )
        return self.action(
            notebook,
            f"Default run of {notebook}",
            f"airace build {notebook}. When it ran is not said here, so that this file is the same "
            f"everywhere: times are in build/default/runs/{notebook}.json.",
            instrument=code,
            object=used + values,
            result=[file for figure in figures for file in self.figure(figure)]
            + [self.table(file, f"a table of {notebook}: {title}") for file in tables],
        )

    def parameters(self, notebook: str) -> tuple[list[Entity], list[Entity]]:
        """The parameters of a notebook, and the values that its default run gave them."""
        slots, values = [], []
        for name, parameter in parameters.read(notebook).items():
            slot = self.entity(
                f"#parameter/{notebook}/{name}",
                "FormalParameter",
                name=name,
                description=f"allowed: {parameter.choices()}",
                additionalType="Date" if parameter.rule == "date" else DATA_TYPES[parameter.type],
                defaultValue=parameter.default,
                valueRequired=False,
                multipleValues=parameter.type == "list[str]",
            )
            value = {"name": name, "value": parameter.default, "exampleOfWork": slot}
            values.append(self.entity(f"#run/{notebook}/{name}", "PropertyValue", **value))
            slots.append(slot)
        return slots, values

    def figure(self, figure: str) -> list[File]:
        """Picture, vector, plotted values and record of a figure."""
        told, base = record(figure), paths.figures()
        licence = self.licence(DATA_LICENCE)
        values = self.file(
            base / f"{figure}.csv",
            description=f"the values drawn in {figure}.png",
            isBasedOn=[self.folder(snapshot_id) for snapshot_id in told["drawn_from"]],
            license=licence,
        )
        shown = {
            "name": told["title"],
            "alternativeHeadline": told["subtitle"],
            "description": told["alt"],
            "creditText": told["source"],
            "isBasedOn": values,
            "license": licence,
        }
        pictures = [self.file(base / f"{figure}.{kind}", **shown) for kind in ("png", "svg")]
        about = self.file(
            base / f"{figure}.json",
            description=f"how {figure}.png was made: parameters, digests of data, code and lock",
            about=pictures[0],
            license=licence,
        )
        return [*pictures, values, about]

    def table(self, path: Path, description: str) -> File:
        return self.file(path, description=description, license=self.licence(DATA_LICENCE))

    def folder(self, snapshot_id: str) -> Entity:
        """The folder of a snapshot. Raises SnapshotError where there is none."""
        snapshots.describe(snapshot_id)
        return self.crate.get(f"{paths.relative(paths.snapshot(snapshot_id))}/")

    def python(self) -> Entity:
        address = "https://www.python.org/"
        project = tomllib.loads((paths.root() / "pyproject.toml").read_text(encoding="utf-8"))
        versions = project["project"]["requires-python"]
        return self.entity(
            address, "ComputerLanguage", name="Python", url=address, version=versions
        )

    def action(self, identifier: str, name: str, description: str, **related: object) -> Entity:
        told = {"name": name, "description": description, "agent": self.authors}
        return self.entity(f"#run/{identifier}", "CreateAction", **told, **related)


def text() -> str:
    """Text of ``ro-crate-metadata.json``. A list of one is written as its value, as 1.3 asks."""
    described = Repository().crate.metadata.generate()
    for entity in described["@graph"]:
        entity |= {k: v[0] for k, v in entity.items() if isinstance(v, list) and len(v) == 1}
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"


def content(path: Path) -> bytes:
    """Bytes of a file. Raises BuildError if it is not there."""
    if not path.is_file():
        name = paths.relative(path)
        raw = path.is_relative_to(paths.raw())
        restore = f"git checkout -- {name}" if raw else "make figures"
        raise BuildError(f"wanted {name}", "no such file", next_command=restore)
    return path.read_bytes()


def record(figure: str) -> dict:
    return json.loads(content(paths.figures() / f"{figure}.json"))
