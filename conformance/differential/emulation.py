"""
What the contract of tsyncio adds to asyncio where a task is cancelled: the cancellation cannot be caught, goes on through all callers, and
keeps the errors of clean-ups (`Frame`, `Unwinding`); and what is awaited is cancelled only where nobody else needs it (`Wait`).
"""

from asyncio import CancelledError, current_task

from adaptations import clean_up_errors


class Unwinding:
    """A cancellation on its way down the frames, with the errors of the clean-ups that it met."""

    __slots__ = ("errors",)

    def __init__(self):
        self.errors = []


class Frame:
    """One coroutine function that runs; `unwinding` is set from when its own cancellation has reached it."""

    __slots__ = ("unwinding",)

    def __init__(self):
        self.unwinding = None

    def unwound(self, inner=None):
        """What to raise where the task was cancelled while it waited here, or in an inner frame."""
        if self.unwinding is None:
            self.unwinding = inner.unwinding if inner else Unwinding()
        elif inner:
            self.unwinding.errors += inner.unwinding.errors
        error = CancelledError()
        error.unwinding = self.unwinding
        return error


def own(error):
    """Whether it is the cancellation of the task itself, as against that of what it awaits."""
    return getattr(error, "unwinding", None) is not None


class Requests:
    """Counts the cancellations of the current task that were asked for since the beginning of a scope, apart from the scope's own."""

    __slots__ = ("task", "before")

    def __init__(self):
        self.task = current_task()
        self.before = self.task.cancelling() - self.task._must_cancel

    def delivered(self):
        return self.task.cancelling() - self.before > self.task._must_cancel


def timed_out(frame, error):
    """Contract: errors of clean-ups go before the TimeoutError."""
    return clean_up_errors(frame.unwinding.errors) or error


class Wait:
    """
    Awaits a future as asyncio does, callback for callback. Its own is what a cancellation of the waiting task does to the future: CPython
    cancels it; here it is cancelled only where it is a task or a gather which nobody else awaits.
    """

    __slots__ = ("player", "future", "task", "fn", "context", "active", "own", "forwarded", "_asyncio_future_blocking")

    def __init__(self, player, future):
        self.player = player
        self.future = future
        self.task = current_task()
        self.active = self.own = self.forwarded = False

    def __await__(self):
        future = self.future
        if not future.done():
            if future is self.task:
                raise RuntimeError("Task cannot await on itself")
            self._asyncio_future_blocking = True
            self.player.waits.append(self)
            try:
                yield self
            finally:
                self.player.waits.remove(self)
        return future.result()

    def get_loop(self):
        return self.player.loop

    def add_done_callback(self, fn, *, context):
        self.fn = fn
        self.context = context
        self.active = True
        self.future.add_done_callback(fn, context=context)

    def cancel(self, msg=None):
        self.own = True
        player, future = self.player, self.future
        if not self.active:
            return True
        if future.done():
            return False
        loop = player.loop
        reached = loop.reached
        if not player.is_bare(future) and future not in reached and not player.awaited(future, self):
            self.forwarded = True
            loop.reached = reached | {self.task, future}
            future.cancel()
            loop.reached = reached
            return True
        self.active = False
        future.remove_done_callback(self.fn)
        loop.call_soon(self.fn, self, context=self.context)
        return True

    def result(self):
        raise CancelledError
