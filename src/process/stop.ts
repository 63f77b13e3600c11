import type { Telemetry } from '../telemetry/bus.js';

/** Ends one thing that was started; a promise is waited for. */
export type Undo = () => unknown;

/** What was started, in the order in which it was: it is stopped the other way round. */
export interface UndoList {
  /** Notes how to end something that has just been started. */
  push(name: string, undo: Undo): void;
  /**
   * Ends everything, last started first, each after the one before it. One that fails does not keep the others from ending.
   * Called again it waits for the same end.
   *
   * @throws AggregateError of what failed, after everything was tried.
   */
  stop(): Promise<void>;
}

/** An empty list. */
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
 * Runs `start`, which pushes what it starts on the list. When it fails half-way, what was started is stopped before the error goes on.
 */
export async function startOrUndo<T>(undo: UndoList, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    await undo.stop().catch(() => undefined);
    throw error;
  }
}

/** The part of `process` that is needed to stop it. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): unknown;
}

/**
 * SIGTERM and SIGINT stop a process: the first one gently (`stop`, then exit code 0; 1 when it failed or took longer than `drainMs`),
 * the second one at once (exit code 1). Nothing is lost either way, since what was answered is durable; gently is faster to take up again.
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
      telemetry.emit('process.failed', { name, error: `not stopped within ${drainMs} ms, ended` });
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
