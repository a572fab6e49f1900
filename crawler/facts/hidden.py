"""What a page carries that its readers do not see: links to other hosts where no eye meets them, and scripts of other
hosts. What intruders lay into pages, for search engines or for the next visitor, is of these kinds."""

import re
from typing import NamedTuple

from crawler.facts.dom import Dom, Element
from crawler.records import HiddenLink
from crawler.urls import host_of, twin_hosts

_MOST = 50
_STYLES = (
    ("不显示", re.compile(r"(?<![\w-])(?:display:none|visibility:hidden|opacity:0(?:\.0+)?(?![.\d]))")),
    ("移到屏幕以外", re.compile(r"(?<![\w-])(?:left|right|top|bottom|text-indent|margin(?:-left|-top)?):-\d{3,}")),
    ("大小为零", re.compile(r"font-size:0(?![.\d])")),
)
_COLOUR = re.compile(r"(?<![\w-])color:([#\w(),.%]+)")
_GROUND = re.compile(r"(?<![\w-])background(?:-color)?:(#\w+|rgba?\([\d,.%]+\)|[a-z]+)")
_SMALL = re.compile(r"(?<![\w-])(?:width|height):[01](?:px)?(?![.%\w])")
_CUT_OFF = re.compile(r"overflow(?:-[xy])?:hidden")  # else what is in it shows all the same
_TINY = re.compile(r"\s*[01](?:px)?\s*$")
_DEEPEST = 60


def read_hidden(dom: Dom) -> tuple[HiddenLink, ...]:
    """Links to other hosts within something whose own style hides it, each address once."""
    own, found, known = host_of(dom.url), dict[str, HiddenLink](), dict[Element, _Look]()
    own_prefix = f"//{own}/"
    for anchor in dom.anchors:
        url = anchor.url
        if url is None or own_prefix in url or url in found or twin_hosts(host_of(url), own):
            continue
        if how := _how(anchor.element, known):
            found[url] = HiddenLink(url, anchor.text[:200], how)
            dom.note("hidden", f"自身或外层的样式让它看不见（{how}）的站外链接", anchor.element)
            if len(found) == _MOST:
                break
    return tuple(found.values())


class _Look(NamedTuple):
    """How an element's own style hides what it holds, its colour and its ground; "" for none."""

    how: str = ""
    colour: str = ""
    ground: str = ""


_PLAIN = _Look()


def _how(element: Element, known: dict[Element, _Look]) -> str:
    """How a link is hidden by itself or by what holds it, or ""."""
    inner = next(iter(element.iterchildren("font", "span", "b")), None)
    colour, node = _look(element, known).colour or (_look(inner, known).colour if inner is not None else ""), element
    for _ in range(_DEEPEST):
        if node is None:
            break
        look = _look(node, known)
        if look.how:
            return look.how
        if colour and look.ground:
            return "与底色同色" if look.ground == colour else ""
        node = node.getparent()
    return ""


def _look(node: Element, known: dict[Element, _Look]) -> _Look:
    """How an element looks by its own style, read once."""
    if node not in known:
        known[node] = _read_look(node)
    return known[node]


def _read_look(node: Element) -> _Look:
    if node.tag in ("marquee", "iframe") and any(_TINY.match(node.get(n) or "") for n in ("width", "height")):
        return _Look("大小为零")
    written = node.get("style")
    if not written:
        return _PLAIN
    style = re.sub(r"\s+", "", written[:2000]).lower()
    how = next((how for how, pattern in _STYLES if pattern.search(style)), "")
    if not how and _SMALL.search(style) and _CUT_OFF.search(style):
        how = "大小为零"
    return _Look(how, _of(_COLOUR, style), _of(_GROUND, style))


def _of(pattern: re.Pattern[str], style: str) -> str:
    found = pattern.search(style)
    if found is None:
        return ""
    value = found.group(1)
    named = {"white": "#ffffff", "black": "#000000"}.get(value, value)
    return "#" + "".join(2 * c for c in named[1:]) if re.fullmatch("#[0-9a-f]{3}", named) else named


def read_scripts(dom: Dom) -> tuple[str, ...]:
    """Addresses of scripts and frames' scripts that come from another host, each host once."""
    own, found = host_of(dom.url), dict[str, str]()
    for node in dom.tagged("script"):
        source = node.get("src")
        if source and "//" in source and (url := dom.url_of(source)) and not twin_hosts(host := host_of(url), own):
            if host not in found:
                dom.note("scripts", "从别的主机载入的脚本文件", node)
            found.setdefault(host, url)
    return tuple(found.values())[:_MOST]
