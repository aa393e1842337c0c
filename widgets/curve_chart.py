"""Curves drawn in the terminal; imported when a chart is opened, for its library is not light."""

from __future__ import annotations

from collections.abc import Sequence

from textual_plotext import PlotextPlot

from rules.text import clean

MARKERS = "1234567890"
"""What each series is drawn with, so that it is told from the others without its colour."""

TICKS = 6
"""So many places are named below the curves, at most."""


class CurveChart(PlotextPlot):
    """Draws series over the same places, with a legend of their signs."""

    def draw(
        self,
        title: str,
        places: Sequence[str],
        series: Sequence[tuple[str, Sequence[float | None]]],
    ) -> None:
        """Draw other curves; a place without a value is left out of its curve.

        Args:
            title: what the values are.
            places: names of the places, from left to right.
            series: name and values of each curve.
        """
        plot = self.plt
        plot.clear_data()
        plot.clear_figure()
        for number, (name, values) in enumerate(series):
            sign = MARKERS[number % len(MARKERS)]
            points = [(place, value) for place, value in enumerate(values) if value is not None]
            plot.plot(
                [place for place, _ in points],
                [value for _, value in points],
                marker=sign,
                label=clean(name),
            )
        step = max(1, -(-len(places) // TICKS))
        ticks = list(range(0, len(places), step))
        plot.xticks([float(place) for place in ticks], [clean(places[place]) for place in ticks])
        plot.title(clean(title))
        self.refresh()
