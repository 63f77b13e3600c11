import { z } from 'zod';

const whole = z.coerce.number().pipe(z.int());

export const demoOptionsSchema = z.object({
  folder: z.string().min(1),
  computers: whole.pipe(z.int().min(10).max(20_000)),
  due: whole.pipe(z.int().min(1)),
  seed: whole,
  port: whole.pipe(z.int().min(0).max(65_535)),
  receivers: whole.pipe(z.int().min(1).max(4)),
  workers: whole.pipe(z.int().min(1).max(4)),
  loseWebhooks: z.coerce.number().min(0).max(1),
  observe: z.boolean().default(false),
  killWorker: z.boolean().default(false),
  exitWhenDone: z.boolean().default(false),
  within: whole.pipe(z.int().min(10)),
});

export type DemoOptions = z.output<typeof demoOptionsSchema>;

/** Checks that at most half of the fleet is due. Returns an error message, or `null`. */
export function dueFits({ computers, due }: DemoOptions): string | null {
  return due <= computers / 2 ? null : '--due: at most half of the Macs can be due';
}
