"""What a page that came with HTTP 200 really is. ``ok`` must be earned."""

import re
from functools import cached_property

from crawler.facts.dom import Dom
from crawler.facts.notices import KINDS, folded, in_text, in_title, machine_mark
from crawler.facts.text import DATE
from crawler.records import PageStatus

_CHALLENGE_SCRIPT = re.compile(
    r"__jsl_clearance|acw_sc__v[23]|aliyun_waf|\$_ts\s*=|\$_ts\.|__tst_status|cf[-_]chl|challenge-platform|yunsuo_session|wzws_cid|wzws-waf-cgi|safeline"
    r"|/_waf_|waf_captcha|awswafcookie|security_session_verify|ddos-guard/|TCaptcha|nc_login|initAliyunCaptcha|EO_Bot|__tencent_chaos|sbwaf|C3VK=|/TSPD/|_guard/",
    re.I,
)
_ALERT = re.compile(r"""\balert\s*\(\s*['"]([^'"\n]{2,120})['"]""")
#: What stands on a site's own pages and on no protection's: the way from the front page, the foot.
_TRAIL = re.compile(r"当前(?:的)?位置|(?:您|你)?(?:现在)?所(?:在|处)的?位置|首页[>»›]")
_FOOT = re.compile(r"主办单位|主办[:：]|网站标识码|公网安备|icp备")
_SITE_NAME = re.compile(
    r"(?:政府|局|委|委员会|办公室|厅|院|中心|网|网站|门户|平台|系统|街道|镇|乡|公司|server|service)$"
)
_LONG = 2_000
_SHORT = 400
_OWN = 200
_FEW_WORDS = 120
_HEAD = 150
_HOLLOW = 12
_THIN = 60
_MANY_LINKS = 15
_FEW_LINKS = 8

Verdict = tuple[PageStatus, str]


def page_status(dom: Dom, body_chars: int, has_items: bool, *, titled: bool = False) -> Verdict:
    """Status by content alone, with the reason in Chinese (empty for ``ok``). Redirect shells count as hollow:
    who follows their redirect sees the page. ``titled``: the page names an article and its date."""
    if dom.excess:
        dom.note("status", "页面太大或嵌套太深，没有读取")
        return PageStatus.TOO_BIG, dom.excess
    dom.note("status", "有自己的内容，未见防护、出错、不存在、登录、迁移提示")
    if "<" not in dom.text:
        dom.note("status", "应答里没有任何标签")
        return PageStatus.HOLLOW, "应答不是网页" if dom.text_length else "页面没有可见文字"
    page = _Page(dom, body_chars, has_items=has_items, titled=titled)
    return (
        page.blocked()
        or page.server_error()
        or page.not_found()
        or page.login()
        or page.hollow()
        or (PageStatus.OK, "")
    )


def refusal(dom: Dom) -> str:
    """Why the body of an answer with an error's status is a protection's and not the server's; empty where it is not."""
    verdict = None if dom.excess else _Page(dom, 0, has_items=False, titled=False).blocked()
    return verdict[1] if verdict else ""


