import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { logListener } from '../../../src/telemetry/log.js';

const SOURCE = { process: 'worker', version: '1.2.3', host: 'mac-mini' };
const EVENT = { instance: 'prod', groupId: '7', error: 'refused\nforged' };

/** The lines that an event logs. */
function logged(format: 'json' | 'text' | 'ecs'): readonly string[] {
  const lines: string[] = [];
  // winston writes through this property of the console, if it exists.
  const { _stderr: stderr } = console as unknown as { _stderr: NodeJS.WriteStream };
  vi.spyOn(stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  createTelemetry(logListener({ level: 'info', format }, SOURCE)).emit('fleet.group-unread', EVENT);
  return lines;
}

afterEach(() => vi.restoreAllMocks());

describe('a log entry', () => {
  it('in JSON has process, version and host', () => {
    const [line = ''] = logged('json');
    expect(JSON.parse(line)).toMatchObject({
      level: 'error',
      kind: 'fleet.group-unread',
      instance: 'prod',
      groupId: '7',
      process: 'worker',
      version: '1.2.3',
      host: 'mac-mini',
    });
    expect(line).not.toContain('emitter');
  });

  it('in ECS follows the Elastic Common Schema', () => {
    const [line = '', ...others] = logged('ecs');
    expect(others).toEqual([]);
    expect(JSON.parse(line)).toEqual({
      '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      log: { level: 'error' },
      message: 'prod: group 7 cannot be read from Jamf Pro: refused\nforged',
      ecs: { version: '8.17.0' },
      service: { name: 'recert', type: 'worker', version: '1.2.3' },
      host: { hostname: 'mac-mini' },
      event: { action: 'fleet.group-unread' },
      recert: { instance: 'prod', groupId: '7', error: 'refused\nforged' },
    });
  });

  it('keeps a field of the event with the name source', () => {
    const lines: string[] = [];
    const { _stderr: stderr } = console as unknown as { _stderr: NodeJS.WriteStream };
    vi.spyOn(stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    const refused = { instance: 'prod', status: 401, why: 'no key', source: '203.0.113.7' };
    createTelemetry(logListener({ level: 'info', format: 'json' }, SOURCE)).emit('webhook.refused', refused);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ source: '203.0.113.7', host: 'mac-mini' });
  });

  it('as text is one line without the source', () => {
    const [line = ''] = logged('text');
    expect(line).toContain('group 7 cannot be read from Jamf Pro: refused\\u000aforged');
    expect(line).not.toContain('mac-mini');
  });
});
