"""Charts as SVG text: drawn once, here, so that a page needs neither scripts nor a network."""

from collections.abc import Mapping, Sequence

import altair as alt
import vl_convert
from markupsafe import Markup

from syto.evaluation.results import (
    TRANSFORMER,
    CoverageResult,
    Estimate,
    HeadResult,
    SliceResult,
    SystemResult,
)

# Text takes the colour of the page around it; lines and dots are seen on white and on black, by the
# colour-blind too, whom shapes and dashes help besides.
INK, GRID = "currentColor", "#80808055"
COLOURS: Mapping[str, str] = {
    TRANSFORMER: "#2f77b5",
    "tfidf": "#c2621b",
}
OTHER = "#7a8794"
SHAPES, DASHES = ["circle", "square", "diamond"], [[1, 0], [5, 3], [2, 2]]
Chart = alt.Chart | alt.LayerChart


def systems_chart(head: HeadResult, metric: str, title: str) -> Markup:
    """Draw one metric of every system as a dot with its interval."""
    rows = [
        {"system": each.system, **_interval(each.metrics[metric])}
        for each in head.systems
        if metric in each.metrics and each.metrics[metric].value is not None
    ]
    if not rows:
        return Markup()
    order = [str(row["system"]) for row in rows]
    base = _chart(rows).encode(y=alt.Y("system:N", sort=order, title=None), color=_colour("system", order))
    axis = alt.Axis(tickCount=5)
    x = alt.X("value:Q", title=title, axis=axis, scale=alt.Scale(domain=[0, 1], nice=False))
    rules = base.mark_rule(strokeWidth=3, opacity=0.45).encode(
        x=alt.X("low:Q", title=title, axis=axis), x2="high:Q"
    )
    return _svg((rules + base.mark_point(filled=True, size=90, opacity=1).encode(x=x)), 330, 34 * len(rows))


def calibration_chart(systems: Sequence[SystemResult]) -> Markup:
    """Draw the reliability diagram: on the diagonal, what is said comes true as often as it says."""
    rows = [
        {"system": each.system, "stated": part.stated, "right": part.right, "count": part.count}
        for each in systems
        for part in each.calibration
    ]
    if not rows:
        return Markup()
    order = [each.system for each in systems]
    diagonal = (
        _chart([{"stated": 0, "right": 0}, {"stated": 1, "right": 1}])
        .mark_line(color=OTHER, strokeDash=[4, 4], strokeWidth=1)
        .encode(x="stated:Q", y="right:Q")
    )
    lines = _chart(rows).encode(
        x=alt.X("stated:Q", title="stated probability", scale=alt.Scale(domain=[0, 1])),
        y=alt.Y("right:Q", title="share that came true", scale=alt.Scale(domain=[0, 1])),
        color=_colour("system", order, legend=alt.Legend(orient="top", title=None)),
    )
    size = alt.Size("count:Q", legend=None, scale=alt.Scale(range=[15, 260]))
    points = lines.mark_point(filled=True, opacity=0.85).encode(size=size, shape=_shape(order))
    return _svg(diagonal + lines.mark_line(strokeWidth=1.5) + points, 330, 260)


def coverage_chart(points: Sequence[CoverageResult]) -> Markup:
    """Draw the risk-coverage curve, as accuracy: it should fall towards all articles."""
    rows = [
        {"coverage": point.coverage, **_interval(point.accuracy)}
        for point in points
        if point.accuracy.value is not None
    ]
    if not rows:
        return Markup()
    base = _chart(rows).encode(
        x=alt.X("coverage:Q", title="share of the articles", scale=alt.Scale(domain=[0, 1]))
    )
    y = alt.Y("value:Q", title="accuracy", scale=alt.Scale(domain=[0, 1]))
    band = base.mark_area(opacity=0.14, color=COLOURS[TRANSFORMER]).encode(
        y=alt.Y("low:Q", title="accuracy"), y2="high:Q"
    )
    line = base.mark_line(point=alt.OverlayMarkDef(size=28), color=COLOURS[TRANSFORMER], strokeWidth=1.8)
    return _svg(band + line.encode(y=y), 330, 220)


