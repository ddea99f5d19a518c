"""Draws charts with Vega, here and now, as plain SVG that takes its colours from the page.

This is the one module that knows the library, and it is loaded with the first chart: it brings a
JavaScript engine, which nobody needs who asks for no page.
"""

from __future__ import annotations

import re
from typing import Any, Literal
from xml.etree import ElementTree as ET

from markupsafe import Markup

from api.report.words import Language, Words

Spec = dict[str, Any]
Rows = list[dict[str, Any]]

SVG = "http://www.w3.org/2000/svg"
_LINK = "{http://www.w3.org/1999/xlink}href"
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_ELSEWHERE = re.compile(r"^[^#]*(?=#)")
_LOCALES: dict[Language, Literal["en-US", "zh-CN"]] = {"en": "en-US", "zh": "zh-CN"}
_LONG = re.compile(r"(\d+\.\d\d)\d+")
_NOTHING = ("", "M0,0h0v0h0Z")
_SAID_BY_THE_PAGE = (
    "aria-hidden",
    "aria-label",
    "aria-roledescription",
    "class",
    "font-family",
    "pointer-events",
    "role",
)

ET.register_namespace("", SVG)

CONFIG: Spec = {
    "background": None,
    "font": "sans-serif",
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "grid": False,
        "labelColor": "var(--quiet)",
        "labelFontSize": 12,
        "labelPadding": 6,
        "titleColor": "var(--quiet)",
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "axisY": {"grid": True, "gridColor": "var(--line)", "tickCount": 4},
    "legend": {"labelColor": "var(--ink)", "labelFontSize": 12, "labelLimit": 260},
    "text": {"color": "var(--ink)", "fontSize": 12},
}
"""Little ink, in the colours of the page, so that dark mode draws nothing anew."""


def draw(spec: Spec, words: Words) -> Markup:
    """A Vega-Lite chart as an SVG element.

    A mark with a `href` to an anchor of the page becomes a link, called by its `description`.
    """
    import vl_convert  # noqa: PLC0415 - loaded with the first chart, see above.

    svg = vl_convert.vegalite_to_svg(
        {"$schema": _SCHEMA, "config": CONFIG, **spec},
        allowed_base_urls=[],
        time_format_locale=_LOCALES[words.language],
    )
    root = ET.fromstring(svg)  # noqa: S314 - it was written two lines above.
    for link in list(root.iter(f"{{{SVG}}}a")):
        _point(link)
    _tidy(root)
    root.set("class", "chart")
    root.set("role", "group")
    return Markup(_LONG.sub(r"\1", ET.tostring(root, encoding="unicode")))  # noqa: S704


def _point(link: ET.Element) -> None:
    """Let a link lead to its anchor on this page and say where that is."""
    link.set("href", _ELSEWHERE.sub("", link.attrib.pop(_LINK)))
    said = next((one.get("aria-label") for one in link.iter() if one.get("aria-label")), None)
    if said is not None:
        link.set("aria-label", said)
        title = ET.Element(f"{{{SVG}}}title")
        title.text = said
        link.insert(0, title)


def _tidy(element: ET.Element) -> None:
    """Leave out what is empty, and what the page says itself."""
    for child in list(element):
        if child.get("display") == "none" or child.get("d", "some") in _NOTHING:
            element.remove(child)
        else:
            _tidy(child)
    for name in _SAID_BY_THE_PAGE:
        if name != "aria-label" or element.tag != f"{{{SVG}}}a":
            element.attrib.pop(name, None)
