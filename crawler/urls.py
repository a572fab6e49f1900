"""Addresses: one spelling for each, what lies in a unit's scope, what is private. Pure."""

import ipaddress
import posixpath
import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

_SESSION_PATH = re.compile(r";jsessionid=[^/?#]*", re.I)
_SESSION_PARAM = re.compile(
    r"(?:^|&)(?:jsessionid|phpsessid|aspsessionid\w*|session_?id)=[^&]*|(?:^|&)sid=[^&]{16,}", re.I
)
_DEFAULT_PORT = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_DATE_IN_PATH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?!\d)")
_INDEX = re.compile(r"/(?:index|default)\.(?:s?html?|jsp|php|aspx?)$", re.I)
_NUMERIC_HOST = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}", re.I)
_MAX_LENGTH, _SHORT = 2000, 500
#: What most links are written like. Nothing in such an address is spelled differently in its one spelling.
_PLAIN_BASE = re.compile(r"(https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*)(/(?:[\w~-][\w.~-]*/)*)[\w.~-]*", re.A)
_PLAIN_HREF = re.compile(r"(?:\./|/)?(?:[\w~%-][\w.~%-]*/)*(?:[\w~%-][\w.~%-]*)?", re.A)
_PLAIN_URL = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*/(?:[\w~%-][\w.~%-]*/)*(?:[\w~%-][\w.~%-]*)?", re.A)


def absolute(base: str, href: str) -> str | None:
    """The address that ``href`` on the page ``base`` names, without its fragment; None when it names no web page."""
    href = href.strip()
    if not href or href[0] == "#" or len(href) > 2 * _MAX_LENGTH:
        return None
    head = href[:11].lower()
    if ":" in head and ":" in head.split("/", 1)[0] and not head.startswith(("http:", "https:")):
        return None  # javascript:, mailto:, tel:, data:, file:
    if len(href) < _SHORT and (plain := _plain(base, href)):
        return plain
    try:
        return normalise(urljoin(base, href))
    except ValueError:
        return None


def _plain(base: str, href: str) -> str | None:
    """What ``normalise(urljoin(base, href))`` gives where both are written plainly, for a tenth of its cost."""
    if href.startswith("http"):
        return href if _PLAIN_URL.fullmatch(href) else None
    place = _place(base)
    if place is None:
        return None
    (origin, folder), rest = place, href
    while rest.startswith("../"):
        rest = rest[3:]
        folder = folder[: folder.rfind("/", 0, -1) + 1] or "/"
    if not _PLAIN_HREF.fullmatch(rest):
        return None
    if rest[:1] == "/":
        return origin + rest if rest is href else None
    return f"{origin}{folder}{rest.removeprefix('./')}"


@lru_cache(maxsize=5_000)
def _place(base: str) -> tuple[str, str] | None:
    """Origin and folder of a plainly written address."""
    found = _PLAIN_BASE.fullmatch(base) if len(base) < _SHORT else None
    return (found.group(1), found.group(2)) if found else None


def normalise(url: str) -> str:
    """One spelling per address: lower-case host, no default port, no fragment, no session id, dots resolved,
    Chinese percent-encoded as UTF-8. Raises ``ValueError`` for what is no http address."""
    url = _UNSAFE.sub(lambda m: "/" if m.group() == "\\" else "", url.strip()) if _UNSAFE.search(url) else url
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > _MAX_LENGTH:
        raise ValueError(f"not a web address: {url[:200]}")
    path = _SESSION_PATH.sub("", parts.path) if ";" in parts.path else parts.path
    if "/." in path or "//" in path:
        path = _resolve_dots(path)
    query = _SESSION_PARAM.sub("", parts.query).lstrip("&") if parts.query else ""
    url = urlunsplit((parts.scheme, _netloc(parts), path or "/", query, ""))
    return url if url.isascii() and " " not in url else safe_url_string(url)


def _netloc(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    return host if port is None or port == _DEFAULT_PORT[parts.scheme] else f"{host}:{port}"


def _resolve_dots(path: str) -> str:
    resolved = posixpath.normpath(path)
    if resolved.startswith("//"):
        resolved = resolved[1:]
    if path.endswith(("/", "/.", "/..")) and resolved != "/":
        resolved += "/"
    return resolved


def page_key(url: str) -> str:
    """One key per page: http or https, with or without ``www.`` and ``index.html``."""
    bare = url.split("://", 1)[-1].removeprefix("www.")
    path, question, query = bare.partition("?")
    return _INDEX.sub("/", path) + question + query


def host_of(url: str) -> str:
    """Host with port, as in the address."""
    parts = url.split("/", 3)
    if len(parts) == 4 and parts[1] == "" and "?" not in parts[2] and "#" not in parts[2]:
        return parts[2]  # as most are written, for a tenth of the cost
    return urlsplit(url).netloc


def in_scope(url: str, scope: tuple[str, ...]) -> bool:
    """True when ``url`` lies under one of the prefixes; ``http`` and ``https`` count as the same place."""
    bare = url.split("://", 1)[-1]
    for prefix in scope:
        wanted = prefix.split("://", 1)[-1].rstrip("/")
        if bare == wanted or bare.startswith((wanted + "/", wanted + "?")):
            return True
    return False


def is_root(url: str) -> bool:
    """True for a host's front page under any of its usual names."""
    if url.count("/") > 3 and "?" not in url and "#" not in url:
        return False  # a page in a folder: most are
    path = urlsplit(url).path
    return path in ("", "/") or re.fullmatch(r"/(?:index|default|main|home)\.\w{2,5}", path, re.I) is not None


def twin_hosts(host: str, other: str) -> bool:
    """True when two hosts differ by ``www.`` only, or by the port that goes with http or https."""
    a, b = (h.lower().removesuffix(":80").removesuffix(":443") for h in (host, other))
    return a.removeprefix("www.") == b.removeprefix("www.")


def with_twins(scope: tuple[str, ...], host: str, others: Iterable[str]) -> tuple[str, ...]:
    """The prefixes, and those of ``host`` once more under each of the ``others`` that is its twin."""
    twins = sorted({other for other in others if other != host and twin_hosts(host, other)})
    more = (prefix.replace(f"//{host}", f"//{twin}", 1) for twin in twins for prefix in scope if f"//{host}" in prefix)
    return tuple(dict.fromkeys((*scope, *more)))


@lru_cache(maxsize=5_000)
def is_private_host(host: str) -> bool:
    """True when the host is written as an address outside the public internet, or names this machine."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith((".localhost", ".localdomain", ".local", ".internal")):
        return True
    if _NUMERIC_HOST.fullmatch(name):  # 127.1, 0x7f.1, 2130706433: resolvers read each as an IPv4 address
        try:
            name = socket.inet_ntoa(socket.inet_aton(name))
        except OSError:
            return True
    try:
        return not is_public_address(name)
    except ValueError:
        return False


@lru_cache(maxsize=5_000)
def is_public_address(address: str) -> bool:
    """Whether an IP address lies in the public internet; raises ``ValueError`` for what is no address."""
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (mapped is None or mapped.is_global)


def date_in_path(url: str) -> str | None:
    """A full date written in the path, as a hint only: it is often the day of a migration."""
    found = _DATE_IN_PATH.search(urlsplit(url).path)
    return "-".join(found.groups()) if found else None
