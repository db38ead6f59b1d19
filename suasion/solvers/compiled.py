"""Inner loops that run as plain Python on small inputs and exact numbers, compiled on large ones.

Importing numba takes half a second and compiling takes seconds, so a small instance must not
wait for either; and the same loop run on lists of Fractions is the exact algorithm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from hashlib import sha256
from types import FunctionType
from typing import Any

import numpy as np

from suasion.models.numbers.arrays import NumberArray

# Roughly the number of loop iterations that plain Python does in the time numba needs to load.
COMPILE_FROM = 500_000
# All kernels of the modules that are loaded.
KERNELS: list[Kernel] = []


class Kernel:
    """A loop over sequences of numbers, written in the subset of Python that numba compiles.

    Kernels may call other kernels, also of other modules; the compiled form calls the compiled
    ones. Outputs are written into arrays that the caller passes in.
    """

    def __init__(self, function: Callable[..., Any], fused: bool = False) -> None:
        assert isinstance(function, FunctionType)
        self.python: FunctionType = function
        self._fastmath = {"contract"} if fused else False
        KERNELS.append(self)
        self.__doc__ = function.__doc__

    def __call__(self, *arguments: Any) -> Any:
        """Run as plain Python."""
        return self.python(*arguments)

    @cached_property
    def digest(self) -> str:
        """What the compiled form depends on: its code, the constants it reads, and its callees.

        numba looks only at the file of the function itself, and would go on running machine code
        with an old callee or constant of another file inside.
        """
        code, scope = self.python.__code__, self.python.__globals__
        read = {name: scope[name] for name in code.co_names if name in scope}
        outside = [
            (name, value.digest if isinstance(value, Kernel) else _told(value))
            for name, value in sorted(read.items())
        ]
        own = (code.co_code, code.co_consts, code.co_names, self._fastmath)
        return sha256(repr((own, outside)).encode()).hexdigest()[:16]

    @cached_property
    def compiled(self) -> Callable[..., Any]:
        """The machine-code form; compiled once per machine and cached on disk."""
        from numba import njit

        code = self.python.__code__
        scope = {
            name: value.compiled if isinstance(value, Kernel) else value
            for name, value in self.python.__globals__.items()
            if name in code.co_names
        }
        scope["__name__"] = self.python.__module__
        clone = FunctionType(code, scope, self.python.__name__, self.python.__defaults__)
        clone.__module__ = self.python.__module__
        # numba names its cache files by it.
        clone.__qualname__ = f"{self.python.__qualname__}_{self.digest}"
        try:
            compiled: Callable[..., Any]
            compiled = njit(cache=True, nogil=True, fastmath=self._fastmath)(clone)
        except RuntimeError:
            # Neither the package's folder nor the user's cache is writable: compile each time.
            compiled = njit(nogil=True, fastmath=self._fastmath)(clone)
        return compiled

    def run(self, work: int, *arguments: Any) -> Any:
        """Run the form that suits `work` loop iterations; arrays in, arrays changed in place.

        Arguments may be records (NamedTuples) of arrays.

        Exact arrays (dtype object) always take the Python form.
        """
        arrays = list(_arrays(arguments))
        exact = any(a.dtype == object for a in arrays)
        if work >= COMPILE_FROM and not exact:
            return self.compiled(*arguments)
        # Lists are several times faster than arrays to index from Python; one list per array,
        # because an argument may be passed twice.
        lists = {id(a): a.tolist() for a in arrays}
        result = self.python(*_listed(arguments, lists))
        for given in arrays:
            if given.flags.writeable:
                given[:] = lists[id(given)]
        return result


def _arrays(arguments: Iterable[Any]) -> Iterator[NumberArray]:
    """The arrays among arguments and in their records."""
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            yield argument
        elif isinstance(argument, tuple):
            yield from _arrays(argument)


def _listed(arguments: Iterable[Any], lists: dict[int, list[Any]]) -> Iterator[Any]:
    """The arguments with lists for arrays, in records too."""
    for argument in arguments:
        if isinstance(argument, tuple):
            record: Any = type(argument)
            yield record(*_listed(argument, lists))
        else:
            yield lists.get(id(argument), argument)


def _told(value: Any) -> str:
    """A global of a kernel in words that are the same in every process: no addresses."""
    fields = getattr(value, "_fields", "")  # of a record
    return f"{value.__name__}{fields}" if hasattr(value, "__name__") else repr(value)


def machine_codes() -> int:
    """Number of compiled forms in this process; it grows when one is compiled or loaded."""
    compiled: list[Any] = [k.compiled for k in KERNELS if "compiled" in vars(k)]
    return sum(len(form.signatures) for form in compiled)


def kernel(function: Callable[..., Any]) -> Kernel:
    """Mark a function as a kernel."""
    return Kernel(function)


def fused_kernel(function: Callable[..., Any]) -> Kernel:
    """A kernel whose compiled form rounds ``x * y + z`` once instead of twice."""
    return Kernel(function, fused=True)
