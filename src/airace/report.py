"""What a build did, and how its results compare with the commit."""

from __future__ import annotations

from dataclasses import dataclass, field

from airace import git, outputs, paths, records
from airace.errors import AiraceError, BuildError
from airace.scenarios import DEFAULT


@dataclass
class Report:
    """``ran`` maps each notebook that ran (or, in a dry run, would run) to the reason.

    ``failed`` are those of them that published nothing.
    """

    scenario: str
    selected: list[str]
    ran: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    failures: list[AiraceError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        return max((failure.exit_code for failure in self.failures), default=0)

    def figure_lines(self) -> list[str]:
        """The pictures; in the default scenario, with how their files compare with the commit.

        What a notebook that failed has published before is said to be of before.
        """
        published = self._published(self.selected)
        pictures = [file for file in published if file.endswith(".png")]
        told = {
            file: f"not rebuilt: {notebook} failed"
            for notebook in self.failed
            for file in self._published([notebook])
        }
        if self.scenario == DEFAULT and git.commit():
            states = git.compared(published)
            told = {file: _state(file.removesuffix("png"), states) for file in pictures} | told
        return [f"{file}: {told[file]}" if file in told else file for file in pictures]

    def summary(self) -> str:
        """Where the results are and how long it took."""
        if not self.ran and not self.failures:
            count = len(self.selected)
            return f"nothing to do: {_notebooks(count)} {'is' if count == 1 else 'are'} up to date"
        done = len(self.ran) - sum(isinstance(failure, BuildError) for failure in self.failures)
        figures = paths.relative(outputs.figures(self.scenario))
        tables = paths.relative(outputs.processed(self.scenario))
        built = f"{done} of {_notebooks(len(self.ran))} built in {self.seconds:.1f} s"
        text = f"{built}: figures in {figures}/, tables in {tables}/"
        if self.scenario == DEFAULT and not git.commit():
            text += "\nno git commit here to compare the figures with"
        return text

    def _published(self, notebooks: list[str]) -> list[str]:
        found = [records.load(self.scenario, name) or {} for name in notebooks]
        files = sorted(file for record in found for file in record.get("published", {}))
        return [file for file in files if (paths.root() / file).is_file()]


def _state(stem: str, states: dict[str, str]) -> str:
    """State of a figure from those of its files: one word for all, or what differs in which."""
    own = {file.removeprefix(stem): states[file] for file in states if file.startswith(stem)}
    if len(set(own.values())) == 1:
        return next(iter(own.values()))
    kinds: dict[str, list[str]] = {}
    for kind, state in own.items():
        kinds.setdefault(state, []).append(kind)
    kinds.pop(git.SAME, None)
    return "; ".join(f"{state} ({', '.join(which)})" for state, which in kinds.items())


def _notebooks(count: int) -> str:
    return "1 notebook" if count == 1 else f"{count} notebooks"
