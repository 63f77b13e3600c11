import { describe, expect, it, vi } from 'vitest';
import { createUndoList, type SignalSource, startOrUndo, stopOnSignals } from '../../../src/process/stop.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';

describe('the list of cleanups', () => {
  it('stops parts in reverse order of their start, one after another', async () => {
    const undo = createUndoList();
    const ended: string[] = [];
    undo.push('redis', () => ended.push('redis'));
    undo.push('http', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      ended.push('http');
    });
    await Promise.all([undo.stop(), undo.stop()]);
    expect(ended).toEqual(['http', 'redis']);
  });

  it('stops all parts even if one fails, and names the failed one', async () => {
    const undo = createUndoList();
    const ended: string[] = [];
    undo.push('redis', () => ended.push('redis'));
    undo.push('http', () => Promise.reject(new Error('stuck')));
    await expect(undo.stop()).rejects.toThrow('http did not stop: stuck');
    expect(ended).toEqual(['redis']);
  });

  it('stops the started parts when the start fails', async () => {
    const undo = createUndoList();
    const ended: string[] = [];
    const start = startOrUndo(undo, () => {
      undo.push('redis', () => ended.push('redis'));
      return Promise.reject(new Error('port taken'));
    });
    await expect(start).rejects.toThrow('port taken');
    expect(ended).toEqual(['redis']);
  });
});

describe('signals', () => {
  function setUp(stop: () => Promise<void>, drainMs = 60_000) {
    const exits: number[] = [];
    const told: string[] = [];
    const listeners = new Map<string, (signal: NodeJS.Signals) => void>();
    const source: SignalSource = {
      on: (signal, listener) => listeners.set(signal, listener),
      exit: (code) => exits.push(code),
    };
    const telemetry = createTelemetry((kind) => void told.push(kind));
    stopOnSignals({ name: 'receiver', telemetry, stop, drainMs, source });
    return { exits, told, send: (signal: NodeJS.Signals) => listeners.get(signal)?.(signal) };
  }

  it('the first one stops the process gracefully with exit code 0', async () => {
    let stopped = false;
    const { exits, told, send } = setUp(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      stopped = true;
    });
    send('SIGTERM');
    expect(exits).toEqual([]);
    await expect.poll(() => exits).toEqual([0]);
    expect(stopped).toBe(true);
    expect(told).toEqual(['process.stopping', 'process.stopped']);
  });

  it('the second one exits at once with code 1', () => {
    const { exits, send } = setUp(() => new Promise(() => undefined));
    send('SIGTERM');
    send('SIGINT');
    expect(exits).toEqual([1]);
  });

  it('exit with code 1 when stopping fails or takes too long', async () => {
    const failing = setUp(() => Promise.reject(new Error('stuck')));
    failing.send('SIGTERM');
    await expect.poll(() => failing.exits).toEqual([1]);
    expect(failing.told).toContain('process.failed');

    vi.useFakeTimers();
    const hanging = setUp(() => new Promise(() => undefined), 20_000);
    hanging.send('SIGTERM');
    vi.advanceTimersByTime(19_999);
    expect(hanging.exits).toEqual([]);
    vi.advanceTimersByTime(1);
    vi.useRealTimers();
    expect(hanging.exits).toEqual([1]);
  });
});
