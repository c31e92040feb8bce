"""What of asyncio is not used as the running Python has it, each with the reason. README.md has the table."""

import asyncio
import collections
import inspect
import sys
import textwrap
from asyncio import CancelledError, current_task


def patched(function, *changes, **added):
    """The function of the standard library with some lines changed, and everything else as the running Python has it."""
    source = textwrap.dedent(inspect.getsource(function))
    for old, new in changes:
        if source.count(old) != 1:
            raise RuntimeError(f"{function.__qualname__} has no single {old!r}")
        source = source.replace(old, new)
    names = dict(inspect.getmodule(function).__dict__, **added)
    exec(compile(source, f"<{function.__qualname__}, patched>", "exec"), names)
    return names[function.__name__]


class OrderedSet(dict):
    def __init__(self, items=()):
        super().__init__(dict.fromkeys(items))

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)

    def remove(self, item):
        del self[item]


def clean_up_errors(results):
    """One error as it is, several as a group; None where there is none."""
    errors = [result for result in results if isinstance(result, Exception)]
    return ExceptionGroup("clean-ups failed", errors) if len(errors) > 1 else errors[0] if errors else None


def _gather():
    changes = [
        # Contract: a gather that is cancelled waits for all its children, and keeps the errors of their clean-ups.
        ("if not return_exceptions:", "if not return_exceptions and not outer._cancel_requested:"),
        (
            "exc = fut._make_cancelled_error()\n                outer.set_exception(exc)\n            else:",
            "kept = None if return_exceptions else clean_up_errors(results)\n"
            "                outer.set_exception(kept or fut._make_cancelled_error())\n            else:",
        ),
    ]
    if sys.version_info < (3, 12):
        # 3.12: children that are done at the call count at once.
        changes += [
            ("nfinished = 0\n", "nfinished = 0\n    done_futs = []\n"),
            (
                "fut.add_done_callback(_done_callback)",
                "done_futs.append(fut) if fut.done() else fut.add_done_callback(_done_callback)",
            ),
            (
                "outer = _GatheringFuture(children, loop=loop)\n",
                "outer = _GatheringFuture(children, loop=loop)\n    for fut in done_futs:\n        _done_callback(fut)\n",
            ),
        ]
    return patched(asyncio.gather, *changes, clean_up_errors=clean_up_errors)


gather = _gather()


def _as_completed():
    # Contract: in the order of the arguments; CPython puts them into a set, whose order is that of addresses.
    if sys.version_info < (3, 13):
        change = ("{ensure_future(f, loop=loop) for f in set(fs)}", "OrderedSet(ensure_future(f, loop=loop) for f in OrderedSet(fs))")
        return patched(asyncio.as_completed, change, OrderedSet=OrderedSet)
    change = ("{ensure_future(aw, loop=loop) for aw in set(aws)}", "OrderedSet(ensure_future(aw, loop=loop) for aw in OrderedSet(aws))")
    made = patched(asyncio.tasks._AsCompletedIterator, change, OrderedSet=OrderedSet)
    return lambda awaitables, timeout=None: made(awaitables, timeout)


as_completed = _as_completed()


class Timeout(asyncio.Timeout):
    async def __aenter__(self):
        await super().__aenter__()
        # A cancellation that was pending when the timeout began is not its own (gh-134471, open).
        self._cancelling -= current_task()._must_cancel
        return self


def timeout(delay):
    return Timeout(asyncio.get_running_loop().time() + delay)


async def wait_for(awaitable, delay):
    if sys.version_info >= (3, 12) and not current_task()._must_cancel:
        return await asyncio.wait_for(awaitable, delay)
    # 3.12: no task is made for the awaitable, and the deadline is that of a timeout.
    async with timeout(delay):
        return await awaitable


class TaskGroup(asyncio.TaskGroup):
    """
    Its children are cancelled in the order of their creation: CPython holds them in a set, whose order is that of addresses.

    Contract: where it fails while its task is being cancelled, the unwinding goes on, and the task is not cancelled once more. A
    second cancellation goes on to the children. Where they await the task of the group, they stop waiting: a ring.
    """

    joining_cancelled = False
    _failing = False

    async def __aenter__(self):
        await super().__aenter__()
        self._tasks = OrderedSet()
        self._parent_task = _Parent(self, self._parent_task)
        return self

    def _abort(self):
        loop = self._loop
        before = loop.reached
        loop.reached = before | {self._parent_task.task}
        super()._abort()
        loop.reached = before

    @property
    def _on_completed_fut(self):
        return self._joining

    @_on_completed_fut.setter
    def _on_completed_fut(self, future):
        self._joining = future and _Joining(self)


class _Parent:
    def __init__(self, group, task):
        self.group = group
        self.task = task
        self.done = task.done
        self.uncancel = task.uncancel

    def cancel(self):
        self.group._failing = True
        self.task.cancel()
        self.group._failing = False

    def cancelling(self):
        return 0


class _Joining(asyncio.Future):
    """Notes that the task was cancelled while it waited for the children."""

    def __init__(self, group):
        super().__init__()
        self.group = group

    def cancel(self, msg=None):
        group = self.group
        if not group._failing:
            group.joining_cancelled = True
            if group._aborting and not self.done():
                group._abort()
                return True
        return super().cancel(msg)


class Condition(asyncio.Condition):
    if sys.version_info < (3, 13):

        async def wait(self):
            """3.13: who is cancelled hands on the notification that it may have got."""
            self.notify(0)
            try:
                return await super().wait()
            except CancelledError:
                self.notify(1)
                raise


class Barrier(asyncio.Barrier):
    def __init__(self, parties):
        super().__init__(parties)
        self._cond = Condition()


class Semaphore(asyncio.Semaphore):
    if sys.version_info < (3, 13):

        async def acquire(self):
            """3.13: all permits that are free when a waiter leaves go to others, also where it is cancelled."""
            if not self.locked():
                self._value -= 1
                return True
            if self._waiters is None:
                self._waiters = collections.deque()
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                try:
                    await waiter
                finally:
                    self._waiters.remove(waiter)
            except CancelledError:
                if waiter.done() and not waiter.cancelled():
                    self._value += 1
                raise
            finally:
                while self._value > 0 and self._wake_up_next():
                    pass
            return True

        def _wake_up_next(self):
            for waiter in self._waiters or ():
                if not waiter.done():
                    self._value -= 1
                    waiter.set_result(True)
                    return True
            return False


class BoundedSemaphore(Semaphore):
    def __init__(self, value):
        super().__init__(value)
        self.bound = value

    def release(self):
        if self._value >= self.bound:
            raise ValueError("released too many times")
        super().release()


if sys.version_info >= (3, 13):
    Queue, LifoQueue, PriorityQueue = asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue
    QueueShutDown = asyncio.QueueShutDown
else:

    class QueueShutDown(Exception):
        """3.13: a queue can be shut down."""

    check = "if self._is_shutdown:\n{0}    raise QueueShutDown\n{0}"
    Waiting = patched(
        asyncio.Queue,
        ("while self.full():\n            putter", f"while self.full():\n            {check.format(' ' * 12)}putter"),
        ("while self.empty():\n            getter", f"while self.empty():\n            {check.format(' ' * 12)}getter"),
        ("if self.full():\n            raise", f"{check.format(' ' * 8)}if self.full():\n            raise"),
        ("if self.empty():\n            raise", f"if self.empty():\n            {check.format(' ' * 12)}raise"),
        QueueShutDown=QueueShutDown,
    )

    class Queue(Waiting):
        _is_shutdown = False

        def shutdown(self, immediate=False):
            self._is_shutdown = True
            if immediate:
                while not self.empty():
                    self._get()
                    if self._unfinished_tasks > 0:
                        self._unfinished_tasks -= 1
                if self._unfinished_tasks == 0:
                    self._finished.set()
            for waiting in (self._getters, self._putters):
                while waiting:
                    waiter = waiting.popleft()
                    if not waiter.done():
                        waiter.set_result(None)

    LifoQueue = patched(asyncio.LifoQueue, Queue=Queue)
    PriorityQueue = patched(asyncio.PriorityQueue, Queue=Queue)
