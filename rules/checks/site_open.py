"""站点能否访问。

查什么：日扫描（gongkai scan）在监测期里每天间隔访问首页的结果：规定秒数内有没有打开。要求不是硬性的（soft），只判合格或待核；off_hours只数夜间（22时至次日7时）和周末、节假日的访问。
怎样判：监测期内每天的访问都够数，打不开的次数占比没有达到规定比例（看不清的都算打不开也没有达到），合格；达到，不合格。打不开指规定秒数内没有应答、域名解析不了或服务器出错（5xx），并且同一时刻本机的网络是通的。
什么时候待核：没有日扫描数据，或者有的天访问次数不够；被拒绝、被防护拦截、内容没有传完的次数连同打不开的次数可能达到比例；监测期内一次也没有打开过而又都是没有应答（可能是防护挡住了本机）。
怎样改：检查服务器、带宽和域名解析；防护设备不要拦截正常访问。
"""

from collections.abc import Iterator, Sequence

from crawler.records import PageStatus
from crawler.visits import Visit
from rules import checks
from rules.availability import by_day, is_off_hours, window
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit
from rules.workdays import UnknownYear

NEEDS = ("visits",)


class Params(checks.Params):
    """As in the indicator: ``share`` of visits on which nothing opened within ``seconds``, over ``days`` days of at least
    ``visits`` visits each. ``off_hours``: only visits at night, on weekends and on holidays. ``soft``: the document names
    no share, so that too many faults are a question."""

    seconds: float
    share: float
    days: int
    visits: int
    off_hours: bool = False
    soft: bool = False

    @property
    def only_asks(self) -> bool:
        return self.soft


def judge(unit: Unit, params: Params, visits: Sequence[Visit]) -> Iterator[Verdict]:
    if params.off_hours:
        try:
            visits = [visit for visit in visits if is_off_hours(visit)]
        except UnknownYear as error:
            yield cant_tell(str(error))
            return
    wanted = window(visits, unit.as_of, params.days, params.visits)
    within = [visit for visit in visits if wanted[0].isoformat() <= visit.day <= wanted[-1].isoformat()]
    counted = {day.day: day for day in by_day(within, params.seconds)}
    few = [day for day in wanted if day not in counted or counted[day].visits < params.visits]
    span = f"{wanted[0]}至{wanted[-1]}" + ("的夜间和休息日" if params.off_hours else "")
    if few:
        named = "、".join(f"{day}有{counted[day].visits if day in counted else 0}次" for day in few[:3])
        text = f"{span}有{len(few)}天的访问不足{params.visits}次（{named}），不足以判定"
        yield cant_tell(text, wanted=f"{params.days}天，每天{params.visits}次以上")
        return
    total = sum(day.visits for day in counted.values())
    down = sum(day.down for day in counted.values())
    unclear = sum(day.unclear for day in counted.values())
    seen = f"{span}访问{total}次，{down}次超过{params.seconds:g}秒打不开，占{down / total:.1%}"
    wanted_text = f"打不开的不到{params.share:.0%}"
    silent = down + unclear == total and all(v.status in (PageStatus.TIMEOUT, PageStatus.BLOCKED) for v in within)
    if silent:
        yield cant_tell(f"{seen}；一次也没有打开过，可能是防护挡住了本机，须换网络核对", seen=seen, wanted=wanted_text)
    elif down >= params.share * total and params.soft:
        yield cant_tell(f"{seen}，有没有事先公告的维护须人工核对", seen=seen, wanted=wanted_text)
    elif down >= params.share * total:
        text = f"{seen}（监测期已满；只是本机所在网络所见，公布前请换网络复核）"
        yield failed(text, seen=seen, wanted=wanted_text, looked=(unit.site.url,), monitored=True)
    elif down + unclear >= params.share * total:
        yield cant_tell(f"{seen}，另有{unclear}次被拦截或看不清", seen=seen, wanted=wanted_text)
    else:
        yield passed(seen, seen=seen, wanted=wanted_text, looked=(unit.site.url,))
