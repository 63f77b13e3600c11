import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { orExplain, ROOT, setUp } from './setup.mjs';

const SIZES = [100, 500, 2_000, 3_000, 20_000, 100_000];
const DAY_MS = 86_400_000;
const RHYTHMS = [
  { inventory: 'weekly', everyMs: 7 * DAY_MS },
  { inventory: 'daily', everyMs: DAY_MS },
];
const ENROLLED = [
  { enrolled: 'within two weeks', inDays: 14 },
  { enrolled: 'over a year', inDays: 365 },
];
const AFTER_DAYS = 90;
const PAGE = join(ROOT, 'docs', 'defaults.md');
const MOST_ISSUED = 1.02;

/**
 * `npm run prove:defaults [computers...]`: simulates a year of fleets of different sizes with the default settings.
 * Fails if a certificate expires that could have been renewed, if too many certificates are issued, if the requests
 * to the CA in an hour exceed the documented limit, or if Recert with one profile is not better than Jamf Pro alone.
 * After each size, writes the table of docs/defaults.md and keeps the rows of sizes that are not simulated.
 */
await orExplain(async () => {
  setUp({ build: true });
  const from = (/** @type {string[]} */ ...path) => import(join(ROOT, 'dist', 'src', ...path));
  const { scenarioOf, policyOf, simulateOptions } = await from('cli', 'simulate', 'options.js');
  const { lifeOfOneProfile, lifeOfRecert, livesOfOthers } = await from('simulation', 'compare.js');
  const { rollOut } = await from('simulation', 'scenario.js');

  const sizes = process.argv.slice(2).map(Number);
  const known = knownRows();
  let isFailed = false;
  for (const computers of sizes.length > 0 ? sizes : SIZES) {
    const rows = [];
    for (const { inventory, everyMs } of RHYTHMS)
      for (const { enrolled, inDays } of ENROLLED) {
        const scenario = {
          ...scenarioOf(simulateOptions.parse({ computers }), null),
          inventoryEveryMs: everyMs,
          // The first certificate expires after `AFTER_DAYS`. The simulation continues for a year after that time.
          days: AFTER_DAYS + 365,
          expiring: rollOut(computers, { afterDays: AFTER_DAYS, inDays }),
        };
        const policy = policyOf({});
        const { value: alone } = await livesOfOthers(scenario).next();
        const ours = await lifeOfRecert(scenario, { name: 'Recert, defaults', policy });
        const one = await lifeOfOneProfile(scenario, policy);
        const { hourlyCap, caLimit } = ours.rails;
        const failed = [
          ours.avoidable > 0 && `${ours.avoidable} avoidable expiries`,
          ours.issuedPerRenewal > MOST_ISSUED &&
            `${ours.issuedPerRenewal.toFixed(4)} certificates per renewal`,
          one.issuedPerRenewal > MOST_ISSUED &&
            `one profile: ${one.issuedPerRenewal.toFixed(4)} certificates per renewal`,
          ours.largestHour > caLimit && `${ours.largestHour} requests in an hour, limit ${caLimit}`,
          one.avoidable > 0 &&
            one.avoidable >= alone.avoidable &&
            `one profile: ${one.avoidable} avoidable, Jamf Pro alone ${alone.avoidable}`,
        ].filter(Boolean);
        if (failed.length > 0) isFailed = true;
        const row = line({ computers, inventory, enrolled, alone, one, ours, hourlyCap });
        rows.push(row);
        process.stdout.write(`${row}${failed.length > 0 ? ` ✗ ${failed.join('; ')}` : ''}\n`);
      }
    known.set(computers, rows);
    writeFileSync(PAGE, page([...known].sort(([one], [other]) => one - other).flatMap(([, lines]) => lines)));
  }
  if (isFailed) process.exitCode = 1;
});

/** Returns the rows of the table in docs/defaults.md, by the number of Macs. */
function knownRows() {
  /** @type {Map<number, string[]>} */
  const rows = new Map();
  for (const row of readFileSync(PAGE, 'utf8').split('\n')) {
    const computers = /^\| +([\d,]+) +\|/u.exec(row)?.[1]?.replaceAll(',', '');
    if (computers !== undefined) rows.set(Number(computers), [...(rows.get(Number(computers)) ?? []), row]);
  }
  return rows;
}

/**
 * @typedef {object} Row
 * @property {number} computers
 * @property {string} inventory
 * @property {string} enrolled
 * @property {{ avoidable: number }} alone
 * @property {{ avoidable: number }} one
 * @property {{ avoidable: number, issuedPerRenewal: number, largestHour: number }} ours
 * @property {number} hourlyCap
 */

/**
 * Formats one row of the table.
 * @param {Row} row
 */
function line({ computers, inventory, enrolled, alone, one, ours, hourlyCap }) {
  const cells = [
    computers.toLocaleString('en'),
    inventory,
    enrolled,
    alone.avoidable,
    one.avoidable,
    ours.avoidable,
    ours.issuedPerRenewal.toFixed(4),
    hourlyCap,
    ours.largestHour,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Returns the text of docs/defaults.md. @param {readonly string[]} rows */
function page(rows) {
  return `# The defaults, simulated

455 days of fleets of different sizes with nothing configured, by \`npm run prove:defaults\`, which writes this page. The
[assumptions](fleet-year.md#assumptions) are those of \`recert simulate\`. _Avoidable_: certificates that expired although
their Mac was online in the four weeks before.

| Macs | Inventory | Enrolled | Avoidable, Jamf Pro alone | Avoidable, Recert with one profile | Avoidable, Recert with two profiles | Certificates per renewal | Chosen cap per hour | Largest hour at the CA |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
