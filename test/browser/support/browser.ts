import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { z } from 'zod';
import { findChromium } from '../../../scripts/chromium.mjs';

/** Below the time limit of a test, so that the error of a failure names the locator. */
export const WATCHDOG_MS = 4 * 60_000;

/** Starts a separate Chromium with an empty profile. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch(await findChromium());
}

const axeAnswer = z.array(
  z.object({
    id: z.string(),
    impact: z.string().nullish(),
    help: z.string(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
  }),
);

/** Waits until all animations have ended, except endless ones (loaders): a button has too little contrast while it fades in. */
const AT_REST = `(async () => {
  const lasting = () => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
  for (let some = lasting(); some.length > 0; some = lasting())
    await Promise.allSettled(some.map(({ finished }) => finished));
})()`;

/**
 * Serious and critical findings of axe after all animations have ended, one line each. `only`: the rules to run. The content security policy
 * does not block scripts that the debugger evaluates.
 */
export async function seriousFindings(page: Page, only?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
  await page.evaluate(AT_REST);
  // Collect violations only: the details of passed rules take axe longer.
  const options = JSON.stringify({
    resultTypes: ['violations'],
    ...(only === undefined ? {} : { runOnly: only }),
  });
  const violations = axeAnswer.parse(
    await page.evaluate<unknown>(`axe.run(document, ${options}).then(({ violations }) => violations)`),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary = '' }) => `${id}: ${help}: ${html} ${failureSummary}`),
    );
}

/** Collects problems that no assertion sees: exceptions, and violations of the content security policy. */
export function collectTrouble(page: Page): string[] {
  const trouble: string[] = [];
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    // Expected: the console checks the session with a request, and Chromium logs every 401.
    if (/status of (?:401|404|503)|ERR_CONNECTION_REFUSED/u.test(message.text())) return;
    trouble.push(message.text());
  });
  return trouble;
}
