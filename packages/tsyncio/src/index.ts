/**
 * asyncio for TypeScript: lazy coroutines, one event loop, tasks that can be cancelled, scopes that clean up.
 *
 * @module
 */
export { asCompleted, type Completed, type CompletedIterator, type Completions } from "./concurrency/asCompleted.js";
export { allTasks, createTask, currentTask } from "./concurrency/createTask.js";
export { ensureFuture } from "./concurrency/ensureFuture.js";
export { type Gathered, type GatherOptions, gather } from "./concurrency/gather.js";
export { moveOnAfter } from "./concurrency/moveOnAfter.js";
export { any, race } from "./concurrency/race.js";
export { type RetryOptions, retry } from "./concurrency/retry.js";
export { shield } from "./concurrency/shield.js";
export { sleep } from "./concurrency/sleep.js";
export { TaskGroup, withTaskGroup } from "./concurrency/taskGroup.js";
export { type Waited, type WaitOptions, wait } from "./concurrency/wait.js";
export { waitFor } from "./concurrency/waitFor.js";
export { type CancelScopeOptions, withCancelScope } from "./concurrency/withCancelScope.js";
export { withTimeout } from "./concurrency/withTimeout.js";
export { abortSignal } from "./interop/abortSignal.js";
export { scopedToSignal } from "./interop/scopedToSignal.js";
export { until } from "./interop/until.js";
export { CancelScope } from "./kernel/cancelScope.js";
export { Context, ContextVar, copyContext, Token } from "./kernel/context.js";
export { Coroutine, isCoroutine } from "./kernel/coroutine.js";
export { coroutine, isCoroutineFunction } from "./kernel/coroutineFunction.js";
export type { Duration } from "./kernel/duration.js";
export {
  BrokenBarrierError,
  BrokenResourceError,
  CancelledError,
  ClosedResourceError,
  DeadlockError,
  EndOfChannel,
  ExceptionGroup,
  InvalidStateError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  TimeoutError,
  WouldBlock,
} from "./kernel/errors.js";
export { type DoneCallback, Future } from "./kernel/future.js";
export { Handle, TimerHandle } from "./kernel/handle.js";
export type { Host } from "./kernel/host.js";
export type { Report } from "./kernel/report.js";
export type { TaskOptions } from "./kernel/spawn.js";
export { Task } from "./kernel/task.js";
export type { Awaitable } from "./kernel/toFuture.js";
export { type ChannelStatistics, createChannel, type ReceiveChannel, type SendChannel } from "./queues/channel.js";
export type { ItemIterator } from "./queues/itemIterator.js";
export { LifoQueue } from "./queues/lifoQueue.js";
export { type Compare, PriorityQueue, type PriorityQueueOptions } from "./queues/priorityQueue.js";
export { Queue } from "./queues/queue.js";
export type { CallbackOptions } from "./runner/callback.js";
export { EventLoop, type ExceptionHandler, getRunningLoop } from "./runner/eventLoop.js";
export type { Executor, Submission } from "./runner/executor.js";
export { type RunOptions, run } from "./runner/run.js";
export { Runner } from "./runner/runner.js";
export { eagerTaskFactory, type TaskFactory } from "./runner/taskFactory.js";
export type { Guard } from "./sync/acquire.js";
export { Barrier } from "./sync/barrier.js";
export { BoundedSemaphore } from "./sync/boundedSemaphore.js";
export { CapacityLimiter } from "./sync/capacityLimiter.js";
export { Condition } from "./sync/condition.js";
export { Event } from "./sync/event.js";
export { Lock } from "./sync/lock.js";
export { RwLock } from "./sync/rwLock.js";
export { Semaphore } from "./sync/semaphore.js";
