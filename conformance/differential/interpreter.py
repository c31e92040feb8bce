"""
Runs programs on asyncio and notes what happens; interpreter.ts does the same, function by function, on tsyncio.

What the contract of tsyncio adds to asyncio is done here and in adaptations.py, and stands in the table of README.md. Above all: one's
own cancellation cannot be caught, and goes on through all callers whatever the clean-ups throw (`Frame`, `Unwinding`); and a cancelled
waiter leaves a future alone that is not its own (`Wait`).

Reads lines of JSON, each a list of programs, and answers each with a line: the list of their traces.
"""

import asyncio
import functools
import json
import sys
import warnings
from asyncio import CancelledError, Future, current_task

from adaptations import (
    Barrier,
    BoundedSemaphore,
    Condition,
    LifoQueue,
    PriorityQueue,
    Queue,
    QueueShutDown,
    Semaphore,
    TaskGroup,
    as_completed,
    clean_up_errors,
    gather,
    timeout,
    wait_for,
)
from loop import VirtualLoop

SETTLED = 10_000
ROUNDS = 12


class Boom(Exception):
    pass


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


class Lazy:
    """What runs when it is awaited, as a coroutine of tsyncio."""

    __slots__ = ("run",)

    def __init__(self, run, *args):
        self.run = functools.partial(run, *args) if args else run


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


