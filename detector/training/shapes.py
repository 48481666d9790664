"""Long lines of known shape, and how the cost of a page grows with its length."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import process_time
from types import MappingProxyType

from detector.page import Verdict

SIZES = (2_000, 20_000, 200_000)
REPEATS = 9  # the best of them counts, or of as many as fit into
BUDGET = 1.0  # CPU seconds a shape and size

_PROSE = (
    "河边的老厂房改成了书店,楼上住着两位修表的师傅,周末有人来听他们讲从前的事,讲完大家一起喝茶,"
)
_KEYWORDS = "上门安装空调-快修冰箱报价-二手车多少钱-同城搬家电话-代办执照流程-online便宜鞋-"
_PINYIN = "當(dāng)前時(shí)間(jiān)經(jīng)過(guò)這(zhè)裡,風(fēng)吹過(guò)門(mén)前,"
_LINES = "首页\n新闻\n本站公告今天更新\n联系我们\n第三章 河边\n"
_HTML = '<div class="a"><p>街角的<a href="/b">面包店</a>每天六点开门。</p></div>'
_SOLD = "铝厂家价格\n银厂家批发\n钢厂家报价\n铁厂家直销\n铜厂家定制\n\n"
_FARM = "相关文章：\nseo优化排名技巧大全\n关键词排名提升方法\n站群推广软件下载\n"
_BRAND = "标签：甲乙 丙丁 戊己 庚辛\n门口换成了威尼斯人官网的牌子,没有人在意。\n"
_TITLE = "第{0}种涂料_第{0}种涂料价格_第{0}种涂料厂家\n"
_MEDLEY = (
    f"扫码加微信huahua领取全套资料！\n{_PROSE}\n标签：月季批发 月季厂家直销 月季苗价格\n"
    f"{_PROSE}\n娱乐城开户|体育投注网址|真人娱乐城|棋牌\n{_PROSE}\n"
)
_NUMBERED = "第{}号楼的住户收到了通知,"

SHAPES: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "prose in one line": lambda n: _repeat(_PROSE, n),
        "prose without repeats": lambda n: "".join(_NUMBERED.format(i) for i in range(n // 10))[:n],
        "keyword list": lambda n: _repeat(_KEYWORDS, n),
        "pinyin annotated": lambda n: _repeat(_PINYIN, n),
        "many short lines": lambda n: _repeat(_LINES, n),
        "only separators": lambda n: _repeat("|-_、,#", n),
        "open brackets": lambda n: "(" * n,
        "hash signs": lambda n: "#" * n,
        "spaces": lambda n: " " * n,
        "one Latin word": lambda n: "a" * n,
        "digits": lambda n: _repeat("0123456789", n),
        "one character": lambda n: "好" * n,
        "control characters": lambda n: _repeat("好\x05", n),
        "lists in prose": lambda n: _repeat(f"{_PROSE}。\n{_SOLD}", n),
        "link farms in prose": lambda n: _repeat(f"{_PROSE}。\n{_FARM}", n),
        "brands in prose": lambda n: _repeat(_BRAND, n),
        "stuffed titles": lambda n: "".join(2 * _TITLE.format(i) for i in range(n // 40))[:n],
        "ads, tags and brands": lambda n: _repeat(_MEDLEY, n),
        "html": lambda n: f"<html><body>{_repeat(_HTML, n)}</body></html>",
        "html nested": lambda n: f"<html><body>{'<div>' * (n // 5)}完</body></html>",
    }
)


def _repeat(piece: str, length: int) -> str:
    return (piece * (length // len(piece) + 1))[:length]


@dataclass(frozen=True, slots=True)
class Growth:
    """Seconds of one shape at each of :data:`SIZES`; exponents of seconds ~ characters ** exponent.

    ``last`` is the exponent of the last step alone, where a page's fixed cost no longer counts.
    """

    shape: str
    seconds: tuple[float, ...]
    fitted: float
    last: float

    @property
    def worst(self) -> float:
        """The larger exponent: a late rise must not hide behind a flat start."""
        return max(self.fitted, self.last)


def growth(check: Callable[[str], Verdict], shapes: Iterable[str] = SHAPES) -> tuple[Growth, ...]:
    """Time ``check`` on every shape and size, in CPU seconds."""
    return tuple(_grow(check, shape) for shape in shapes)


def _grow(check: Callable[[str], Verdict], shape: str) -> Growth:
    seconds = [_best(check, SHAPES[shape](size)) for size in SIZES]
    last = exponent(SIZES[-2:], seconds[-2:])
    return Growth(shape, tuple(seconds), exponent(SIZES, seconds), last)


def _best(check: Callable[[str], Verdict], text: str) -> float:
    took: list[float] = []
    while len(took) < REPEATS and sum(took) < BUDGET:
        start = process_time()
        check(text)
        took.append(max(process_time() - start, 1e-9))
    return min(took)


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Return the least-squares slope of log seconds over log size.

    >>> round(exponent([10, 100, 1000], [1, 100, 10000]), 6)
    2.0
    """
    x, y = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    rise = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return rise / sum((a - mean_x) ** 2 for a in x)
