"""What a verdict costs: ratios measured in one run, so that a busy machine slows both sides alike.

CPU seconds wherever one thread is measured, wall-clock seconds for processes.
"""

import json
import logging
import random
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median
from time import process_time

from detector.core import Detector
from detector.files import Document
from detector.noise.tagger import tag_view
from detector.noise.view import View
from detector.page import DetectorError, Page
from detector.prose.reading import read as read_prose
from detector.read import read
from detector.read.fold import Folded, fold
from detector.read.segment import words
from detector.training.rows import documents
from detector.training.shapes import Growth

ROUNDS = 5
CHUNK = 16  # documents a task handles before the next task has its turn
COLD_STARTS = 5
LAPS = 4
SAMPLES = Path(__file__).parents[2] / "corpora" / "samples"  # in a checkout only


@dataclass(frozen=True, slots=True)
class Item:
    """A document in every form a stage starts from."""

    data: bytes
    page: Page
    folded: Folded


@dataclass(frozen=True, slots=True)
class Cost:
    """Single-thread cost of check(); ``stages`` are shares of it that sum to 1.

    ``words`` is the segmentation into words alone, relative to check() and no part of it;
    ``prose_faster`` how many times faster than jieba the prose room alone is, on pages without
    anything cut out.
    """

    documents: int
    chars: int
    docs_per_second: float
    mb_per_second: float
    times_faster_than_jieba: float
    rounds: tuple[float, ...]
    stages: Mapping[str, float]
    words: float
    prose_faster: float


@dataclass(frozen=True, slots=True)
class Process:
    """A fresh process: seconds from import to first verdict, peak memory with all documents."""

    best_seconds: float
    median_seconds: float
    peak_mb: float | None


@dataclass(frozen=True, slots=True)
class Workers:
    """Wall-clock speed-up of ``workers`` processes over one: best lap against best lap.

    Not the median: whatever else runs takes a core from the workers and none from the one process.
    """

    workers: int
    speed_up: float
    rounds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of the benchmark."""

    cost: Cost
    workers: Workers
    process: Process
    growth: tuple[Growth, ...]


def load(paths: Sequence[str]) -> list[Document]:
    """Return the documents under ``paths``, or the project's own sample pages."""
    if paths:
        return list(documents(paths))
    if not SAMPLES.is_dir():
        raise DetectorError("an installed package has no sample pages: give a PATH to documents")
    return list(documents([str(SAMPLES)]))


def items(found: Sequence[Document]) -> list[Item]:
    """Read the documents once; those without any text are left out."""
    pages = (
        read(doc.content, content_type=doc.content_type, url=doc.url, title=doc.title)
        for doc in found
    )
    kept = [
        Item(page.text.encode("utf-8", "replace"), page, fold(page.text))
        for page in pages
        if page.text.strip()
    ]
    if not kept:
        raise DetectorError("no document with text in it")
    return kept


def cost(detector: Detector, found: Sequence[Item], seconds: float) -> Cost:
    """Time check(), its stages and jieba.lcut on the same texts in about ``seconds``."""
    cut = jieba_cut()
    tasks: dict[str, Callable[[Item], object]] = {
        "check": lambda item: detector.check(item.data, content_type="text/plain"),
        "jieba": lambda item: cut(item.page.text),
        "read": lambda item: read(item.data, content_type="text/plain"),
        "fold": lambda item: View(item.page),
        "fold and noise": lambda item: tag_view(View(item.page), model=detector.tagger),
        "prose": lambda item: read_prose(item.folded, (), detector.prose),
        "words": lambda item: words(item.page.text),
    }
    chosen = _fitting(found, tasks, seconds / ROUNDS)
    took = _take_turns(chosen, tasks)
    check, chars = median(took["check"]), sum(len(item.page.text) for item in chosen)
    share = {
        name: median(a / b for a, b in zip(took[name], took["check"], strict=True))
        for name in tasks
    }
    ratios = tuple(jieba / own for jieba, own in zip(took["jieba"], took["check"], strict=True))
    return Cost(
        documents=len(chosen),
        chars=chars,
        docs_per_second=len(chosen) / check,
        mb_per_second=sum(len(item.data) for item in chosen) / 1e6 / check,
        times_faster_than_jieba=median(ratios),
        rounds=ratios,
        stages={
            "decode, extract": share["read"],
            "fold, classes": share["fold"],
            "noise": share["fold and noise"] - share["fold"],
            "prose": share["prose"],
            "judge, clean, fingerprint": (
                1 - share["read"] - share["fold and noise"] - share["prose"]
            ),
        },
        words=share["words"],
        prose_faster=median(a / b for a, b in zip(took["jieba"], took["prose"], strict=True)),
    )


