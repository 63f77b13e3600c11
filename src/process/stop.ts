import type { Telemetry } from '../telemetry/bus.js';
import { messageOf } from './error-message.js';

/** Stops one started resource. A returned promise is awaited. */
export type Undo = () => unknown;

/** The started resources in start order. They are stopped in reverse order. */
export interface UndoList {
  /** Adds the stop function of a resource that has just been started. */
  push(name: string, undo: Undo): void;
  /**
   * Stops all resources, last started first, each after the previous one. A failure does not prevent the others from being stopped.
   * A second call returns the same promise.
   *
   * @throws AggregateError with all failures, after every resource was stopped.
   */
  stop(): Promise<void>;
}

/** Creates an empty list. */
export function createUndoList(): UndoList {
  const undos: { name: string; undo: Undo }[] = [];
  let stopped: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    const failures: Error[] = [];
    for (let last = undos.pop(); last; last = undos.pop()) {
      try {
        await last.undo();
      } catch (error) {
        failures.push(new Error(`${last.name} did not stop: ${messageOf(error)}`, { cause: error }));
      }
    }
    if (failures.length > 0)
      throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
  }

  return { push: (name, undo) => void undos.push({ name, undo }), stop: () => (stopped ??= stopAll()) };
}

/**
 * Runs `start`, which pushes each resource that it starts. If it fails, the resources started so far are stopped before the error is thrown.
 */
export async function startOrUndo<T>(undo: UndoList, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    await undo.stop().catch(() => undefined);
    throw error;
  }
}

/** The part of `process` that `stopOnSignals` uses. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): unknown;
}

/**
 * Stops the process on SIGTERM and SIGINT. The first signal calls `stop` and exits with 0, or with 1 if that fails or takes longer than
 * `drainMs`; a second signal exits with 1 immediately. Neither loses data, because acknowledged work is durable; a graceful stop lets other
 * processes continue the work sooner.
 */
export function stopOnSignals({
  name,
  telemetry,
  stop,
  drainMs,
  source = process,
}: {
  name: string;
  telemetry: Telemetry;
  stop: () => Promise<void>;
  drainMs: number;
  source?: SignalSource;
}): void {
  let stopping = false;

  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) {
      source.exit(1);
      return;
    }
    stopping = true;
    telemetry.emit('process.stopping', { name, signal });
    const tooLong = setTimeout(() => {
      telemetry.emit('process.failed', { name, error: `not stopped within ${drainMs} ms, exiting` });
      source.exit(1);
    }, drainMs);
    stop()
      .then(() => {
        telemetry.emit('process.stopped', { name });
        return 0;
      })
      .catch((error: unknown) => {
        telemetry.emit('process.failed', { name, error: messageOf(error) });
        return 1;
      })
      .then((code) => {
        clearTimeout(tooLong);
        source.exit(code);
      })
      .catch(() => undefined);
  };
  source.on('SIGTERM', onSignal);
  source.on('SIGINT', onSignal);
}
