import { describe, expect, it } from 'vitest';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { oneLine } from '../../../src/telemetry/log.js';
import { createMetrics } from '../../../src/telemetry/metrics.js';

describe('telemetry', () => {
  it('calls every listener until it unsubscribes', () => {
    const heard: string[] = [];
    const telemetry = createTelemetry((kind) => heard.push(`first ${kind}`));
    const stop = telemetry.listen((kind) => heard.push(`second ${kind}`));
    telemetry.emit('process.stopped', { name: 'worker' });
    stop();
    telemetry.emit('process.stopped', { name: 'worker' });
    expect(heard).toEqual(['first process.stopped', 'second process.stopped', 'first process.stopped']);
  });

  it('updates the metrics that an event describes', async () => {
    const { registry, listener } = createMetrics({ process: 'worker', version: '1.2.3' });
    const telemetry = createTelemetry(listener);
    telemetry.emit('jamf.call', { instance: 'prod', call: 'computers.read', status: '200', durationMs: 120 });
    telemetry.emit('redis.lost', { purpose: 'request', error: 'refused' });
    const text = await registry.metrics();
    expect(text).toContain(
      'recert_jamf_request_duration_seconds_count{server="prod",call="computers.read",status="200"} 1',
    );
    expect(text).toContain('recert_redis_connections_lost_total 1');
  });
});

it('the metrics count who caused a renewal', async () => {
  const { registry, listener } = createMetrics({ process: 'worker', version: '1.2.3' });
  const who = { instance: 'prod', profile: 'okta', computerId: '7' };
  createTelemetry(listener).emit('redistribution.renewed', { ...who, credit: 'jamf' });
  expect(await registry.metrics()).toMatch(/^recert_renewals_total\{.*credit="jamf".*\} 1$/m);
});

it('a name cannot start a new log line, move the cursor or change the text direction', () => {
  expect(oneLine('a\nerror forged\r\u001b[2K\u2028\u202e\u009b1A b\u00e4r \u{1F4A5}')).toBe(
    'a\\u000aerror forged\\u000d\\u001b[2K\\u2028\\u202e\\u009b1A b\u00e4r \u{1F4A5}',
  );
});
