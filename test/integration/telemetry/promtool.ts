import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findPrometheus } from '../../../scripts/prometheus.mjs';

/** Runs promtool, which comes with Prometheus. Returns its exit code and its whole output. */
export async function promtool(
  words: readonly string[],
  input = '',
): Promise<{ code: number; output: string }> {
  const child = spawn(findPrometheus().promtool, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}
