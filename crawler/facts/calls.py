"""The requests an inline script makes, as far as they are written out. Nothing is run. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_CALL = re.compile(
    r"(?<![\w$])(?:(?:\$|jQuery)\.(?P<jquery>getJSON|get|post|ajax)|axios(?:\.(?P<axios>get|post|request))?|(?P<fetch>fetch))\s*\(\s*"
    r"|\.open\(\s*['\"](?P<open>GET|POST)['\"]\s*,\s*",
    re.I,
)
_LITERAL = re.compile(r"""\s*(?:'([^'\\\n]*)'|"([^"\\\n]*)"|`([^`$\\\n]*)`)\s*(?=[,)}\n;])""")
_PAIRS = re.compile(
    r"""\s*['"]?([\w\[\].-]+)['"]?\s*:\s*(?:'([^'\\\n]*)'|"([^"\\\n]*)"|(-?\d{1,12})|(true|false))\s*(?:,|$)"""
)
_JSONP = re.compile(r"""['"]jsonp['"]""", re.I)
_METHOD = re.compile(r"\b(?:type|method)\s*:")
_OBJECT = re.compile(r"\s*,\s*(?=\{)")
# No further argument, one that is a function, or what open() takes: nothing that changes what is asked for.
_CALLBACK = re.compile(r"""\s*(?:\)|,\s*(?:function\b|async\b|\(|[\w$]+\s*=>|(?:true|false)\b|[\w$.]+\s*\)))""")
_VARIABLE = re.compile(r"\s*,\s*[\w$.]+\s*\)")
_MAX_OBJECT = 6_000


class Call(NamedTuple):
    """``url`` is None where it is not a literal, ``params`` where they are not; ``text`` is what is
    written where the address stands."""

    method: str
    url: str | None
    params: dict[str, str] | None
    text: str


def calls_in(script: str) -> Iterator[Call]:
    """All requests of jQuery, axios, ``fetch`` and ``XMLHttpRequest``, in order."""
    for found in _CALL.finditer(script):
        post = (found["jquery"] or found["axios"] or found["open"] or "").lower() == "post"
        rest = script[found.end() : found.end() + 1]
        if rest == "{":
            yield _from_options(balanced(script, found.end()))
            continue
        literal = _LITERAL.match(script, found.end())
        url = next((part for part in literal.groups() if part is not None), None) if literal else None
        end = literal.end() if literal else found.end()
        written = url or re.split(r"[,;)\n]", script[found.end() : found.end() + 150], maxsplit=1)[0]
        call = _with_second(script, end, "POST" if post else "GET", url, written)
        yield call._replace(params=None) if found["fetch"] and _VARIABLE.match(script, end) else call


def _from_options(options: str | None) -> Call:
    if options is None:
        return Call("GET", None, None, "")
    method = (value_of(options, "type") or value_of(options, "method") or "GET").upper()
    params: dict[str, str] | None = {}
    if _METHOD.search(options) and not (value_of(options, "type") or value_of(options, "method")):
        params = None
    elif re.search(r"\b(?:data|params)\s*:", options):
        start = re.search(r"\b(?:data|params)\s*:\s*(?=\{)", options)
        inner = balanced(options, start.end()) if start else None
        params = literals(inner) if inner is not None else None
    if params is not None and _JSONP.search((value_of(options, "dataType") and options) or ""):
        params = {**params, (value_of(options, "jsonp") or "callback"): value_of(options, "jsonpCallback") or "result"}
    written = re.search(r"\burl\s*:\s*([^,\n}]{1,150})", options)
    return Call(method, value_of(options, "url"), params, written.group(1) if written else "")


def _with_second(script: str, position: int, method: str, url: str | None, text: str) -> Call:
    """A call whose second argument may be an object: parameters of jQuery, options of fetch and axios."""
    second = _OBJECT.match(script, position)
    if not second:
        plain = _CALLBACK.match(script, position) is not None
        return Call(method, url, {} if plain else None, text)
    inner = balanced(script, second.end())
    if inner is None:
        return Call(method, url, None, text)
    if re.search(r"\b(?:method|headers|params|body|async|timeout)\s*:", inner):
        method = (value_of(inner, "method") or method).upper()
        return Call(method, url, None if re.search(r"\b(?:params|body)\s*:", inner) else {}, text)
    return Call(method, url, literals(inner), text)


def balanced(text: str, start: int) -> str | None:
    """What stands between the brace at ``start`` and the one that closes it."""
    if start < 0 or text[start : start + 1] != "{":
        return None
    depth, quote, position = 0, "", start
    limit = min(len(text), start + _MAX_OBJECT)
    while position < limit:
        mark = text[position]
        if quote:
            if mark == "\\":
                position += 1
            elif mark == quote:
                quote = ""
        elif mark in "'\"`":
            quote = mark
        elif mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
            if depth == 0:
                return text[start + 1 : position]
        position += 1
    return None


def value_of(text: str, name: str) -> str | None:
    """The literal (string or number) a name is given: ``name: 'x'`` or ``name = 15``."""
    pattern = rf"""(?<![\w$.]){re.escape(name)}['"]?\s*[:=]\s*(?:'([^'\\\n]*)'|"([^"\\\n]*)"|(\d{{1,12}}))\s*(?=[,;}}\n\r]|$)"""
    found = re.search(pattern, text)
    return next((part for part in found.groups() if part is not None), None) if found else None


def literals(inner: str) -> dict[str, str] | None:
    """The pairs of an object all of whose values are literals, else None."""
    pairs: dict[str, str] = {}
    position = 0
    while inner[position:].strip():
        found = _PAIRS.match(inner, position)
        if not found:
            return None
        pairs[found.group(1)] = next(part for part in found.groups()[1:] if part is not None)
        position = found.end()
    return pairs
