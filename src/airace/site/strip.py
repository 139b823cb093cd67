"""Where one specification stands among all: the sorted differences as an SVG that needs no script.

The plot has no fixed width: places along it are percents, heights are pixels, so that its words keep
their size on a narrow screen. The script of the page moves the marks by the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

TOP, HEIGHT, BELOW = 26, 168, 22  # pixels: above the curve for a label, of the curve, below it
STEPS = [1, 2, 5, 10, 20, 25, 50]  # points between two grid lines


@dataclass(frozen=True)
class Mark:
    """A place on the strip: ``x`` in percent of its width, ``y`` in pixels."""

    x: float
    y: float
    value: float


@dataclass(frozen=True)
class Strip:
    """The curve of all differences that exist, in the order of size."""

    values: np.ndarray
    low: float  # points at the lower edge
    high: float
    chosen: Mark | None
    printed: Mark | None
    top: int = TOP
    height: int = HEIGHT
    bottom: int = TOP + HEIGHT + BELOW

    @property
    def ahead(self) -> int:
        """How many differences are above zero."""
        return int((self.values > 0).sum())

    @property
    def behind(self) -> int:
        return len(self.values) - self.ahead

    @property
    def median(self) -> float:
        return float(np.median(self.values))

    @property
    def zero(self) -> float:
        return self.y(0)

    @property
    def grid(self) -> list[tuple[float, float]]:
        """Grid lines: points and pixels; about four of them."""
        step = next((s for s in STEPS if (self.high - self.low) / s <= 5), STEPS[-1])
        first, last = int(np.ceil(self.low / step)), int(np.floor(self.high / step))
        return [(n * step, self.y(n * step)) for n in range(first, last + 1)]

    def y(self, value: float) -> float:
        """Pixels from the top."""
        return round(TOP + (self.high - value) / (self.high - self.low) * HEIGHT, 2)

    def path(self, above: bool) -> str:
        """The area between zero and the curve, of the part above or below zero.

        One unit along is one specification, one unit up is one point; the upper edge is zero.
        """
        part = range(self.behind, len(self.values)) if above else range(self.behind)
        if not part:
            return ""
        steps = "".join(f"V{self.high - self.values[i]:.2f}H{i + 1}" for i in part)
        return f"M{part[0]} {self.high:.2f}{steps}V{self.high:.2f}z"


def strip(differences: pd.Series, chosen: float, printed: float | None) -> Strip:
    """Sort the differences, and place the chosen and the printed one among them (points)."""
    values = np.sort(differences.dropna().to_numpy())
    given = [0.0, *([] if printed is None else [printed])]
    low, high = min(values.min(), *given), max(values.max(), *given)
    if low == high:
        high = low + 1
    bare = Strip(values, float(low), float(high), None, None)

    def mark(value: float | None) -> Mark | None:
        if value is None or pd.isna(value):
            return None
        less, same = (values < value).sum(), (values == value).sum()
        return Mark(round(float(less + same / 2) / len(values) * 100, 3), bare.y(value), float(value))

    return Strip(values, bare.low, bare.high, mark(chosen), mark(printed))


def tints(*countries: str) -> list[str]:
    """Class of each country's colour in the style sheet."""
    return [f"tint-{country.lower().replace(' ', '-')}" for country in countries]
