"""
Runs programs on asyncio and notes what happens; interpreter.ts does the same, function by function, on tsyncio.

What the contract of tsyncio adds to asyncio is done in emulation.py, in adaptations.py and, where it says "Contract", here; the table of
README.md has it all.

Reads lines of JSON, each a list of programs, and answers each with a line: the list of their traces.
"""

import asyncio
import functools
import json
import sys
import warnings
from asyncio import CancelledError, Future

from acts import Acts
from adaptations import (
    Barrier,
    BoundedSemaphore,
    Condition,
    LifoQueue,
    PriorityQueue,
    Queue,
    Semaphore,
    TaskGroup,
    as_completed,
    clean_up_errors,
    gather,
    timeout,
    wait_for,
)
from emulation import Frame, Requests, Wait, own, timed_out
from loop import VirtualLoop
from shown import Boom, shown, state

SETTLED = 10_000
ROUNDS = 12


class Lazy:
    """What runs when it is awaited, as a coroutine of tsyncio."""

    __slots__ = ("run",)

    def __init__(self, run, *args):
        self.run = functools.partial(run, *args) if args else run


class Player(Acts):
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

pause = functools.partial(asyncio.sleep, 0)


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
