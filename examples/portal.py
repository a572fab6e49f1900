"""Turns the district's state on a day into web pages: for every host, the answer to every address."""

import datetime as dt
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, FileSystemLoader

from examples import report
from examples.state import FOLDER, MONTHS, Article, Column, Data, State, hosts, unit_ids

_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000"
    "000049454e44ae426082"
)
#: Bytes and type of what pages load or attach, by ending: enough to be opened, and nothing more.
_FILES = {
    "css": (b"", "text/css"),
    "js": (b"/* sample */\n", "application/javascript"),
    "png": (_PNG, "image/png"),
    "pdf": (b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "application/pdf"),
    "docx": (b"PK\x05\x06" + bytes(18), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (b"PK\x05\x06" + bytes(18), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "application/msword"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "application/vnd.ms-excel"),
}
_ROWS_A_PAGE = 20
_ENV = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENV.filters["js"] = lambda text: str(text).replace("\\", "\\\\").replace("'", "\\'")
_ENV.filters["chinese"] = lambda day: f"{day.year}年{day.month}月{day.day}日"
_ENV.globals.update(parts=report.parts, table3=report.table3, reviews=report.reviews)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answers; ``first`` is the HTTP status of the very first visit where that differs."""

    body: bytes
    type: str = "text/html"
    status: int = 200
    first: int | None = None


class District:
    """All portals as they stand on the day of one of the ``MONTHS``; or those of some ``units``, as a ``family`` shows them."""

    def __init__(self, month: dt.date = MONTHS[0], units: tuple[str, ...] = (), family: str = "") -> None:
        self.month = month
        self.states = {one: State(one, month, family) for one in units or unit_ids()}

    def answers(self, bases: dict[str, str]) -> dict[str, dict[str, Answer]]:
        """Every address's answer, by host and path; ``bases`` are the hosts' addresses without a slash at their end.
        ``""`` is the answer to unknown addresses."""
        table: dict[str, dict[str, Answer]] = {host: {} for host in hosts(tuple(self.states))}
        for state in self.states.values():
            pages = _Pages(self, state, bases)
            for host, path, answer in pages.all():
                if table[host].setdefault(path, answer) != answer:
                    raise ValueError(f"two pages at {host}{path}")
        return table

    def address(self, unit_id: str, bases: dict[str, str]) -> str:
        """The address of a unit's home page."""
        state = self.states[unit_id]
        return bases[state.host] + state.root


class _Pages:
    """The pages of one unit."""

    def __init__(self, district: District, state: State, bases: dict[str, str]) -> None:
        self.district = district
        self.state = state
        self.bases = bases
        self.site: Data = state.data["site"]
        self.charset: str = self.site.get("charset", "utf-8")
        self.assets: set[tuple[str, str]] = set()
        above = state.unit.get("frame")
        self.frame = district.states[above] if above else None

    def all(self) -> Iterator[tuple[str, str, Answer]]:
        """Host, path and answer of every page, file and asset."""
        state = self.state
        front = {"title": self.site["name"], "column": None}
        shut = bool(state.data["home"].get("challenge"))
        yield (
            state.host,
            state.root,
            self._page("challenge" if shut else "home", state.root, state.host, front, folder="common" if shut else ""),
        )
        for column in state.columns.values():
            if not column.out:
                yield from self._column(column)
                for article in column.articles:
                    yield from self._article(article)
        if self.frame is None:
            for host in (state.host, *state.unit.get("more_hosts", ())):
                yield (
                    host,
                    "/robots.txt",
                    Answer(self.site.get("robots", "User-agent: *\nDisallow: /admin/\n").encode(), "text/plain"),
                )
                yield host, "", self._not_found(host)
        for host, path in sorted(self.assets):
            yield host, path, self._file(path)

    def _not_found(self, host: str) -> Answer:
        body = self._page("notfound", "/404.html", host, {"title": "页面不存在", "column": None}, folder="common").body
        return Answer(body, self._type(), 200 if self.site.get("soft_404") else 404)

    def _file(self, path: str) -> Answer:
        kind = path.rsplit(".", 1)[-1]
        body, mime = _FILES[kind]
        if kind == "css":
            body = (FOLDER / "templates" / self.state.unit["family"] / "style.css").read_bytes()
        return Answer(body, mime)

    def _type(self) -> str:
        return str(self.site.get("content_type", "text/html"))

    # --- columns and articles ---------------------------------------------------------------------------------------

    def _column(self, column: Column) -> Iterator[tuple[str, str, Answer]]:
        data = column.data
        if status := data.get("status"):
            yield (
                column.host,
                column.path,
                Answer(b"<html><head><title>error</title></head></html>", self._type(), status),
            )
            return
        if data.get("challenge"):
            yield (
                column.host,
                column.path,
                self._page("challenge", column.path, column.host, {"title": "", "column": column}, folder="common"),
            )
            return
        context: dict[str, Any] = {"title": column.name, "column": column}
        if "to" in data:
            context["to"] = self.state.columns[data["to"]]
            yield column.host, column.path, self._page("shell", column.path, column.host, context, folder="common")
            return
        name = next((kind for kind in ("frame", "script") if kind in data), "")
        document = next((kind for kind in ("page", "guide") if kind in data), "")
        if document:
            row = data["page"] if document == "page" else {**self.state.data["guide"], "body": "guide"}
            yield from self._document(Article({"title": column.name, **row}, column, column.path))
        elif name or "note" in data or not (data.get("articles") is not None or "gathers" in data):
            yield column.host, column.path, self._page(name or "menu", column.path, column.host, context)
        else:
            yield from self._list(column, context)

    def _list(self, column: Column, context: dict[str, Any]) -> Iterator[tuple[str, str, Answer]]:
        rows = self.state.rows(column)
        size = column.data.get("size", _ROWS_A_PAGE)
        count = max(1, -(-len(rows) // size))
        for number in range(count):
            n = number - 1 + self.state.family.base
            path = column.path if number == 0 else column.folder + self.state.family.further.format(n=n)
            pager = {"count": count, "current": number, "total": len(rows), "base": self.state.family.base}
            here = {**context, "rows": rows[number * size : (number + 1) * size], "pager": pager}
            yield column.host, path, self._page(column.data.get("template", "list"), path, column.host, here)

    def _article(self, article: Article) -> Iterator[tuple[str, str, Answer]]:
        status = article.data.get("status")
        if status == 404 or "goes" in article.data:
            return
        if status == 403:
            yield (
                article.column.host,
                article.path,
                Answer(b"<html><title>403 Forbidden</title></html>", self._type(), 403),
            )
            return
        yield from self._document(article)

    def _document(self, article: Article) -> Iterator[tuple[str, str, Answer]]:
        column, data = article.column, article.data
        files = [(name, column.folder + file) for name, file in data.get("files", ())]
        context = {
            "title": article.title,
            "column": column,
            "article": article,
            "a": data,
            "files": files,
            "body": data.get("body", "official" if "number" in data and "text" in data else "text"),
            "related": [self.state.by_id[key] for key in data.get("related", ()) if key in self.state.by_id],
            "is_column": article.path == column.path,
            "guide": self.state.data.get("guide"),
            "report_texts": self.state.data.get("report_texts"),
        }
        answer = self._page("article", article.path, column.host, context)
        yield column.host, article.path, Answer(answer.body, answer.type, 200, data.get("first"))
        for _, path in files:
            yield column.host, path, self._file(path)

    # --- one page ---------------------------------------------------------------------------------------------------

    def _page(self, name: str, path: str, host: str, context: dict[str, Any], folder: str = "") -> Answer:
        state = self.state
        column: Column | None = context["column"]
        article: Article | None = context.get("article")

        def href(target: Column | Article | str) -> str:
            return self._href(target, path, host)

        def asset(file: str) -> str:
            target = f"/{self.site['assets']}/{file}"
            self.assets.add((host, target))
            return self._relative(target, path)

        declares = (article.data if article else column.data if column else {}).get("declares", self.charset)
        everything = {
            "site": self.site, "marks": state.data["marks"], "home": state.data["home"], "columns": state.columns,
            "rows_of": state.rows, "frame": self.frame, "day": state.day, "state": state, "kind": name,
            "trail": _trail(column), "href": href, "asset": asset, "declares": declares,
            "head_title": self._head_title(context["title"], name), "metas": self._metas(name, column, article), **context,
        }  # fmt: skip
        for optional, value in (("article", None), ("rows", []), ("pager", None), ("is_column", False)):
            everything.setdefault(optional, value)
        text = _ENV.get_template(f"{folder or state.unit['family']}/{name}.html").render(everything)
        return Answer(text.encode(self.charset), self._type())

    def _href(self, target: Column | Article | str, here: str, host: str) -> str:
        """An address as the page ``here`` writes it. ``@unit`` is another unit's home page, ``/`` the own one's."""
        if isinstance(target, str):
            if target.startswith("@"):
                return self.district.address(target[1:], self.bases)
            if target != "/":
                return target
            path, there = self.state.root, self.state.host
        elif isinstance(target, Column) and target.out:
            return self._href(target.out, here, host)
        elif isinstance(target, Article):
            path, there = target.path, target.column.host
            if "goes" in target.data:
                return str(target.data["goes"])
        else:
            path, there = target.path, target.host
        return self._relative(path, here) if there == host else self.bases[there] + path

    def _relative(self, path: str, here: str) -> str:
        if not self.state.family.relative:
            return path
        short = posixpath.relpath(path, here.rsplit("/", 1)[0] or "/")
        return short + "/" if path.endswith("/") else short

    def _head_title(self, title: str, name: str) -> str:
        form = self.site.get("titles", "{title}_{site}")
        return str(self.site["name"] if name == "home" else form.format(title=title, site=self.site["name"]))

    def _metas(self, name: str, column: Column | None, article: Article | None) -> list[tuple[str, str]]:
        """The page labels of 国办发〔2017〕47号, as the publishing system writes them; ``labels`` of the unit's data
        overrides values, None takes a label out."""
        site = self.site
        found = {"SiteName": site["name"], "SiteDomain": site["domain"], "SiteIDCode": site["code"]}
        column_name = "首页" if name == "home" else column.name if column else ""
        found |= {
            "ColumnName": column_name,
            "ColumnDescription": f"{site['name']}“{column_name}”栏目，发布有关信息",
            "ColumnKeywords": f"{column_name},{site['short']}",
            "ColumnType": column.data.get("type", column_name) if column else column_name,
        }
        if article is not None and article.path != article.column.path:
            stamp = f"{article.published}" + (
                f" {article.data.get('at', '09:30')}" if self.site.get("stamped", True) else ""
            )
            source = article.data.get("source", site["source"])
            found |= {"ArticleTitle": article.title, "PubDate": stamp, "ContentSource": source}
        elif site.get("empty_labels"):
            found |= {"ArticleTitle": "", "PubDate": "", "ContentSource": ""}
        overrides = self.state.data.get("labels", {})
        return [
            (label, overrides.get(label, value))
            for label, value in found.items()
            if overrides.get(label, "") is not None
        ]


def _trail(column: Column | None) -> list[Column]:
    """The columns above a page, from the top."""
    trail: list[Column] = []
    while column is not None:
        trail.insert(0, column)
        column = column.parent
    return trail
