"""Where each fact was read. A reader notes it where it takes the value; nothing is worked out until somebody asks."""

from typing import Any, NamedTuple

#: An element, a ``Line``, several lines of which one holds the words, the number of a file's line, or what finds one of
#: these in the page when it is asked for; None for what stands in no one place.
Where = Any


class Trace(NamedTuple):
    """``how`` says in Chinese by what the value was known, or why there is none; ``words`` are those of the place that
    hold it, where they are not the whole of it."""

    how: str
    where: Where = None
    words: str = ""


_NEW = tuple.__new__  # half the time of calling the class: some thirty notes a page


class Notes:
    """The traces of one page or file, by fact: ``title``, ``footer.icp``, ``meta.PubDate``, ``items.last`` ..."""

    def __init__(self) -> None:
        self.traces: dict[str, Trace] = {}

    def note(self, fact: str, how: str, where: Where = None, words: str = "") -> None:
        self.traces[fact] = _NEW(Trace, (how, where, words))

    def where(self, fact: str) -> Where:
        """The place noted for another fact."""
        trace = self.traces.get(fact)
        return trace.where if trace else None
