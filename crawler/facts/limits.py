"""How much of a page is read. A page beyond these limits is refused as a whole and says so: of one read in part nobody
could say what it lacks."""

MAX_BYTES = 12 * 1024 * 1024
MAX_TAGS = 150_000
MAX_LINKS = 15_000
TOO_DEEP = "页面里的标签套得过深，没有读取"


def excess(body: bytes) -> str:
    """Why a page is not read, in Chinese; empty for nearly all."""
    if len(body) <= 3 * MAX_LINKS:  # room for fewer than that
        return ""
    if len(body) > MAX_BYTES:
        return f"页面过大（{len(body) // 1024 // 1024} MB），没有读取"
    if (tags := body.count(b"<")) > MAX_TAGS:
        return f"页面里的标签过多（{tags}个），没有读取"
    if tags > MAX_LINKS and (links := body.count(b"<a ") + body.count(b"<A ")) > MAX_LINKS:
        return f"页面里的链接过多（{links}个），没有读取"
    return ""
