"""The charts: confidence over time, burn-ups, alignment by week, calibration."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from api.report.drawing import Rows, Spec, draw
from api.report.words import Words

WIDE, NARROW = 760, 272
WIDTHS = (WIDE, NARROW)
"""The widths of a drawing in pixels, without its axes: for a desk, and for a telephone."""


def _time(words: Words, ticks: int) -> Spec:
    return {
        "field": "at",
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": {"title": None, "format": words("locale.axis"), "tickCount": ticks, "grid": False},
    }


def _share(top: float = 1, title: str | None = None) -> Spec:
    return {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [0, top], "nice": False},
        "axis": {"title": title, "format": ".0%", "tickCount": 4},
    }


def confidence(lines: Rows, mean: Rows, moves: Rows, words: Words, width: int) -> Markup:
    """A faint line a key result, the mean, and a diamond where a target moved."""
    scale = {"domain": [0, 10]}
    level: Spec = {
        "field": "y",
        "type": "quantitative",
        "scale": scale,
        "axis": {"title": None, "values": [0, 4, 7, 10]},
    }
    x = _time(words, 6 if width == WIDE else 4)
    last = mean[-1:]
    layer: list[Spec] = [
        {
            "data": {"values": lines},
            "mark": {"type": "line", "stroke": "var(--faint)", "strokeWidth": 1},
            "encoding": {"x": x, "y": level, "detail": {"field": "id"}},
        },
        {
            "data": {"values": mean},
            "mark": {"type": "line", "stroke": "var(--accent)", "strokeWidth": 2.5},
            "encoding": {"x": x, "y": level},
        },
        {
            "data": {"values": last},
            "mark": {"type": "text", "align": "right", "dy": -10, "fontWeight": "bold"},
            "encoding": {
                "x": x,
                "y": level,
                "text": {"field": "said"},
                "color": {"value": "var(--accent)"},
            },
        },
        {
            "data": {"values": moves},
            "mark": {
                "type": "point",
                "shape": "diamond",
                "size": 130,
                "filled": True,
                "fill": "var(--moved)",
                "stroke": "var(--paper)",
                "opacity": 1,
            },
            "encoding": {
                "x": x,
                "y": level,
                "href": {"field": "href"},
                "description": {"field": "said"},
            },
        },
    ]
    return draw({"width": width, "height": 240, "layer": layer}, words)


def burn_up(rows: Rows, moves: Rows, top: float, words: Words) -> Markup:
    """What was reached, below the target of each time; 1 is the first target.

    What was reached in the end is written beside the plot, where no line crosses it.
    """
    y = _share(top)
    x = _time(words, 3)
    end = rows[-1:]
    layer: list[Spec] = [
        {
            "data": {"values": rows},
            "mark": {"type": "area", "fill": "var(--accent)", "opacity": 0.14},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "line", "stroke": "var(--accent)", "strokeWidth": 2.5},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": rows},
            "mark": {
                "type": "line",
                "interpolate": "step-before",
                "stroke": "var(--moved)",
                "strokeWidth": 1.5,
            },
            "encoding": {"x": x, "y": {**y, "field": "target"}},
        },
        {
            "data": {"values": rows},
            "mark": {
                "type": "line",
                "stroke": "var(--moved)",
                "strokeWidth": 1,
                "strokeDash": [3, 3],
            },
            "encoding": {"x": x, "y": {**y, "field": "now"}},
        },
        {
            "data": {"values": end},
            "mark": {"type": "text", "align": "left", "dx": 6, "fontWeight": "bold"},
            "encoding": {
                "x": x,
                "y": y,
                "text": {"field": "y", "format": ".0%"},
                "color": {"value": "var(--accent)"},
            },
        },
        {
            "data": {"values": moves},
            "mark": {
                "type": "point",
                "shape": "diamond",
                "size": 90,
                "filled": True,
                "fill": "var(--moved)",
                "opacity": 1,
            },
            "encoding": {
                "x": x,
                "y": y,
                "href": {"field": "href"},
                "description": {"field": "said"},
            },
        },
    ]
    return draw({"width": 200, "height": 120, "layer": layer}, words)


def coverage(rows: Rows, order: list[str], words: Words, width: int) -> Markup:
    """Objectives by week: aligned, orphaned, unaligned; `order` names the three."""
    legend: Spec = {"orient": "top", "title": None, "symbolType": "square", "direction": "vertical"}
    spec: Spec = {
        "width": width,
        "height": 150,
        "data": {"values": rows},
        "mark": {"type": "bar"},
        "encoding": {
            "x": {
                "field": "week",
                "type": "ordinal",
                "sort": None,
                "axis": {"title": None, "labelAngle": 0, "labelOverlap": True},
                "scale": {"paddingInner": 0.25},
            },
            "y": {"field": "n", "type": "quantitative", "axis": {"title": None, "tickCount": 4}},
            "order": {"field": "order", "type": "quantitative"},
            "fill": {
                "field": "what",
                "type": "nominal",
                "scale": {
                    "domain": order,
                    "range": ["var(--on_track)", "var(--off_track)", "var(--faint)"],
                },
                "legend": legend | ({"direction": "horizontal"} if width == WIDE else {}),
            },
        },
    }
    return draw(spec, words)


def calibration(rows: Rows, words: Words, width: int) -> Markup:
    """A dot a confidence, on the diagonal where it was right; its size is how often it was said."""
    x: Spec = {
        "field": "confidence",
        "type": "quantitative",
        "scale": {"domain": [0, 10]},
        "axis": {"title": words("calibration.x"), "values": [0, 2, 4, 6, 8, 10]},
    }
    y = _share(1, words("calibration.y"))
    diagonal: list[dict[str, Any]] = [{"confidence": 0, "y": 0}, {"confidence": 10, "y": 1}]
    layer: list[Spec] = [
        {
            "data": {"values": diagonal},
            "mark": {"type": "line", "stroke": "var(--faint)", "strokeDash": [4, 4]},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "circle", "fill": "var(--accent)", "opacity": 0.85},
            "encoding": {
                "x": x,
                "y": y,
                "size": {
                    "field": "n",
                    "type": "quantitative",
                    "scale": {"range": [40, 500]},
                    "legend": None,
                },
            },
        },
        {
            "data": {"values": rows},
            "mark": {"type": "text", "dy": -16},
            "encoding": {"x": x, "y": y, "text": {"field": "said"}},
        },
    ]
    return draw({"width": width, "height": 240, "layer": layer}, words)
