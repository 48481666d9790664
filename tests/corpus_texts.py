"""Texts for the tests of corpora, and the verbs run on them."""

import json
import random
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from detector.cli import OK, main
from detector.training.corpora import store

Row = dict[str, Any]

WHO = "街口的修鞋匠 住在河边的老人 刚毕业的姑娘 值夜班的护士 卖早点的夫妻 学画画的孩子".split()
WHEN = "天还没亮就 每到周末便 下雨的日子里 过了立秋之后 临近年关的时候 吃过晚饭以后".split()
WHAT = (
    "把旧木箱搬到院子里 去码头看货船靠岸 沿着铁路走上一程 给远方的朋友写信 到菜场挑几样时鲜".split()
)
WHY = "说是图个清静 也不在乎旁人怎么看 多少年都没有变过 为的是心里踏实 还顺手记在本子上".split()


def prose(seed: int, sentences: int = 8) -> str:
    """Sentences that hardly two seeds share."""
    rng = random.Random(seed)
    return "".join(
        f"{rng.choice(WHO)}{rng.choice(WHEN)}{rng.choice(WHAT)}，第{rng.randrange(10**6)}回了，"
        f"{rng.choice(WHY)}。"
        for _ in range(sentences)
    )


def row(name: str, text: str, label: str = "human", **more: object) -> Row:
    return {"id": name, "text": text, "label": label, **more}


def written(path: Path, rows: Iterable[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows), "utf-8")
    return path


def corpus(verb: str, *arguments: object, code: int = OK) -> Result:
    done = CliRunner().invoke(main, ["corpus", verb, *map(str, arguments)])
    assert done.exit_code == code, done.output + repr(done.exception)
    return done


def rows_of(path: Path) -> list[Mapping[str, Any]]:
    return [item for item in store.read_items(path) if isinstance(item, Mapping)]


def added(tmp_path: Path, *arguments: object, code: int = OK) -> list[Mapping[str, Any]]:
    output = tmp_path / "added.jsonl"
    corpus("add", *arguments, "-o", output, code=code)
    return rows_of(output)