def _fitting(
    found: Sequence[Item], tasks: Mapping[str, Callable[[Item], object]], seconds: float
) -> list[Item]:
    """Return documents in random order, repeated until all tasks together take ``seconds``."""
    order = list(found)
    random.Random(0).shuffle(order)  # noqa: S311 - a fair mix of lengths, not a secret
    for task in tasks.values():  # warm: tables, dictionaries, caches
        task(order[0])
    chosen: list[Item] = []
    start = process_time()
    for item in cycle(order):
        for task in tasks.values():
            task(item)
        chosen.append(item)
        if process_time() - start >= seconds:
            return chosen
    raise AssertionError("unreachable: the cycle is not empty")


def _take_turns(
    chosen: Sequence[Item], tasks: Mapping[str, Callable[[Item], object]]
) -> dict[str, list[float]]:
    """Return CPU seconds of every task in every round; who begins changes with the chunk."""
    names = list(tasks)
    took = {name: [0.0] * ROUNDS for name in names}
    for turn in range(ROUNDS):
        for at in range(0, len(chosen), CHUNK):
            names.append(names.pop(0))
            for name in names:
                task, chunk = tasks[name], chosen[at : at + CHUNK]
                start = process_time()
                for item in chunk:
                    task(item)
                took[name][turn] += process_time() - start
    return took


def jieba_cut() -> Callable[[str], list[str]]:
    """Return ``jieba.lcut`` with its dictionary loaded.

    jieba 0.42.1 warns when it is compiled and shares an unverified cache through the temporary
    folder; here it gets a folder of its own.
    """
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        import jieba  # noqa: PLC0415 - a second of loading only the benchmark pays

        jieba.setLogLevel(logging.WARNING)
        tokenizer = jieba.Tokenizer()
        tokenizer.tmp_dir = folder
        tokenizer.initialize()
    cut: Callable[[str], list[str]] = tokenizer.lcut
    return cut


CHILD = """
import sys, time
lines = sys.stdin.buffer.read().splitlines()
start = time.perf_counter()
import json
from detector.core import Detector
detector = Detector()
seconds = 0.0
for line in lines:
    detector.check(json.loads(line), content_type="text/plain")
    seconds = seconds or time.perf_counter() - start
try:
    with open("/proc/self/status") as status:
        peak = next(int(row.split()[1]) / 1024 for row in status if row.startswith("VmHWM"))
except OSError:
    peak = None
print(json.dumps([seconds, peak]))
"""


def process(found: Sequence[Item]) -> Process:
    """Start fresh interpreters: some for one document, one for all of them.

    Memory is the kernel's high-water mark of that process, documents included; Linux only.
    """
    lines = [json.dumps(item.page.text) for item in found]
    cold = [_child(lines[:1])[0] for _ in range(COLD_STARTS)]
    return Process(min(cold), median(cold), _child(lines)[1])


def _child(lines: Sequence[str]) -> tuple[float, float | None]:
    command = [sys.executable, "-c", CHILD]
    said = subprocess.check_output(command, input="\n".join(lines), text=True)  # noqa: S603 - our own text
    seconds, peak = json.loads(said)
    return seconds, peak


def speed_up(lap: Callable[[int], float], workers: int) -> Workers:
    """Compare ``lap``: number of processes → characters a second, round by round."""
    laps = [(lap(workers), lap(1)) for _ in range(LAPS)]
    best = max(many for many, _ in laps) / max(one for _, one in laps)
    return Workers(workers, best, tuple(many / one for many, one in laps))


def shortfalls(bench: Bench) -> list[str]:
    """Return the floors that do not hold, in words; they are what the project promises."""
    worst = max(bench.growth, key=lambda growth: growth.worst)
    checks = (
        (
            bench.cost.times_faster_than_jieba >= 5,
            f"{bench.cost.times_faster_than_jieba:.1f} times jieba's speed, floor 5",
        ),
        (
            bench.workers.speed_up >= 1.8,
            f"{bench.workers.workers} workers {bench.workers.speed_up:.2f} times one, floor 1.8",
        ),
        (
            bench.process.best_seconds <= 0.6,
            f"{bench.process.best_seconds:.2f} s to the first verdict, ceiling 0.6",
        ),
        (
            (bench.process.peak_mb or 0) <= 200,
            f"{bench.process.peak_mb} MB at the peak, ceiling 200",
        ),
        (
            worst.worst <= 1.15,
            f"cost of {worst.shape!r} grows with exponent {worst.worst:.2f}, ceiling 1.15",
        ),
    )
    return [words for holds, words in checks if not holds]
