"""What a page that came with HTTP 200 really is. ``ok`` must be earned."""

import re

from crawler.facts.dom import Dom
from crawler.facts.text import fold
from crawler.records import PageStatus

_CHALLENGE = re.compile(
    r"请开启javascript并刷新该页|安全验证|访问验证|人机验证|滑动验证|拖动滑块|请输入验证码后继续|正在检查您的浏览器|正在进行安全检查"
    r"|checkingyourbrowser|justamoment|enablejavascriptandcookies|ddos-?guard|您的访问请求.{0,12}(?:拦截|阻断|拒绝)|请求.{0,10}被(?:拦截|阻断)"
    r"|访问被(?:拦截|拒绝|阻断)|网站防火墙|web应用防火墙|云防护|安全狗|云锁|创宇盾|360安域|知道创宇|已被管理员设置拦截|疑似.{0,6}攻击|ip.{0,10}(?:被封|封禁|黑名单)"
    r"|访问(?:过于|太)频繁|操作过于频繁"
)
_CHALLENGE_SCRIPT = re.compile(
    r"__jsl_clearance|acw_sc__v2|_\$[a-z]{2}\b.{0,200}\$_ts|\$_ts\s*=|__tst_status|cf[-_]chl|challenge-platform|yunsuo_session|wzws_cid|safeline",
    re.I,
)
_SERVER_ERROR = re.compile(
    r"^(?:50[0-4]|5\d\d)(?:错误|error|badgateway|serviceunavailable|gateway.*)?$|源站出现问题|badgateway|serviceunavailable|网关错误|服务器(?:内部)?错误"
)
_NOT_FOUND = re.compile(
    r"^404|404(?:错误|notfound|error|页面|-)|页面(?:不存在|未找到|找不到|没有找到|已删除|丢失)|(?:您|你)?(?:访问|查看|请求|浏览)的(?:页面|网页|内容|文件|信息|栏目|资源)"
    r"(?:不存在|未找到|找不到|已(?:被)?删除|已下线|暂时无法|没有找到)|找不到(?:该|您|此)?.{0,6}(?:页面|网页|文件|内容)|notfound|filenotfound|(?:文章|信息|内容|栏目|文件)不存在|该(?:文章|信息|栏目).{0,4}(?:已删除|不存在)"
)
_LOGIN = re.compile(r"登录|登陆|login|signin|统一身份认证|用户名.{0,20}密码")
_SHORT = 400
_HOLLOW = 12
_THIN = 60


def page_status(dom: Dom, body_chars: int, has_items: bool) -> tuple[PageStatus, str]:
    """Status by content alone, with the reason in Chinese (empty for ``ok``). Redirect shells count as hollow:
    who follows their redirect sees the page."""
    if "<" not in dom.text:
        return PageStatus.HOLLOW, "应答不是网页" if dom.text_length else "页面没有可见文字"
    length = dom.text_length
    title = fold(dom.title_tag).lower()
    if length < _SHORT * 5:
        text = fold("".join(line.text for line in dom.lines)).lower()[: _SHORT * 5]
        scripts = " ".join(dom.scripts)[:50_000]
        if verdict := _by_wording(title, text, length, body_chars, has_items, scripts):
            return verdict
    if _has_password(dom) and not has_items and body_chars < 300 and (length < _SHORT or _LOGIN.search(title)):
        return PageStatus.LOGIN, "页面是登录表单"
    if length < _HOLLOW:
        return PageStatus.HOLLOW, "页面没有可见文字" + ("，内容由脚本生成" if dom.scripts or _has_script(dom) else "")
    if length < _THIN and _has_script(dom) and not has_items and not _has_images(dom):
        return PageStatus.HOLLOW, f"页面只有{length}个字，内容由脚本生成"
    return PageStatus.OK, ""


def _by_wording(
    title: str, text: str, length: int, body_chars: int, has_items: bool, scripts: str
) -> tuple[PageStatus, str] | None:
    blocked = _CHALLENGE.search(title) or (length < _SHORT and _CHALLENGE.search(text))
    if blocked or (length < _THIN and _CHALLENGE_SCRIPT.search(scripts)):
        word = blocked.group() if blocked else "验证脚本"
        return PageStatus.BLOCKED, f"页面是防护或验证页（“{word[:20]}”）"
    if _SERVER_ERROR.search(title) or (length < _SHORT and _SERVER_ERROR.search(text[:120])):
        return PageStatus.BLOCKED, "页面是服务器或防护节点的出错提示，未见到原页面"
    if not has_items and (
        _NOT_FOUND.search(title) or (length < _SHORT and body_chars < 200 and _NOT_FOUND.search(text))
    ):
        return PageStatus.SOFT_404, "页面提示内容不存在"
    return None


def _has_password(dom: Dom) -> bool:
    return any((node.get("type") or "").lower() == "password" for node in dom.root.iter("input"))


def _has_script(dom: Dom) -> bool:
    return next(dom.root.iter("script"), None) is not None


def _has_images(dom: Dom) -> bool:
    return next(dom.root.iter("img"), None) is not None
