"""Sales passages: what stands round a call to buy and speaks of the same goods.

A call (a pointing hand, a code with a reward) is proof that somebody is paid here. Once there is
one, sentences that name the promoted goods, or praise, price and explain how to buy them, belong
to the advertisement; sentences about something else do not, however near.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detector.noise.view import Evidence, View

# The goods: what a call names behind its pointing hand, and the usual wares of such pages.
NAME = r"([a-z][a-z0-9.]{2,14}|[\u4e00-\u9fff]{2,6}?)"
NAMED = re.compile(
    r"(?:[👉➡☞👇]\ufe0f?|(?:注册|开通|购买)链接:)\s*(?:点击|立即|马上|现在)?(?:访问|注册|开通|购买)?"
    rf"\s*{NAME}(?=\s*[|丨]|\s?官网|\s?平台|,开启)"
    rf"|(?:建议|推荐)(?:您|大家|先|使用|注册|通过)+\s?{NAME}\s?(?:返利网|官网)"
)
WARE = (
    r"(?:虚拟(?:信用)?卡|开卡|返利网|返现|代充|代开通|代订阅|合租|拼车|成品号|共享账?号|"
    r"共享[^,。\n]{0,14}会员)"
)
WARES = re.compile(WARE)
GET = re.compile(rf"(?:开通|注册|办理|申请|购买)[^\n]{{0,4}}{WARE}|{WARE}推荐")
# A step of another shop, where the goods are only used.
USED = re.compile(
    r"(?:填写|填入|输入)[^\n。]{0,20}卡[^\n。]{0,8}信息|卡[^\n。]{0,4}信息(?:填写|填入|输入)"
)
# What a seller says, by the way of saying it: price, praise, safety, push.
SALES = tuple(
    map(
        re.compile,
        (
            r"优惠|返利|返现|减免|立减|奖励|\d折|(?:\d|约)[^,。\n]{0,8}(?:元|毛钱|块钱)|总费用|年费",
            r"便捷|快捷|划算|性价比|值得信赖|放心|正规|轻松|简单|方便|优势|难题|良好|推崇",
            r"安全|支付宝|实名|身份证|人脸|提现|隐私|客服",
            r"推荐|欢迎|赶快|快来|试试|立即|现在就|官网|首页|联系我|帮您|帮助您|\bvx|这里|链接",
        ),
    )
)
STEPS = re.compile(
    r"开通|注册|充值|下单|购买|领取|扫码|认证|升级|邀请码|优惠码|填写|支付|订阅|验证码"
)
SENT = re.compile(r"访问|进入|前往|打开|参考|使用|通过|联系|购买")  # where a reader is sent
GAP = 4  # sentences between two that sell
HEAD = 30  # characters of a heading
NAMES = 20  # promoted names a page is searched for
UNIT = re.compile(r"[^\n。!?]+(?:[。!?]+[”」』)]*)?")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or a line: what it names, in how many ways it sells, whether it is a heading."""

    start: int
    end: int
    call: bool
    named: bool
    ware: bool
    sales: int
    sent: bool
    steps: bool
    get: bool
    heading: bool

    @property
    def seed(self) -> bool:
        """Whether it is an advertisement by itself on a page that has a call."""
        sold = self.sent or self.sales + self.ware + self.steps > 1
        return self.call or (self.named and sold) or (self.heading and self.get)

    @property
    def sells(self) -> bool:
        """Whether it is an advertisement near one."""
        return self.sales > 1 or (self.ware and self.sales > 0)

    @property
    def fills(self) -> bool:
        """Whether it may stand between two that sell."""
        return self.named or self.ware or self.sales > 0 or self.steps

    @property
    def leads(self) -> bool:
        """Whether it leads an advertisement in."""
        return self.named or (self.ware and (self.sales > 0 or self.heading))

    def follows(self, above: "Unit") -> bool:
        """Whether it goes on with the advertisement right above it."""
        listed = above.heading and not above.call
        return (self.sales > 0 and (listed or not self.heading)) or (self.ware and self.steps)


def passages(view: View, calls: Sequence[Evidence]) -> Iterator[Evidence]:
    """Sales passages of a page, given its calls to buy in order; none without a call."""
    if not calls:
        return
    units = [*_units(view.text, calls)]
    strength = max(call.strength for call in calls)
    past = 0
    for i, unit in enumerate(units):
        if i >= past and unit.seed:
            first, last = _back(units, i, past), _on(units, i)
            yield Evidence(units[first].start, units[last].end, "injected_ad", strength)
            past = last + 1


def _units(text: str, calls: Sequence[Evidence]) -> Iterator[Unit]:
    told = sorted({m[1] or m[2] for m in NAMED.finditer(text)})[:NAMES]
    names = re.compile("|".join(map(re.escape, told)) or r"(?!)")
    ends = [call.end for call in calls]
    for m in UNIT.finditer(text):
        said = m[0].strip()
        if not said:
            continue
        start, end = m.start() + m[0].index(said), m.end()
        i = bisect_right(ends, start)
        used = USED.search(said) is not None
        ended = end == len(text) or text[end] == "\n"
        yield Unit(
            start=start,
            end=start + len(said),
            call=i < len(calls) and calls[i].start < end,
            named=not used and names.search(said) is not None,
            ware=not used and WARES.search(said) is not None,
            sales=sum(cue.search(said) is not None for cue in SALES),
            sent=SENT.search(said) is not None,
            steps=STEPS.search(said) is not None,
            get=GET.search(said) is not None,
            heading=ended and len(said) <= HEAD and said[-1] not in "。!,;",
        )


def _on(units: Sequence[Unit], last: int) -> int:
    """The last unit of the passage that a seed opens."""
    for i in range(last + 1, len(units)):
        unit = units[i]
        if unit.seed or unit.sells or (i == last + 1 and unit.follows(units[last])):
            last = i
        elif i - last > GAP or not unit.fills:
            break
    return last


def _back(units: Sequence[Unit], first: int, stop: int) -> int:
    """The first unit of the passage round a seed, at ``stop`` or after it."""
    while first > stop and units[first - 1].leads:
        first -= 1
    return first
