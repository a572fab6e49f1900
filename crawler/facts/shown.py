"""What a page shows besides links and running text: labels that lead nowhere, and pictures."""

from crawler.facts.dom import Dom

_LONGEST = 20
_MOST = 200
_LEFT_OUT = ("crumb", "footer")


def read_labels(dom: Dom) -> tuple[str, ...]:
    """Headings, tabs and entries without an address, outside foot and breadcrumb."""
    found = [line.text for line in dom.lines if not line.link_chars and line.area not in _LEFT_OUT]
    found += [link.text for link in dom.anchors if link.url is None and link.area not in _LEFT_OUT]
    short = (text for text in found if 2 <= len(text) <= _LONGEST and not text.isascii())
    return tuple(dict.fromkeys(short))[:_MOST]


def count_media(dom: Dom) -> int:
    """Pictures, films and embedded files outside menus, foot and links."""
    nodes = dom.tagged("img", "video", "embed", "object", "canvas")
    return sum(1 for node in nodes if not dom.place_of(node).link and dom.area_of(node) == "body")
