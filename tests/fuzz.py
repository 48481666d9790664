"""Throw mutated pages at the detector and check what must hold for every input.

    python tests/fuzz.py --count 100000 --seed 0 [PATH …]

Seeds are the sample pages and the cases of the tests, or the files given. Exit status 1 and a file
with the offending input (``--keep FOLDER``) where an invariant breaks.
"""

import argparse
import itertools
import json
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from mutate import FRAGMENTS, Sample, inputs

from detector.core import Detector, verdict_json
from detector.page import DetectorError, Page, Span, Verdict
from detector.read import read

ROOT = Path(__file__).parent.parent
SEED_FOLDERS = (ROOT / "corpora" / "samples", ROOT / "tests" / "cases")
SEED_CHARS = 400  # seeds are cut: a hundred thousand inputs should take minutes
BASE_SECONDS, SECONDS_A_CHAR = 0.5, 2e-4  # 100 times the usual cost; a hang is far above


def check(detector: Detector, sample: Sample) -> Verdict | None:
    """Check one input and every invariant; None where the detector refuses it as documented."""
    allowed = BASE_SECONDS + SECONDS_A_CHAR * len(sample.source)
    for attempt in range(3):  # another process may have had the machine
        start = time.perf_counter()
        try:
            page = read(sample.source, content_type=sample.content_type)
            verdict = detector.check(page)
        except DetectorError:
            return None
        if time.perf_counter() - start <= allowed:
            break
        assert attempt < 2, f"slower than {allowed:.2f} s"
    verify(page, verdict)
    return verdict


def verify(page: Page, verdict: Verdict) -> None:
    """Assert what holds for every verdict."""
    text = page.text
    assert verdict.chars == len(text)
    assert all(0 <= block.start <= block.end <= len(text) for block in page.blocks), "block outside"
    assert all(0 <= part.start <= part.end <= len(text) for part in page.segments), (
        "segment outside"
    )
    _verify_spans(text, verdict.spans)
    assert abs(sum(verdict.composition.values()) - 1) <= 1e-6, f"composition {verdict.composition}"
    assert all(-1e-9 <= share <= 1 + 1e-9 for share in verdict.composition.values())
    assert 0 <= verdict.score <= 1
    assert all(0 <= label.score <= 1 and 0 <= label.threshold <= 1 for label in verdict.labels)
    assert isinstance(verdict.clean_text, str)
    assert len(verdict.clean_text) <= len(text), "clean text longer than the text"
    json.dumps(verdict_json(verdict, {"spans", "signals", "clean_text"}), allow_nan=False)


def _verify_spans(text: str, spans: Sequence[Span]) -> None:
    ends: dict[str, int] = {}
    for span in sorted(spans, key=lambda span: span.start):
        assert 0 <= span.start < span.end <= len(text), f"span outside or empty: {span}"
        assert not text[span.start].isspace(), f"white space at the start: {span}"
        assert not text[span.end - 1].isspace(), f"white space at the end: {span}"
        assert ends.get(span.label, 0) <= span.start, f"overlap within a family: {span}"
        assert 0 <= span.score <= 1, f"score: {span}"
        ends[span.label] = span.end


def seed_texts(paths: Sequence[Path]) -> list[str]:
    """Return pieces of the texts under the paths; jsonl gives its string fields."""
    files = [
        file
        for path in paths
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if file.is_file()
    ]
    texts = [text for file in files for text in _texts(file)]
    pieces = [
        text[at : at + SEED_CHARS]
        for text in texts
        for at in range(0, min(len(text), 8 * SEED_CHARS), SEED_CHARS)
    ]
    return sorted({*pieces, *FRAGMENTS})


def _texts(file: Path) -> Iterator[str]:
    text = file.read_bytes().decode("utf-8", "replace")
    if file.suffix != ".jsonl":
        yield text
        return
    for line in text.splitlines():
        row = json.loads(line)
        yield from (
            value
            for value in (row.values() if isinstance(row, dict) else row)
            if isinstance(value, str)
        )


def run(arguments: argparse.Namespace) -> int:
    """Fuzz until the count or the time is up; return the number of broken inputs."""
    seeds, detector = seed_texts(arguments.paths or SEED_FOLDERS), Detector()
    counts: Counter[str] = Counter()
    start = shown = time.monotonic()
    samples = itertools.islice(inputs(seeds, arguments.seed), arguments.count)
    for number, sample in enumerate(samples):
        counts[outcome(detector, sample, number, arguments.keep)] += 1
        now = time.monotonic()
        if arguments.seconds and now - start > arguments.seconds:
            break
        if now - shown > 5:
            shown = now
            say(f"{number + 1} inputs, {number / (now - start):.0f}/s, {counts['broken']} broken")
    took = time.monotonic() - start
    total, outcomes = counts.total(), dict(counts.most_common())
    say(f"seed {arguments.seed}, {len(seeds)} seeds: {total} inputs in {took:.0f} s: {outcomes}")
    return counts["broken"]


def outcome(detector: Detector, sample: Sample, number: int, keep: Path | None) -> str:
    """Return judged, refused or broken; report a broken input."""
    try:
        verdict = check(detector, sample)
    except Exception as error:  # noqa: BLE001 - any exception at all is the finding
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        say(f"input {number}: {type(error).__name__} at {where}: {error}")
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{number}.txt").write_text(ascii(sample), encoding="ascii")
        return "broken"
    if verdict is None:
        return "refused"
    return "judged, with spans" if verdict.spans else "judged"


def say(line: str) -> None:
    """Write a line to stderr, half characters spelt out."""
    sys.stderr.write(line.encode("utf-8", "backslashreplace").decode() + "\n")


def main() -> int:
    """Parse the command line and fuzz."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="seed files or folders")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, help="stop earlier than --count")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for inputs that break an invariant")
    return 1 if run(parser.parse_args()) else 0


if __name__ == "__main__":
    sys.exit(main())
