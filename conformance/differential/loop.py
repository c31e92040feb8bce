"""asyncio's own loop on a virtual clock: time stands still while anything is ready, and jumps to the next timer when nothing is."""

import asyncio.base_events
import asyncio.events


class Stuck(Exception):
    """Nothing is ready and no timer is set."""


class Timer(asyncio.events.TimerHandle):
    """Equal deadlines in the order of creation: the heap of CPython leaves that open."""

    __slots__ = ("number",)

    def __lt__(self, other):
        return (self._when, self.number) < (other._when, other.number)


class VirtualLoop(asyncio.base_events.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._selector = self
        self._clock_resolution = 1e-9
        self._now = 0
        self._timers = 0
        # The tasks and futures that the cancellation which is on its way comes from.
        self.reached = frozenset()

    def time(self):
        return self._now

    # What _run_once asks the selector for.
    def select(self, timeout):
        if timeout is None:
            raise Stuck
        if timeout > 0:
            self._now = self._scheduled[0]._when
        return ()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

    def call_at(self, when, callback, *args, context=None):
        timer = Timer(when, callback, args, self, context)
        self._timers += 1
        timer.number = self._timers
        asyncio.base_events.heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer
