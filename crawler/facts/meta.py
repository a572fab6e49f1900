"""Page labels (``<meta name=...>``) of 国办发〔2017〕47号, in their canonical spelling."""

from crawler.facts.dom import Dom
from crawler.facts.text import squeeze

NAMES = (
    "SiteName", "SiteDomain", "SiteIDCode", "ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType",
    "ArticleTitle", "PubDate", "ContentSource", "Keywords", "Author", "Description", "Image", "Url",
)  # fmt: skip
_CANONICAL = {name.lower(): name for name in NAMES}
_FACT = {name: f"meta.{name}" for name in NAMES}


def read_meta(dom: Dom) -> dict[str, str]:
    """The labels present, empty ones as ``""``; a repeated label keeps its first value that is not empty."""
    found: dict[str, str] = {}
    for tag in dom.tagged("meta"):
        name = _CANONICAL.get((tag.get("name") or "").strip().lower())
        if name and not found.get(name):
            found[name] = squeeze(tag.get("content") or "")
            dom.note(_FACT[name], "页面标签", tag)
    return {name: found[name] for name in NAMES if name in found}
