"""What a page's inline scripts write into it: ``document.write``, and rows kept in a store for a script to show."""

import re
from typing import Any, NamedTuple
from urllib.parse import unquote

from lxml import etree

from crawler.facts import datastore
from crawler.facts.text import remembering

Element = Any  # lxml's elements carry no useful types

PARSER = etree.HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True, collect_ids=False
)
_SCRIPT_LIMIT = 100_000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_VAR = re.compile(r"""(?:var\s+)?([A-Za-z_$][\w$]*)\s*=\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")(?!\s*\+)""")
_OPERAND = re.compile(
    r"""\s*(?:(unescape|decodeURIComponent)\(\s*)?(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|([A-Za-z_$][\w$.]*(?:\([^()]*\))?))\s*\)?\s*([+,)])?"""
)
_IN_ADDRESS = re.compile(r"""(?:href|src)\s*=\s*["']?[^"'<>\s]*$""", re.I)
_JS_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)")
_SAME_LOOK = re.compile(r"""\s(?:class|target|style|id)=(?:"[^"]*"|'[^']*')""")


class Scripts(NamedTuple):
    """Texts of all inline scripts, the elements they stand in, and what they wrote: the elements that came into the
    tree, and for a text the script it stands behind."""

    texts: list[str]
    elements: list[Element]
    written: list[Element]


def expand_scripts(root: Element) -> Scripts:
    """What ``document.write`` writes, and the rows kept in a store for a script to show, are put into the tree behind
    their script."""
    found = Scripts([], [], [])
    for script in list(root.iter("script")):
        text = script.text
        if not text or (len(text) > _SCRIPT_LIMIT and not datastore.is_datastore(text)):
            continue
        text, writes = _known(text)
        found.texts.append(text)
        found.elements.append(script)
        if not writes:
            continue
        if datastore.is_datastore(text) and (stored := datastore.markup(text)):
            found.written.extend(_insert_after(script, stored))
        if "document.write" in text and (written := written_by(text)):
            found.written.extend(_insert_after(script, written))
    return found


@remembering
def written_by(script: str) -> str:
    """The HTML that a script's ``document.write`` calls put into the page, as far as it is made of string
    literals and of variables that hold one. Both arms of an ``if`` that write the same link count once."""
    assigned = [
        (m.start(), m.group(1), _unquote(m.group(2) if m.group(2) is not None else m.group(3)))
        for m in _VAR.finditer(script)
    ]
    variables = {name: value for _, name, value in reversed(assigned)}
    passed = 0
    written: list[str] = []
    seen: set[str] = set()
    position = script.find("document.write")
    while position >= 0:
        opening = script.find("(", position)
        if opening < 0:
            break
        while passed < len(assigned) and assigned[passed][0] < position:  # one script may write row after row
            variables[assigned[passed][1]] = assigned[passed][2]
            passed += 1
        piece, known = _concatenation(script, opening + 1, variables)
        look = _SAME_LOOK.sub("", piece)
        if known and not (("href" in look or len(look) > 20) and look in seen):
            written.append(piece)
        seen.add(look)
        position = script.find("document.write", opening)
    return "".join(written)


@remembering
def _known(script: str) -> tuple[str, bool]:
    """The same object for the same text, so that what is remembered of it is found at once; whether it brings anything
    into the page."""
    return script, "document.write" in script or datastore.is_datastore(script)


def _concatenation(script: str, position: int, variables: dict[str, str]) -> tuple[str, bool]:
    """The value of ``"a" + b + "c"`` from ``position`` on, and whether anything of it was known."""
    parts, known = [], False
    while found := _OPERAND.match(script, position):
        function, single, double, name, after = found.groups()
        literal = single if single is not None else double
        if literal is not None:
            text = _unquote(literal)
            parts.append(unquote(text) if function else text)
            known = True
        elif name in variables:
            parts.append(variables[name])
            known = True
        else:
            parts.append(_gap(parts))
        position = found.end()
        if after not in ("+", ","):
            break
    else:
        parts.append(_gap(parts))
    return "".join(parts), known


def _gap(parts: list[str]) -> str:
    """What stands for an unknown value: an address with one is no address."""
    return "{{}}" if _IN_ADDRESS.search("".join(parts)) else ""


def _unquote(literal: str) -> str:
    return _JS_ESCAPE.sub(_escape, literal) if "\\" in literal else literal


def _escape(found: re.Match[str]) -> str:
    code = found.group(1)
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return {"n": "\n", "t": "\t", "r": ""}.get(code, code)


def _insert_after(script: Element, markup: str) -> list[Element]:
    parent = script.getparent()
    if parent is None:
        return []
    pieces = _fragments(markup)
    tail, script.tail = script.tail or "", None
    text = "".join(piece for piece in pieces if isinstance(piece, str))
    written = [piece for piece in pieces if not isinstance(piece, str)]
    for piece in reversed(written):  # counting places among many siblings would cost their square
        script.addnext(piece)
    if written:
        written[-1].tail = settable((written[-1].tail or "") + tail) or None
        script.tail = settable(text) or None
    else:
        script.tail = settable(text + tail) or None
    return [script, *written] if text else written


def settable(text: str) -> str:
    """Text as the tree takes it back: it gives control characters out, and fails on being given them."""
    return _CONTROL.sub("", text)


def _fragments(markup: str) -> list[Any]:
    """The pieces of a scrap of HTML: texts and elements, in order."""
    data = f"<html><body>{markup}</body></html>".encode("utf-8", "replace")
    root = etree.fromstring(data, PARSER)
    body = root.find("body") if root is not None else None
    return [] if body is None else [*([body.text] if body.text else []), *body]
