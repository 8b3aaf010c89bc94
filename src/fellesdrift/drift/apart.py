"""Work done in a process of its own, of which only the result stays here.

Reading an estate leaves several times its size behind in the process that read it, and that process has children which
would carry it too.
"""

from __future__ import annotations

import gc
import io
import os
import pickle
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict
from multiprocessing.connection import Pipe
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from fellesdrift.drift.child import begin
from fellesdrift.errors import FellesdriftError, FellesdriftErrors

if TYPE_CHECKING:
    from collections.abc import Iterator


class Apart[T]:
    """Work that was begun in a child of this process; its result is pickled, and waits until somebody takes it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._ours, theirs = Pipe(duplex=False)
        gc.freeze()
        self._owner, self._pid = os.getpid(), os.fork()
        if self._pid == 0:
            try:
                self._ours.close()
                begin("drift-estate")
                # what it makes stays, until all of it goes
                gc.disable()
                theirs.send_bytes(_lean(_outcome(work)))
            finally:
                os._exit(0)
        theirs.close()

    def result(self) -> T:
        """What the work gave. Once, by the process that began it or by a child of that.

        Raises the FellesdriftErrors or the FellesdriftError that the work raised, FD741 when the child died.
        """
        try:
            with self._ours, _no_collection():
                kind, found = self._ours.recv()
        except (EOFError, OSError) as error:
            raise FellesdriftError(
                "FD741",
                "the process that read the estate died",
                found="it ended without a word",
                expected="the estate, or what is wrong with it",
                next_step="look for a lack of memory at that time (dmesg), then run it again",
            ) from error
        finally:
            if os.getpid() == self._owner:
                os.waitpid(self._pid, 0)
        if kind == "errors":
            raise FellesdriftErrors([FellesdriftError(**values) for values in found])
        if kind == "error":
            raise FellesdriftError(**found)
        if kind == "fault":
            raise RuntimeError(found)
        result: T = found
        return result


def apart[T](work: Callable[[], T]) -> T:
    """What `work` gives, done in a child of this process. Raises as `Apart.result` does."""
    return Apart(work).result()


def _outcome(work: Callable[[], Any]) -> tuple[str, Any]:
    try:
        return "done", work()
    except FellesdriftErrors as errors:
        return "errors", [asdict(error) for error in errors.errors]
    except FellesdriftError as error:
        return "error", asdict(error)
    except Exception as error:
        return "fault", f"{type(error).__name__}: {error}"


def _lean(outcome: tuple[str, Any]) -> memoryview:
    stream = io.BytesIO()
    _Lean(stream, protocol=5).dump(outcome)
    return stream.getbuffer()


class _Lean(pickle.Pickler):
    """Records of one kind mostly have the same fields set: they come back with one set of names for all of them, which
    is a third of what they hold. Records are frozen, so nobody adds to it."""

    def __init__(self, stream: io.BytesIO, protocol: int) -> None:
        super().__init__(stream, protocol)
        self._sets: dict[frozenset[str], set[str]] = {}

    def reducer_override(self, obj: Any) -> Any:
        if not isinstance(obj, BaseModel) or obj.__pydantic_private__ or obj.__pydantic_extra__:
            return NotImplemented
        names = obj.__pydantic_fields_set__
        return _record, (type(obj), obj.__dict__, self._sets.setdefault(frozenset(names), names))


def _record(kind: type[BaseModel], values: dict[str, Any], names: set[str]) -> BaseModel:
    record = kind.__new__(kind)
    for name, value in (
        ("__dict__", values),
        ("__pydantic_fields_set__", names),
        ("__pydantic_extra__", None),
        ("__pydantic_private__", None),
    ):
        object.__setattr__(record, name, value)
    return record


@contextmanager
def _no_collection() -> Iterator[None]:
    """What comes all stays: there is no garbage to look for."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
