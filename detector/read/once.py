"""A property that is computed once: ``functools.cached_property`` without its lock."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - reads as the decorator it is
    """A method's value, kept in the instance after its first use.

    Before Python 3.12 ``functools.cached_property`` takes a lock on that first use: 3 µs each, and
    a page has some 25 of them. Nothing that uses this is shared between threads.
    """

    def __init__(self, func: Callable[[Any], T]) -> None:
        self.func, self.name, self.__doc__ = func, func.__name__, func.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.func(instance)
        return value
