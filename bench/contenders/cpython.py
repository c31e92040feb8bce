"""CPython's asyncio. A program of its own: it speaks the protocol of ../child.mjs."""

import asyncio
import gc
import json
import sys
import time


async def switch1(n):
    turns = 0
    while turns < n:
        await asyncio.sleep(0)
        turns += 1
    return turns


class Turns:
    def __init__(self):
        self.last = -1
        self.turns = 0


async def switch1k(n):
    meter = Turns()
    await asyncio.gather(*(take_turns(meter, task, n // 1000) for task in range(1000)))
    return meter.turns


async def take_turns(meter, task, rounds):
    for _ in range(rounds):
        if meter.last != task:
            meter.turns += 1
        meter.last = task
        await asyncio.sleep(0)


async def switchDeep(n):
    return await turns_at(10, n)


async def turns_at(depth, n):
    return await switch1(n) if depth == 1 else await turns_at(depth - 1, n)


async def ready(n):
    done = asyncio.get_running_loop().create_future()
    done.set_result(1)
    total = 0
    for _ in range(n):
        total += await done
    return total


async def leaf(n):
    total = 0
    for _ in range(n):
        total += await one()
    return total


async def depth10(n):
    total = 0
    for _ in range(n):
        total += await down(10)
    return total


async def down(depth):
    return 1 if depth == 1 else await down(depth - 1) + 1


async def depth100(n):
    total = 0
    for _ in range(n):
        total += await down_and_wait(100)
    return total


async def down_and_wait(depth):
    if depth > 1:
        return await down_and_wait(depth - 1) + 1
    await asyncio.sleep(0)
    return 1


async def spawn(n):
    total = 0
    for _ in range(n):
        total += await asyncio.create_task(one())
    return total


async def one():
    return 1


async def gather(n):
    return sum(await asyncio.gather(*(itself(i) for i in range(n))))


async def itself(value):
    return value


async def sleepers(n):
    return sum(await asyncio.gather(*(sleeper() for _ in range(n))))


async def sleeper():
    await asyncio.sleep(1)
    return 1


async def cancel(n):
    meter = {"started": 0, "cleaned": 0}
    tasks = [asyncio.create_task(blocked(meter)) for _ in range(n)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return meter["started"] + meter["cleaned"]


async def blocked(meter):
    meter["started"] += 1
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        meter["cleaned"] += 1


async def timeout(n):
    total = 0
    for _ in range(n):
        async with asyncio.timeout(10):
            total += await one()
    return total


async def timeoutLoop(n):
    total = 0
    for _ in range(n):
        async with asyncio.timeout(10):
            total += await one_later()
    return total


async def one_later():
    await asyncio.sleep(0)
    return 1


async def timers(n):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    fired = 0

    def fire():
        nonlocal fired
        fired += 1
        if fired == n // 10:
            done.set_result(fired)

    handles = [loop.call_later((1 + i % 50) / 1000, fire) for i in range(n)]
    for i, handle in enumerate(handles):
        if i % 10 > 0:
            handle.cancel()
    return await done


async def queue1x1(n):
    return await through_queue(1, n)


async def queue4x4(n):
    return await through_queue(4, n)


async def through_queue(pairs, n):
    queue = asyncio.Queue(100)
    producers = [asyncio.create_task(produce(queue, start, n, pairs)) for start in range(pairs)]
    sums = await asyncio.gather(*(consume(queue, n // pairs) for _ in range(pairs)))
    await asyncio.gather(*producers)
    return sum(sums)


async def produce(queue, start, stop, step):
    for i in range(start, stop, step):
        await queue.put(i)


async def consume(queue, count):
    total = 0
    for _ in range(count):
        total += await queue.get()
    return total


class Contended:
    def __init__(self):
        self.inside = 0
        self.most = 0
        self.turns = 0


async def lock(n):
    return await contend(1, asyncio.Lock(), n)


async def semaphore(n):
    return await contend(10, asyncio.Semaphore(10), n)


async def contend(permits, limiter, n):
    meter = Contended()
    await asyncio.gather(*(take_permits(limiter, meter, n // 1000) for _ in range(1000)))
    return meter.turns if meter.most == permits else -1


async def take_permits(limiter, meter, rounds):
    for _ in range(rounds):
        await limiter.acquire()
        try:
            meter.inside += 1
            meter.most = max(meter.most, meter.inside)
            await asyncio.sleep(0)
            meter.turns += 1
            meter.inside -= 1
        finally:
            limiter.release()


async def measured(body, n):
    start = time.perf_counter()
    checksum = await body(n)
    return (time.perf_counter() - start) * 1000, checksum


def run_pass(body, n):
    return asyncio.run(measured(body, n))


def enough(body, step, target_ms, warm_ms):
    n = step
    spent = 0
    while True:
        ms, _ = run_pass(body, n)
        spent += ms
        if ms < target_ms / 3:
            n *= 3
        elif spent >= warm_ms:
            return max(1, round(n * target_ms / ms / step)) * step


def as_told(body, operations, warm_up, warm_ms):
    spent = 0
    while spent < warm_ms:
        spent += run_pass(body, warm_up)[0]
    return operations


def peak_bytes():
    try:
        with open("/proc/self/status") as status:
            return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except OSError:
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else 1024 * most


def main():
    plan = json.loads(sys.argv[1])
    body = globals().get(plan["scenario"])
    if body is None:
        print("null")
        return
    if "operations" in plan:
        n = as_told(body, plan["operations"], plan["warmUp"], plan["warmMs"])
    else:
        n = enough(body, plan["step"], plan["targetMs"], plan["warmMs"])
    gc.collect()
    ms, checksum = run_pass(body, n)
    print(json.dumps({"n": n, "ms": ms, "checksum": checksum, "peakBytes": peak_bytes()}))


main()
