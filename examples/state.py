"""What one unit's portal holds on a day: its YAML file, the defects planted in that month, the rows visible by then.

A unit's file describes a sound portal. Its ``plants`` are patches with ``from``/``until`` months: ``set`` puts values at
dotted places, ``add`` puts rows into lists. ``articles.<id>`` is the article of that id, wherever it stands. ``like``: the
file of another unit with some ``words`` replaced is the ground, whose columns and settings this file's take the place of.
"""

import datetime as dt
import zlib
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from crawler.records import LEVELS

MONTHS = (dt.date(2022, 10, 31), dt.date(2022, 11, 30), dt.date(2022, 12, 30))
FOLDER = Path(__file__).parent / "district"
TRUTH = FOLDER / "truth.yaml"

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Family:
    """How a publishing system names its pages. ``article`` and ``further`` (page two and on) are formats; ``base`` is
    the number in the name of page two; ``flat`` systems put every column right below the root."""

    index: str
    article: str
    further: str
    base: int
    relative: bool = True
    flat: bool = False


FAMILIES = {
    "trs": Family("", "{month}/t{day}_{id}.html", "index_{n}.html", 1),
    "trsjs": Family("", "{month}/t{day}_{id}.html", "index_{n}.html", 1),
    "static": Family("index.htm", "{day}{short}.htm", "index{n}.htm", 2),
    "jeecms": Family("index.jhtml", "{id}.jhtml", "index_{n}.jhtml", 2, relative=False, flat=True),
    "gd": Family("index.html", "content/post_{id}.html", "index_{n}.html", 2, relative=False),
}


@dataclass(eq=False, slots=True)
class Column:
    """A column of a portal; ``path`` is its first page's address on ``host``."""

    key: str
    data: Data
    path: str = ""
    host: str = ""
    parent: "Column | None" = None
    children: "list[Column]" = field(default_factory=list)
    articles: "list[Article]" = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.data["name"])

    @property
    def out(self) -> str:
        """Where the column leads instead of a page of its own."""
        return str(self.data.get("out", ""))

    @property
    def folder(self) -> str:
        return self.path.rsplit("/", 1)[0] + "/"


@dataclass(eq=False, slots=True)
class Article:
    """A dated page of a column. ``shown`` is the date its rows show, ``published`` the one on the page."""

    data: Data
    column: Column
    path: str

    @property
    def title(self) -> str:
        return str(self.data["title"])

    @property
    def published(self) -> dt.date:
        date: dt.date = self.data["on"]
        return date

    @property
    def shown(self) -> dt.date:
        date: dt.date = self.data.get("row_date") or self.published
        return date


class State:
    """One unit on a day, by its own publishing system or as another ``family`` would show it."""

    def __init__(self, unit_id: str, day: dt.date, family: str = "") -> None:
        data = _planted(deepcopy(_file(unit_id)), day.isoformat()[:7])
        data["unit"]["family"] = family or data["unit"]["family"]
        self.id = unit_id
        self.day = day
        self.data = data
        self.unit: Data = data["unit"]
        self.family = FAMILIES[self.unit["family"]]
        self.root: str = self.unit.get("root", "/")
        self.host: str = self.unit.get("host", unit_id)
        self.columns = {key: Column(key, column) for key, column in data["columns"].items() if column is not None}
        for column in self.columns.values():
            column.children = [self.columns[key] for key in column.data.get("menu", ()) if key in self.columns]
            for child in column.children:
                child.parent = child.parent or column
        for column in self.columns.values():
            self._place(column)
            column.articles = [
                self._article(column, row) for row in column.data.get("articles") or () if _seen(row, day)
            ]
        self.by_id = {a.data["id"]: a for c in self.columns.values() for a in c.articles if "id" in a.data}

    def _place(self, column: Column) -> None:
        """Puts a column below its parent's folder, on its parent's host, unless it says ``at`` which address or on
        which ``host`` it stands."""
        parent = column.parent
        if parent is not None and not parent.path:
            self._place(parent)
        above = self.root if parent is None or self.family.flat else parent.folder
        column.path = column.data.get("at") or f"{above}{column.data.get('slug', column.key)}/{self.family.index}"
        column.host = column.data.get("host") or (parent.host if parent else "") or self.host

    def _article(self, column: Column, row: Data) -> Article:
        number = zlib.crc32(f"{self.id}{row.get('id') or row['title']}".encode()) % 9_000_000 + 1_000_000
        day = row.get("filed") or row["on"]  # the day in an address may be that of a migration
        name = self.family.article.format(month=f"{day:%Y%m}", day=f"{day:%Y%m%d}", id=number, short=number % 1000)
        return Article(row, column, column.folder + name)

    def rows(self, column: Column) -> list[Article]:
        """The rows of a column's list, newest first: its own and those it gathers from other columns."""
        gathered = [self.columns[key] for key in column.data.get("gathers", ()) if key in self.columns]
        articles = [article for one in (column, *gathered) for article in one.articles]
        return sorted(articles, key=lambda article: (article.shown, article.path), reverse=True)


def unit_ids() -> tuple[str, ...]:
    """All units, parents before those below them."""
    ids = [path.stem for path in FOLDER.glob("*.yaml") if path != TRUTH]
    return tuple(sorted(ids, key=lambda one: (LEVELS.index(_file(one)["unit"]["level"]), one)))


def hosts(units: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Names of the hosts of some units or all, in the order in which they take their ports."""
    found: list[str] = []
    for one in units or unit_ids():
        unit = _file(one)["unit"]
        found += [unit.get("host", one), *unit.get("more_hosts", ())]
    return tuple(dict.fromkeys(found))


def header(unit_id: str) -> Data:
    """The ``unit`` part of a unit's file."""
    unit: Data = _file(unit_id)["unit"]
    return unit


@cache
def _file(unit_id: str) -> Data:
    text = (FOLDER / f"{unit_id}.yaml").read_text("utf-8")
    data: Data = yaml.safe_load(text)
    if "like" not in data:
        return data
    made = (FOLDER / f"{data['like']['unit']}.yaml").read_text("utf-8")
    for word, other in data["like"]["words"].items():
        made = made.replace(word, other)
    base: Data = {**yaml.safe_load(made), "plants": []}
    return {**base, **{k: {**base.get(k, {}), **v} if isinstance(v, dict) else v for k, v in data.items()}}


def _seen(row: Data, day: dt.date) -> bool:
    on: dt.date = row["on"]
    return on <= day


def _planted(data: Data, month: str) -> Data:
    for plant in data.get("plants", ()):
        if plant.get("from", "") <= month <= plant.get("until", "9"):
            for place, value in plant.get("set", {}).items():
                holder, last = _find(data, place)
                holder[last] = value
            for place, rows in plant.get("add", {}).items():
                holder, last = _find(data, place)
                holder[last] = [*(holder.get(last) or ()), *rows]
    return data


def _find(data: Data, place: str) -> tuple[Data, str]:
    """The mapping that holds a place, and the last key. Mappings on the way are made where there are none."""
    *way, last = place.split(".")
    node = data
    if way and way[0] == "articles":
        rows = (row for column in data["columns"].values() for row in (column or {}).get("articles") or ())
        node = next(row for row in rows if row.get("id") == way[1])
        way = way[2:]
    for key in way:
        node = node.setdefault(key, {})
    return node, last
