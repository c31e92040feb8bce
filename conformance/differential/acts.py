"""What needs no wait; `result` of interpreter.ts."""

from asyncio import current_task

from shown import Boom, shown, state


class Acts:
    """The part of the player that acts."""

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