class Player:
    def __init__(self, loop, program):
        self.loop = loop
        self.trace = []
        self.tasks = []
        self.waits = []
        self.gathers = []
        self.shields = []
        self.groups = {}
        self.futures = program["futures"]
        self.slots = {slot: loop.create_future() for slot in range(self.futures)}
        self.bare = set(self.slots.values())
        self.semaphores = [
            (BoundedSemaphore if one["bounded"] else Semaphore)(one["value"]) for one in program["semaphores"]
        ]
        self.barriers = [Barrier(parties) for parties in program["barriers"]]
        self.locks = [asyncio.Lock(), asyncio.Lock()]
        self.conditions = [Condition(), Condition()]
        self.events = [asyncio.Event(), asyncio.Event()]
        self.raised = [0, 0]
        kinds = {"fifo": Queue, "lifo": LifoQueue, "priority": PriorityQueue}
        self.queues = [kinds[one["kind"]](one["maxSize"]) for one in program["queues"]]
        self.timers = {}
        loop.set_task_factory(self.new_task)

    def new_task(self, loop, coroutine, **options):
        task = asyncio.Task(coroutine, loop=loop, **options)
        self.tasks.append(task)
        return task

    def note(self, id, event):
        self.trace.append(f"{self.loop._now} {id} {event}")

    async def direct(self, main):
        self.loop.create_task(self.bottom(Lazy(self.block, main, 0)))
        await asyncio.sleep(SETTLED)
        for _ in range(ROUNDS):
            self.tasks = left = [task for task in self.tasks if not task.done()]
            self.note(0, f"left {len(left)}")
            if not left:
                break
            for task in list(left):
                task.cancel()
            await asyncio.sleep(SETTLED)
        for slot, future in sorted(self.slots.items()):
            self.note(slot, state(future))

    # Frames

    async def bottom(self, lazy):
        """The body of a task."""
        frame = Frame()
        try:
            return await lazy.run(frame)
        except (CancelledError, Exception):
            if not frame.unwinding:
                raise
        raise clean_up_errors(frame.unwinding.errors) or CancelledError()

    async def inner(self, frame, run, *args):
        """Awaits another coroutine function."""
        child = Frame()
        try:
            return await run(*args, child)
        except CancelledError:
            if not child.unwinding:
                raise
            raise frame.unwound(child)

    async def leaf(self, coroutine, frame):
        """Awaits what only one's own cancellation can cancel."""
        try:
            return await coroutine()
        except CancelledError:
            raise frame.unwound()

    async def result_of(self, coroutine, frame):
        """Awaits what can be cancelled by others as well."""
        requests = Requests()
        try:
            return await coroutine
        except CancelledError:
            if not requests.delivered():
                raise
            raise frame.unwound()

    async def future(self, future, frame):
        wait = Wait(self, future)
        try:
            value = await wait
        except (CancelledError, Exception):
            if not wait.own:
                raise
        if not wait.own:
            return value
        cancelled = frame.unwound()
        if wait.forwarded and future.done() and not future.cancelled() and isinstance(future.exception(), Exception):
            frame.unwinding.errors.append(future.exception())
        raise cancelled

    async def awaiting(self, made, frame):
        if isinstance(made, Lazy):
            return await self.inner(frame, made.run)
        return await self.inner(frame, self.future, made)

    async def sticky(self, coroutine, frame):
        """The body of a coroutine function: nothing that it does stops its own cancellation."""
        try:
            value = await coroutine
        except (CancelledError, Exception) as error:
            if not frame.unwinding:
                raise
            if not isinstance(error, CancelledError):
                frame.unwinding.errors.append(error)
        if frame.unwinding:
            raise CancelledError
        return value

    def block(self, steps, id, frame):
        return self.sticky(self.steps(steps, id, frame), frame)

    async def steps(self, steps, id, frame):
        self.note(id, "begins")
        for step in steps:
            do = step["do"]
            if do == "await":
                made = self.make(step["what"])
                self.note(step["id"], shown(await self.awaiting(made, frame)) if made else "empty")
            elif do == "spawn":
                made = self.make(step["what"])
                if made:
                    self.slots[step["slot"]] = self.loop.create_task(self.bottom(self.lazy(made)))
            elif do == "child":
                group = self.groups.get(step["group"])
                made = group and self.make(step["what"])
                if made:
                    body = self.bottom(self.lazy(made))
                    try:
                        self.slots[step["slot"]] = group.create_task(body)
                    except RuntimeError as error:
                        body.close()
                        self.note(step["id"], shown(error))
            elif do == "keep":
                made = self.make(step["what"])
                if isinstance(made, Future):
                    self.slots[step["slot"]] = made
            elif do == "try":
                await self.guarded(step, frame)
            elif do == "throw":
                raise Boom(f"boom {step['id']}")
            elif do == "spin":
                for _ in range(step["times"]):
                    await self.inner(frame, self.leaf, pause)
                    self.note(step["id"], "turn")
            elif do == "act":
                self.act(step["acts"], step["id"])
            elif do == "soon":
                self.timers[step["timer"]] = self.soon(step["ticks"], step["acts"], step["id"])
            elif do == "later":
                then = functools.partial(self.soon, step["ticks"], step["acts"], step["id"])
                self.timers[step["timer"]] = self.loop.call_later(step["ms"], then)
            elif do == "callback":
                future = self.slots.get(step["slot"])
                if future:
                    future.add_done_callback(lambda _, step=step: self.act(step["acts"], step["id"]))
        self.note(id, "ends")
        return id

    async def guarded(self, step, frame):
        id = step["id"]
        try:
            try:
                await self.inner(frame, self.block, step["body"], id)
            finally:
                if "inner" in step:
                    await self.inner(frame, self.block, step["inner"], id)
        except (CancelledError, Exception) as error:
            if own(error) or "handler" not in step:
                raise
            self.note(id, f"caught {shown(error)}")
            await self.inner(frame, self.block, step["handler"], id)
        finally:
            if "cleanUp" in step:
                await self.inner(frame, self.block, step["cleanUp"], id)

    async def timeout(self, delay, run, frame):
        child = Frame()
        requests = Requests()
        try:
            async with timeout(delay):
                return await run(child)
        except TimeoutError as error:
            if not child.unwinding:
                raise
            raise timed_out(child, error)
        except CancelledError:
            raise self.cancelled_in_time(child, frame, requests)

    def cancelled_in_time(self, child, frame, requests):
        if not child.unwinding:
            return sys.exc_info()[1]
        # Contract: what the task asks of itself takes effect at its next wait, and so not before the end of the scope.
        return frame.unwound(child) if requests.delivered() else timed_out(child, TimeoutError())

    async def wait_for(self, made, delay, frame):
        if delay <= 0 and isinstance(made, Lazy):
            # Contract: takes no iteration; CPython makes a task of it, cancels it and waits for it.
            raise TimeoutError
        # For the same reason there is no 0 for futures.
        child = Frame()
        requests = Requests()
        delay = max(delay, 1)
        try:
            return await wait_for(self.awaiting(made, child), delay)
        except TimeoutError as error:
            if not child.unwinding:
                raise
            # Contract: what was done in the iteration of the deadline is not lost.
            if isinstance(made, Future) and made.done() and not made.cancelled() and not made.exception():
                return made.result()
            raise timed_out(child, error)
        except CancelledError:
            raise self.cancelled_in_time(child, frame, requests)

    async def group(self, what, frame):
        child = Frame()
        requests = Requests()
        self.groups[what["group"]] = group = TaskGroup()
        try:
            async with group:
                return await self.block(what["body"], what["id"], child)
        except ExceptionGroup as error:
            if (child.unwinding or group.joining_cancelled) and requests.delivered():
                if child.unwinding:
                    cancelled = frame.unwound(child)
                else:
                    cancelled = frame.unwound()
                frame.unwinding.errors.append(error)
                raise cancelled
            errors = list(error.exceptions)
            if child.unwinding and child.unwinding.errors:
                errors.append(clean_up_errors(child.unwinding.errors))
            raise ExceptionGroup("unhandled errors in a TaskGroup", errors)
        except CancelledError:
            if child.unwinding:
                raise frame.unwound(child)
            if group.joining_cancelled:
                raise frame.unwound()
            raise

    async def wait(self, what, futures, frame):
        run = functools.partial(asyncio.wait, futures, timeout=what.get("ms"), return_when=what["returnWhen"])
        done, pending = await self.inner(frame, self.leaf, run)
        return " ".join("done" * (future in done) + "pending" * (future in pending) for future in futures)

    async def takes_all(self, id, all, frame):
        for next in all:
            self.note(id, f"next {shown(await self.inner(frame, self.result_of, next))}")

    def held(self, what, frame):
        async def body():
            primitive = self.acquirable(what)
            await self.inner(frame, self.leaf, primitive.acquire)
            try:
                return await self.inner(frame, self.block, what["body"], what["id"])
            finally:
                primitive.release()

        return self.sticky(body(), frame)

    # What can be awaited

    def lazy(self, made):
        return made if isinstance(made, Lazy) else Lazy(self.future, made)

    def make(self, what):
        kind = what["is"]
        if kind == "sleep":
            return Lazy(self.leaf, functools.partial(asyncio.sleep, what["ms"]))
        if kind == "call":
            return Lazy(self.block, what["body"], what["id"])
        if kind == "slot":
            return self.slots.get(what["slot"])
        if kind == "task":
            made = self.make(what["what"])
            if not made:
                return None
            task = self.loop.create_task(self.bottom(self.lazy(made)))
            self.slots[what["slot"]] = task
            return task
        if kind == "gather":
            made = self.make_all(what["of"])
            outer = gather(
                *[one if isinstance(one, Future) else self.bottom(one) for one in made],
                return_exceptions=what["returnExceptions"],
            )
            if made:
                self.gathers.append(outer)
            return outer
        if kind == "shield":
            made = self.make(what["what"])
            if not made:
                return None
            inner = self.ensure_future(made)
            outer = asyncio.shield(inner)
            if outer is not inner:
                self.bare.add(outer)
                self.shields.append((outer, inner))
            return outer
        if kind == "waitFor":
            made = self.make(what["what"])
            return made and Lazy(self.wait_for, made, what["ms"])
        if kind == "timeout":
            return Lazy(self.timeout, what["ms"], functools.partial(self.block, what["body"], what["id"]))
        if kind == "group":
            return Lazy(self.group, what)
        if kind == "wait":
            futures = [self.ensure_future(one) for one in self.make_all(what["of"])]
            return Lazy(self.wait, what, futures) if futures else None
        if kind == "asCompleted":
            made = self.make_all(what["of"])
            made = [one if isinstance(one, Future) else self.bottom(one) for one in made]
            return Lazy(self.takes_all, what["id"], list(as_completed(made, timeout=what.get("ms"))))
        if kind == "acquire":
            return Lazy(self.leaf, self.acquirable(what).acquire)
        if kind == "with":
            return Lazy(self.held, what)
        at = what["at"]
        if kind == "event":
            return Lazy(self.leaf, self.events[at].wait)
        if kind == "notified":
            return Lazy(self.leaf, self.conditions[at].wait)
        if kind == "raised":
            predicate = lambda: self.raised[at] >= what["times"]
            return Lazy(self.leaf, functools.partial(self.conditions[at].wait_for, predicate))
        if kind == "barrier":
            return Lazy(self.leaf, self.barriers[at].wait)
        if kind == "put":
            return Lazy(self.leaf, functools.partial(self.queues[at].put, what["item"]))
        if kind == "get":
            return Lazy(self.leaf, self.queues[at].get)
        if kind == "join":
            return Lazy(self.leaf, self.queues[at].join)
        raise KeyError(kind)

    def acquirable(self, what):
        return getattr(self, what["from"] + "s")[what["at"]]

    def make_all(self, all):
        return [one for one in map(self.make, all) if one]

    def ensure_future(self, made):
        return made if isinstance(made, Future) else self.loop.create_task(self.bottom(made))

    def is_bare(self, future):
        return future in self.bare

    def awaited(self, future, but=None):
        """Whether somebody else awaits it."""
        return (
            any(wait.active and wait.future is future and wait is not but for wait in self.waits)
            or any(future in outer._children and not outer.done() for outer in self.gathers)
            or any(inner is future and not outer.done() and self.awaited(outer) for outer, inner in self.shields)
        )

    # Acts

    def soon(self, ticks, acts, id):
        if ticks > 0:
            return self.loop.call_soon(self.soon, ticks - 1, acts, id)
        return self.loop.call_soon(self.act, acts, id)

    def act(self, acts, id):
        for act in acts:
            try:
                event = self.result(act, id)
            except Exception as error:
                event = shown(error)
            self.note(id, event)

    def result(self, act, id):
        kind = act["act"]
        at = act.get("at")
        if "slot" in act:
            return self.with_future(kind, act["slot"], id)
        if kind == "cancelSelf":
            task = current_task()
            if task:
                task.cancel()
        elif kind == "release":
            self.acquirable(act).release()
        elif kind == "locked":
            return str(self.acquirable(act).locked()).lower()
        elif kind == "set":
            self.events[at].set()
        elif kind == "clear":
            self.events[at].clear()
        elif kind == "raise":
            self.raised[at] += 1
        elif kind == "notify":
            self.conditions[at].notify(act["times"])
        elif kind == "resetBarrier":
            at_once(self.barriers[at].reset())
        elif kind == "abortBarrier":
            at_once(self.barriers[at].abort())
        elif kind == "barrierState":
            barrier = self.barriers[at]
            return f"{barrier.n_waiting} {str(barrier.broken).lower()}"
        elif kind == "putNowait":
            self.queues[at].put_nowait(act["item"])
        elif kind == "getNowait":
            return f"got {self.queues[at].get_nowait()}"
        elif kind == "taskDone":
            self.queues[at].task_done()
        elif kind in ("shutdown", "shutdownNow"):
            self.queues[at].shutdown(kind == "shutdownNow")
        elif kind == "queueState":
            queue = self.queues[at]
            return f"{queue.qsize()} {str(queue.empty()).lower()} {str(queue.full()).lower()}"
        elif kind == "stop":
            if act["timer"] in self.timers:
                self.timers[act["timer"]].cancel()
        else:
            raise KeyError(kind)
        return kind

    def with_future(self, kind, slot, id):
        future = self.slots.get(slot)
        if not future:
            return "empty"
        if kind == "cancel":
            return f"cancel: {str(future.cancel()).lower()}"
        if kind == "look":
            return state(future)
        if slot >= self.futures:
            return "not bare"
        if kind == "setResult":
            future.set_result(id)
        else:
            future.set_exception(Boom(f"boom {id}"))
        return "set"


