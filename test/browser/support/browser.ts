import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { z } from 'zod';
import { findChromium } from '../../../scripts/chromium.mjs';

/** A Chromium of its own, with a profile of its own. */
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

/** Until what changes its look by itself has done so: a button that fades in has too little contrast on its way. Loaders turn for ever. */
const AT_REST = `(async () => {
  const lasting = () => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
  for (let some = lasting(); some.length > 0; some = lasting())
    await Promise.allSettled(some.map(({ finished }) => finished));
})()`;

/**
 * What axe finds on the page at rest that is serious or worse, one line each; with `only`, by these of its rules. The policy of the page
 * does not hold what a debugger evaluates.
 */
export async function seriousFindings(page: Page, only?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
  await page.evaluate(AT_REST);
  // What passes is not worked out in full: it takes axe longer than what does not.
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

/** Everything that went wrong in the page and no test would see: exceptions, and what the content security policy refused. */
export function collectTrouble(page: Page): string[] {
  const trouble: string[] = [];
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    // That nobody is signed in is asked of the API, and Chromium tells of every 401.
    if (/status of (?:401|404|503)|ERR_CONNECTION_REFUSED/u.test(message.text())) return;
    trouble.push(message.text());
  });
  return trouble;
}
