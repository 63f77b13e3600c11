import { z } from 'zod';

const whole = z.coerce.number().pipe(z.int());

/** What `recert demo` may be told, as it comes from the command line. */
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

/** What `recert demo` was told. */
export type DemoOptions = z.output<typeof demoOptionsSchema>;

/** What is wrong with the number of due Macs, or null: the rest of the fleet must be large enough to look like one. */
export function dueFits({ computers, due }: DemoOptions): string | null {
  return due <= computers / 2 ? null : '--due: at most half of the Macs can be due';
}
