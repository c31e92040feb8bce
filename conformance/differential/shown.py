"""Values and errors as the traces have them."""

import asyncio
from asyncio import CancelledError

from adaptations import QueueShutDown


class Boom(Exception):
    pass


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
