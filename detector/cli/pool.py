"""Work spread over processes: order kept, memory bounded, a crash costs one item.

Each lane is one process on one pipe with at most one batch in it, so when a process dies it is
known which batch it had. That batch is then fed to a fresh process item by item, and the item that
kills again is given up. The standard pool fails every batch in flight instead.
"""

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from detector.page import DetectorError

T = TypeVar("T")
R = TypeVar("R")

#: A batch is closed when it has this many items or this size, whichever comes first: at some
#: .4 ms a page the hand-over (about 1 ms) stays under 2 %, and a batch of long pages stays small.
MOST_ITEMS = 256
MOST_SIZE = 200_000

#: How many batches a lane may be ahead of the slowest one: bounds what waits to be put in order.
AHEAD = 4


class WorkerStartError(DetectorError):
    """A worker process ended before it could take any work."""


@dataclass(frozen=True, slots=True)
class Plan(Generic[T, R]):
    """What the workers do. ``start`` must be picklable; it runs once in each process.

    ``lost`` makes the result of an item that killed its process, ``size`` weighs an item.
    """

    start: Callable[[], Callable[[T], R]]
    lost: Callable[[T], R]
    size: Callable[[T], int]


@dataclass(slots=True, eq=False)
class Lane(Generic[T, R]):
    """One worker process, the batches it still has to do, and the results it has sent."""

    plan: Plan[T, R]
    number: int = -1
    todo: list[list[T]] = field(default_factory=list)
    results: list[R] = field(default_factory=list)
    ready: bool = False
    pipe: "Connection[Any, Any]" = field(init=False)
    process: Any = field(init=False)

    def __post_init__(self) -> None:
        """Start the process; it says None when it is ready."""
        self.ready = False
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs, self.plan.start), daemon=True)
        # An ignored signal is inherited: Ctrl-C is the parent's alone from the first moment.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self.process.start()
        finally:
            signal.signal(signal.SIGINT, before)
        theirs.close()

    def give(self, number: int, batch: list[T]) -> None:
        """Take a batch over; it is sent as soon as the process is ready."""
        self.number, self.todo, self.results = number, [batch], []
        self._send()

    def _send(self) -> None:
        if self.ready and self.todo:
            try:
                self.pipe.send(self.todo[0])
            except OSError:
                self._died()

    def hear(self) -> bool:
        """Take what the process said; return whether its batch is done."""
        try:
            said = self.pipe.recv()
        except (EOFError, OSError):
            self._died()
            return not self.todo
        if said is None:
            self.ready = True
        else:
            self.results += said
            self.todo.pop(0)
        self._send()
        return not self.todo

    def _died(self) -> None:
        """Try what the process had in a fresh one, item by item; give up the item that kills."""
        self.end()
        if not self.ready:
            raise WorkerStartError(f"a worker could not start (exit code {self.process.exitcode})")
        head = self.todo.pop(0)
        if len(head) > 1:
            self.todo = [[item] for item in head] + self.todo
        else:
            self.results.append(self.plan.lost(head[0]))
        self.__post_init__()

    def end(self) -> None:
        """End the process at once; it has nothing to save."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


def work(pipe: "Connection[Any, Any]", start: Callable[[], Callable[[Any], Any]]) -> None:
    """Answer batches until the parent closes the pipe: the body of a worker process."""
    run = start()
    pipe.send(None)
    with suppress(EOFError, OSError):  # the parent closed the pipe, or is no more
        while True:
            pipe.send([run(item) for item in pipe.recv()])


def batches(items: Iterable[T], size: Callable[[T], int]) -> Iterator[list[T]]:
    """Yield the items in lists of at most MOST_ITEMS items and about MOST_SIZE."""
    batch: list[T] = []
    total = 0
    for item in items:
        batch.append(item)
        total += size(item)
        if len(batch) >= MOST_ITEMS or total >= MOST_SIZE:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch


def spread(plan: Plan[T, R], items: Iterable[T], workers: int) -> Iterator[R]:
    """Yield the result of every item, in the order of the items."""
    source = batches(items, plan.size)
    lanes: list[Lane[T, R]] = []
    done: dict[int, list[R]] = {}
    given = shown = 0
    more = True
    try:
        while more or shown < given:
            while more and given - shown < AHEAD * workers and _busy(lanes) < workers:
                batch = next(source, None)
                if batch is None:
                    more = False
                    break
                _free(lanes, plan).give(given, batch)
                given += 1
            while shown in done:
                yield from done.pop(shown)
                shown += 1
            for lane in _finished(lanes):
                done[lane.number] = lane.results
    finally:
        for lane in lanes:
            lane.end()


def _busy(lanes: list[Lane[T, R]]) -> int:
    return sum(bool(lane.todo) for lane in lanes)


def _free(lanes: list[Lane[T, R]], plan: Plan[T, R]) -> Lane[T, R]:
    """Return an idle lane, a new one if there is none."""
    for lane in lanes:
        if not lane.todo:
            return lane
    lanes.append(Lane(plan))
    return lanes[-1]


def _finished(lanes: list[Lane[T, R]]) -> Iterator[Lane[T, R]]:
    """Wait until a busy lane says something; yield the lanes whose batch is done by that."""
    busy = {lane.pipe: lane for lane in lanes if lane.todo}
    for pipe in wait(list(busy)) if busy else ():
        lane = busy[pipe]  # type: ignore[index]  # wait() returns what it was given
        if lane.hear():
            yield lane
