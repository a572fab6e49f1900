"""Words and plain-text tables that commands print and reports share."""

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

from crawler.records import Mark
from rules.findings import Outcome

if TYPE_CHECKING:
    from audit.score import Score

OUTCOMES = {
    Outcome.PASSED: "合格",
    Outcome.FAILED: "不合格",
    Outcome.CANT_TELL: "待核",
    Outcome.INAPPLICABLE: "不适用",
    Outcome.UNTESTED: "需人工",
}
STATUSES = {
    "ok": "正常",
    "hollow": "空壳（无内容或脚本生成）",
    "soft_404": "提示不存在",
    "blocked": "被拦截",
    "login": "要求登录",
    "http_error": "打不开",
    "timeout": "超时、中断或连不上",
    "dns": "域名解析失败",
    "tls": "安全连接失败",
    "too_big": "内容过大",
    "robots": "robots.txt不允许",
    "not_tried": "未访问",
}
#: How a page was got, where that is not as usual.
MARKS = {
    Mark.OLD_TLS: "旧版安全连接",
    Mark.CERT_EXPIRED: "证书不在有效期内",
    Mark.CERT_UNTRUSTED: "证书不是受信任的机构签发",
    Mark.CERT_INCOMPLETE: "证书链不完整或签发机构不受信任",
    Mark.CERT_WRONG_HOST: "证书上的域名不符",
    Mark.CERT_OTHER: "证书没有通过验证",
    Mark.RENDERED: "渲染后",
    Mark.RENDERED_PART: "渲染后，不完整",
    Mark.RENDER_FAILED: "渲染没有成功",
    Mark.UNCHANGED: "与上次检查相同（服务器应答）",
    Mark.RENDER_WANTED: "要用浏览器渲染才看得到",
}
MODULES = {
    "platform": "公开平台",
    "guide": "公开指南",
    "annual_report": "年度报告",
    "statutory": "法定公开内容",
    "normative_docs": "规范性文件",
    "interpretation": "政策解读",
    "decision": "决策公开",
    "enforcement": "执法公示",
    "services": "办事服务",
    "interaction": "互动交流",
    "key_areas": "重点领域",
    "emergency": "应急公开",
    "gazette": "政府公报",
    "site_ops": "网站运行",
    "security": "安全与隐私",
    "public_inst": "公共企事业",
    "grassroots": "基层公开",
    "governance": "工作机制",
    "application": "依申请公开",
    "metrics": "数据指标",
}
KINDS = {"daily": "日扫描", "monthly": "月通报", "quarterly": "季抽查", "yearly": "年考核"}
SEVERITIES = {"high": "高", "medium": "中", "low": "低"}


def text_table(header: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[int] = ()) -> str:
    """Rows as aligned text (Chinese counts two columns); columns in ``right`` are numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for index, name in enumerate(header):
        table.add_column(name, justify="right" if index in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console = Console(file=io.StringIO(), width=120, color_system=None, markup=False, emoji=False, highlight=False)
    console.print(table)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.splitlines())


def points(value: float | None) -> str:
    """A score as people write it: ``86.5``, ``未评`` where there is none."""
    return "未评" if value is None else f"{value:g}"


def score_table(scores: Iterable["Score"]) -> str:
    """What ``inspect`` and ``check`` print."""
    rows = []
    for s in scores:
        veto = "、".join(f"{one}（已确认）" if one in s.confirmed else one for one in s.veto) or "—"
        band = "—" if s.score is None else f"{points(s.low)}~{points(s.high)}"
        counts = [s.failed, s.cant_tell, f"{s.coverage:.0%}"]
        rows.append([s.name, s.level, points(s.score), band, s.grade or "—", veto, *counts])
    header = ["单位", "级别", "得分", "低~高", "评定", "单项否决", "不合格", "待核", "判定率"]
    return text_table(header, rows, right=(2, 6, 7, 8))