class _Page:
    """What the questions below are asked about. ``text`` is the page's beginning; ``own`` what is neither link, menu,
    foot nor way from the front page."""

    def __init__(self, dom: Dom, body_chars: int, *, has_items: bool, titled: bool) -> None:
        self.dom, self.body_chars, self.has_items, self.titled = dom, body_chars, has_items, titled
        self.length = dom.text_length
        self.title = folded(dom.title_tag[:200])
        self.scripted = bool(dom.tagged("script"))
        self.alerts = ""
        if self.length < _THIN:  # a page may be nothing but a message box
            self.alerts = "，".join(m.group(1) for script in dom.scripts for m in _ALERT.finditer(script[:5_000]))

    @cached_property
    def text(self) -> str:
        return folded(self.dom.words + self.alerts) if self.length < _LONG else ""

    @cached_property
    def own(self) -> str:
        if self.length >= 5 * _LONG:
            return ""
        lines = self.dom.lines[:500]
        own = [x.text for x in lines if x.area in ("body", "side") and len(x.text) > 2 * x.link_chars]
        return folded(DATE.sub("", "".join(own)) + self.alerts)

    @cached_property
    def trail(self) -> bool:
        return _TRAIL.search(self.text) is not None

    @cached_property
    def foot(self) -> bool:
        return _FOOT.search(self.text) is not None

    def _says(self, kind: str) -> str | None:
        """Such a sentence, where the page is short or begins with it."""
        return in_text(kind, self.text if self.length < _SHORT else self.text[:_HEAD])

    def _is_own(self) -> bool:
        """Whether the page has what a site's page has and a notice in its place has not."""
        return self.titled or self.has_items or self.trail or self._is_headed

    def blocked(self) -> Verdict | None:
        if self.has_items or self.trail or self._is_headed or (self.titled and self.foot):
            return None
        word = None if self.foot or self.length >= _LONG else in_title("blocked", self.title)
        word = word or in_text("blocked", self.title[:60]) or (self._says("blocked") if self.length < _LONG else None)
        if word is None and self.length < _SHORT and not (self.foot or self.titled):
            word = machine_mark(self.text)
        if word is None and self.length < _THIN and self._challenges():
            word = "验证脚本"
        if not word:
            return None
        self._note("防护或验证页的用语、脚本", word)
        return PageStatus.BLOCKED, f"页面是防护或验证页（“{word[:20]}”）"

    def _challenges(self) -> bool:
        sources = " ".join(node.get("src") or "" for node in self.dom.tagged("script", "iframe"))
        return any(_CHALLENGE_SCRIPT.search(script[:50_000]) for script in (sources[:50_000], *self.dom.scripts[:50]))

    def server_error(self) -> Verdict | None:
        if self._is_own():
            return None
        word = in_title("server_error", self.title) or (self._says("server_error") if self.length < _LONG else None)
        if word:
            self._note("服务器出错的用语", word)
            return PageStatus.BLOCKED, "页面是服务器或防护节点的出错提示，未见到原页面"
        return None

    def not_found(self) -> Verdict | None:
        if self.titled or self._is_headed:
            return None
        told = not self.has_items and in_title("not_found", self.title)
        if not told and len(self.own) < (_FEW_WORDS if self.has_items else _OWN):
            told = in_text("not_found", self.own)
        if not told and not self.has_items and self.length < _SHORT and self.body_chars < _OWN:
            told = in_text("not_found", self.text)
        if not told:
            return None
        self._note("内容不存在的用语", told)
        return PageStatus.SOFT_404, "页面提示内容不存在"

    def login(self) -> Verdict | None:
        if self.has_items or self.titled or self.body_chars >= 300:
            return None
        named = in_title("login", self.title) is not None
        if any((node.get("type") or "").lower() == "password" for node in self.dom.tagged("input")):
            if named or (self.length < _SHORT and not self._has_links(_MANY_LINKS)):
                self._note("有密码框，且页面没有别的内容", "")
                return PageStatus.LOGIN, "页面是登录表单"
        elif (named and self.length < _SHORT and not self.foot) or (self.length < _OWN and in_text("login", self.own)):
            self._note("要求登录的用语", in_title("login", self.title) or in_text("login", self.own) or "")
            return PageStatus.LOGIN, "页面要求登录"
        return None

    def hollow(self) -> Verdict | None:
        if self.length < _HOLLOW:
            self._note("整个页面可见的字数", "")
            return PageStatus.HOLLOW, "页面没有可见文字" + ("，内容由脚本生成" if self.scripted else "")
        if self._is_own():
            return None
        if self.length < _SHORT and not self._has_links(_FEW_LINKS) and (word := self._moved()):
            self._note("网站迁移、维护或关闭的用语", word)
            return PageStatus.HOLLOW, "页面是网站迁移、维护或关闭的提示，未见到原页面"
        if self.length < _THIN and self.scripted and not self._has_images():
            self._note("整个页面可见的字数", "")
            return PageStatus.HOLLOW, f"页面只有{self.length}个字，内容由脚本生成"
        return None

    def _moved(self) -> str | None:
        return in_title("moved", self.title) or in_text("moved", self.text)

    def _note(self, how: str, word: str) -> None:
        where = self.dom.title_element if word in self.title else self.dom.lines
        self.dom.note("status", how, where if word else None, word)

    @cached_property
    def _is_headed(self) -> bool:
        """Whether a text stands under a heading that the page's title repeats and that is no notice itself."""
        tags = ("h1", "h2", "h3")
        if not self.dom.tagged(*tags):
            return False
        own = (line for line in self.dom.lines[:200] if line.area == "body" and line.place.tag in tags)
        head = next((folded(line.text) for line in own), "")
        if not (4 <= len(head) <= _OWN and head in self.title and len(self.own) >= len(head) + _HOLLOW):
            return False
        if _SITE_NAME.search(head):
            return False
        return not any(in_title(kind, head) or in_text(kind, head) for kind in KINDS)

    def _has_links(self, count: int) -> bool:
        links = (node for node in self.dom.tagged("a") if node.get("href"))
        return sum(1 for _, node in zip(range(count), links, strict=False)) >= count

    def _has_images(self) -> bool:
        return bool(self.dom.tagged("img"))
