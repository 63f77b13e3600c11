import type { Telemetry } from '../telemetry/bus.js';
import { messageOf } from './error-message.js';

/** Stops one resource that was started. If it returns a promise, the promise is awaited. */
export type Undo = () => unknown;

/** The resources that were started, in the order of their start. */
export interface UndoList {
  /** Adds the stop function of a resource that has just been started. */
  push(name: string, undo: Undo): void;
  /**
   * Stops all resources, one after the other, the last started resource first. If a resource cannot be stopped, the
   * others are still stopped. A second call returns the same promise.
   * @throws AggregateError with all errors, after every resource was stopped.
   */
  stop(): Promise<void>;
}

/** Creates an empty list of resources. */
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
 * Runs `start`, which adds each resource that it starts to the list. If `start` fails, the resources that were
 * started so far are stopped before the error is thrown.
 */
export async function startOrUndo<T>(undo: UndoList, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    await undo.stop().catch(() => undefined);
    throw error;
  }
}

/** The part of the object `process` that `stopOnSignals` uses. Tests pass another object. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): unknown;
}

/**
 * Stops the process on SIGTERM and SIGINT. The first signal calls `stop` and exits with code 0, or with code 1 if
 * `stop` fails or takes longer than `drainMs`. A second signal exits with code 1 immediately. No data is lost in
 * either case, because all acknowledged work is stored. After a graceful stop, other processes can continue the work
 * sooner.
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