def time_chart(parts: Sequence[SliceResult], metric: str, title: str, systems: Sequence[str]) -> Markup:
    """Draw a metric by month with its interval; months without the metric are left out."""
    rows = [
        {"month": part.value, "system": system, **_interval(part.systems[system][metric])}
        for part in parts
        for system in systems
        if system in part.systems
        and metric in part.systems[system]
        and part.systems[system][metric].value is not None
    ]
    if len({row["month"] for row in rows}) < 2:
        return Markup()
    base = _chart(rows).encode(
        x=alt.X("month:O", title=None, axis=alt.Axis(labelAngle=-45, labelOverlap=True)),
        color=_colour("system", systems, legend=alt.Legend(orient="top", title=None)),
    )
    y = alt.Y("value:Q", title=title, scale=alt.Scale(domain=[0, 1]))
    bands = base.mark_area(opacity=0.14).encode(y=alt.Y("low:Q", title=title), y2="high:Q")
    line = base.mark_line(strokeWidth=1.8).encode(y=y, strokeDash=_dash(systems))
    points = base.mark_point(filled=True, size=40).encode(y=y, shape=_shape(systems))
    return _svg(bands + line + points, 760, 220)


def trials_chart(points: Sequence[tuple[object, float, str]], metric: str, log: bool) -> Markup:
    """Draw the metric of trials, pruned ones in grey, over numbers or names."""
    rows = [{"x": x, "value": value, "state": state} for x, value, state in points]
    if not rows:
        return Markup()
    by_name = any(isinstance(x, str) for x, _, _ in points)
    scale = alt.Undefined if by_name else alt.Scale(type="log" if log else "linear", zero=False)
    states = ["complete", "pruned"]
    shown = (
        _chart(rows)
        .mark_point(filled=True, size=70, opacity=0.85)
        .encode(
            x=alt.X(f"x:{'N' if by_name else 'Q'}", title=None, scale=scale),
            y=alt.Y("value:Q", title=metric, scale=alt.Scale(zero=False)),
            color=alt.Color(
                "state:N", scale=alt.Scale(domain=states, range=[COLOURS[TRANSFORMER], OTHER]), legend=None
            ),
        )
    )
    return _svg(shown, 330, 180)


def _chart(rows: Sequence[Mapping[str, object]]) -> alt.Chart:
    return alt.Chart({"values": rows})


def _interval(estimate: Estimate) -> dict[str, float | None]:
    """Return the figure and its interval, of no width where there is none."""
    value = estimate.value
    return {
        "value": value,
        "low": value if estimate.low is None else estimate.low,
        "high": value if estimate.high is None else estimate.high,
    }


def _colour(field: str, order: Sequence[str], legend: alt.Legend | None = None) -> alt.Color:
    colours = [COLOURS.get(name, OTHER) for name in order]
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=list(order), range=colours), legend=legend)


def _shape(order: Sequence[str]) -> alt.Shape:
    scale = alt.Scale(domain=list(order), range=SHAPES[: len(order)])
    return alt.Shape("system:N", scale=scale, legend=alt.Legend(orient="top", title=None))


def _dash(order: Sequence[str]) -> alt.StrokeDash:
    scale = alt.Scale(domain=list(order), range=DASHES[: len(order)])
    return alt.StrokeDash("system:N", scale=scale, legend=alt.Legend(orient="top", title=None))


def _svg(chart: Chart, width: int, height: int) -> Markup:
    """Render a chart; its texts are escaped by the renderer."""
    styled = (
        chart.properties(width=width, height=height, background="transparent")
        .configure(font="DejaVu Sans, Arial, sans-serif", aria=False)
        .configure_axis(
            labelColor=INK, titleColor=INK, gridColor=GRID, domainColor=GRID, tickColor=GRID,
            labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelLimit=180,
        )
        .configure_view(stroke=None)
        .configure_legend(labelColor=INK, labelFontSize=12)
    )  # fmt: skip
    return Markup(vl_convert.vegalite_to_svg(styled.to_dict()))  # noqa: S704