def at_once(coroutine):
    """Contract: `reset` and `abort` of a barrier are no coroutines. In CPython they are, and never wait: nobody keeps that lock."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise RuntimeError("it waits")


pause = functools.partial(asyncio.sleep, 0)


def state(future):
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    return f"done {shown(future.exception() or future.result())}"


NAMED = [
    (asyncio.BrokenBarrierError, "broken"),
    (asyncio.QueueEmpty, "queue empty"),
    (asyncio.QueueFull, "queue full"),
    (QueueShutDown, "shut down"),
]


def shown(value):
    if isinstance(value, bool):
        return "ok"
    if isinstance(value, (int, str)):
        return str(value)
    if isinstance(value, list):
        return f"[{' '.join(map(shown, value))}]"
    if not isinstance(value, BaseException):
        return "ok"
    if isinstance(value, Boom):
        return str(value)
    if isinstance(value, CancelledError):
        return "cancelled"
    if isinstance(value, TimeoutError):
        return "timeout"
    if isinstance(value, ExceptionGroup):
        return f"group({', '.join(sorted(map(shown, value.exceptions)))})"
    for kind, name in NAMED:
        if isinstance(value, kind):
            return name
    if isinstance(value, (RuntimeError, ValueError, asyncio.InvalidStateError)):
        return "misuse"
    return repr(value)


IMMORTAL = []


def play(program):
    loop = VirtualLoop()
    loop.set_exception_handler(lambda loop, context: None)
    player = Player(loop, program)
    director = asyncio.Task(player.direct(program["main"]), loop=loop)
    loop.run_until_complete(director)
    loop.close()
    # The collector would run their clean-ups in the middle of another program.
    IMMORTAL.extend(task for task in player.tasks if not task.done())
    return player.trace


def main():
    warnings.simplefilter("ignore")
    # Tasks that could not be ended, when the interpreter goes.
    sys.unraisablehook = lambda _: None
    for line in sys.stdin:
        print(json.dumps([play(program) for program in json.loads(line)]), flush=True)


if __name__ == "__main__":
    main()
