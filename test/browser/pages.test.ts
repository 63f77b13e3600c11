import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { profileAudit } from '../../src/contract/resources/profiles.js';
import { seriousFindings } from './support/browser.js';
import type { Installation } from './support/installation.js';
import { apiClient, becomesVisible, signIn, until } from './support/operator.js';
import { useBrowser } from './support/use-browser.js';

let installation: Installation;
let page: Page;
let trouble: string[];

useBrowser(
  { due: 0, attempts: 1 },
  {
    prepare: async (opened) => {
      installation = opened;
      await until(async () => (await apiClient(installation).overview()).instances[0]?.profiles[0]?.audit);
    },
    beforeTest: (scene) => {
      ({ page, trouble } = scene);
    },
  },
);

const pages = () => page.getByRole('navigation', { name: 'Pages' });
const navigate = (name: string) => pages().getByRole('link', { name, exact: true }).click();

/** Sets the fault switches of the Jamf Pro simulator. */
async function faults(switches: unknown): Promise<void> {
  const answer = await fetch(`${installation.simulator.controlUrl}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(switches),
  });
  expect(answer.status).toBe(200);
}

describe('overview', () => {
  test('shows the forecast as a chart and as a table', async () => {
    await signIn(page, installation);
    const forecast = page.getByRole('region', { name: 'Forecast', exact: true });
    await forecast.getByText('Capacity is sufficient').waitFor();
    await forecast.getByRole('img', { name: /planned renewals/u }).waitFor();
    await forecast.getByText('Show table').click();
    const days = forecast.getByRole('region', { name: 'Forecast by day' });
    await days.getByRole('columnheader', { name: 'Planned' }).waitFor();
    expect(await days.getByRole('row').count()).toBe(61);
  });

  test('pauses with a reason, shows the pause on every page, and resumes', async () => {
    await signIn(page, installation);
    const rails = page.getByRole('region', { name: 'Automation status' });
    await rails.getByText('Not paused').waitFor();
    await rails.getByRole('button', { name: 'Pause' }).click();
    const reason = 'CHG-12: Jamf Pro is updated';
    await page.getByLabel('Reason').fill(reason);
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await rails.getByText(reason).waitFor();
    await page.getByRole('banner').getByText('Paused').waitFor();
    await rails.getByRole('button', { name: 'Resume' }).click();
    await page.getByLabel('Reason').fill('CHG-12: the update is done');
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    expect(await becomesVisible(rails.getByText('Not paused'))).toBe(true);
  });

  test('a viewer sees the same but has no buttons', async () => {
    await signIn(page, installation, installation.tokens.viewer);
    const rails = page.getByRole('region', { name: 'Automation status' });
    await rails.getByText('Not paused').waitFor();
    expect(await rails.getByRole('button').count()).toBe(0);
    expect(await pages().getByRole('link', { name: 'Settings' }).count()).toBe(0);
  });
});

describe('events', () => {
  test('finds the events of a Mac, shows a payload, and replays an event with a reason', async () => {
    await signIn(page, installation);
    await navigate('Events');
    await page
      .getByRole('group', { name: 'Action' })
      .getByRole('button', { name: 'Assessment queued' })
      .click();
    await page.waitForURL(/outcome=hint/u);
    const first = page.getByRole('row').nth(1);
    const id = (await first.getByRole('link').textContent()) ?? '';
    await page.getByRole('searchbox', { name: 'Mac' }).fill(id);
    await page.waitForURL(new RegExp(`mac=${id}`, 'u'));
    await until(async () => (await page.getByRole('row').getByRole('link', { name: id }).count()) > 0);
    await page
      .getByRole('button', { name: /^Show payload/u })
      .first()
      .click();
    await page.getByLabel('Body').getByText('"webhookEvent"').waitFor();
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    const reason = 'to check the replay';
    await page.getByLabel('Reason').fill(reason);
    await page.getByRole('button', { name: 'Replay event' }).click();
    await page.getByText('Replayed: assessment queued.').waitFor();
    await navigate('Audit log');
    expect(await becomesVisible(page.getByRole('row').filter({ hasText: reason }).getByText('Done'))).toBe(
      true,
    );
  });

  test('replays all matching events after a preview', async () => {
    await signIn(page, installation);
    await navigate('Events');
    const replay = page.getByRole('button', { name: 'Replay all matching' });
    await replay.waitFor();
    expect(await replay.isDisabled()).toBe(true);
    await page.getByRole('combobox', { name: 'Event type' }).selectOption('ComputerInventoryCompleted');
    await replay.click();
    await page.getByLabel('Reason').fill('the worker was away for an hour');
    await page.getByRole('button', { name: 'Preview' }).click();
    const preview = page.getByRole('region', { name: 'Preview' });
    const count = Number(/^[\d,]+/u.exec((await preview.textContent()) ?? '')?.[0]?.replace(',', ''));
    expect(count).toBeGreaterThan(0);
    await page
      .getByRole('button', {
        name: new RegExp(`^Replay ${count.toLocaleString('en')} events?$`, 'u'),
        exact: true,
      })
      .click();
    expect(
      await becomesVisible(
        page.getByText(new RegExp(`^${count.toLocaleString('en')} events? replayed`, 'u')),
      ),
    ).toBe(true);
  });
});

test('profiles: both halves, and a finding with its evidence, reason and fix', async () => {
  const finding = {
    rule: 'subject-too-long',
    severity: 'error',
    said: 'The subject of 2 Macs has more than 64 characters.',
    why: 'The CA refuses such a subject, so the certificate is not renewed.',
    todo: 'Use `$SERIALNUMBER` in place of the name.',
    source: 'Okta: static SCEP, step 4',
    computers: { count: 2, listed: [{ id: '7', name: 'MBA-7', serialNumber: 'C02SEVEN' }] },
  };
  await page.route('**/api/v1/profiles/13/audit*', async (route) => {
    const answer = profileAudit.parse(await (await route.fetch()).json());
    await route.fulfill({ json: { ...answer, errors: 1, findings: [finding] } });
  });
  await signIn(page, installation);
  await navigate('Profiles');
  await page.getByText('No issues found').waitFor();
  await page.getByRole('list', { name: 'Watched profiles' }).getByText('green half').click();
  await page.waitForURL(/id=13/u);
  await page.getByRole('heading', { name: finding.said }).waitFor();
  for (const text of [finding.why, finding.source]) await page.getByText(text).waitFor();
  await page.getByText('2 Macs', { exact: true }).click();
  await page.getByRole('link', { name: 'MBA-7' }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.unrouteAll({ behavior: 'wait' });
});

test('settings: effective values with descriptions, secrets hidden', async () => {
  await signIn(page, installation, installation.tokens.admin);
  await navigate('Settings');
  const profile = page.getByRole('region', { name: 'instances.demo.profiles.okta' });
  await profile.getByText('attempts', { exact: true }).waitFor();
  await page.getByRole('searchbox', { name: 'Search settings' }).fill('clientsecret');
  await page.getByText('[hidden]').waitFor();
  await page.getByRole('searchbox', { name: 'Search settings' }).fill('no such setting');
  expect(await becomesVisible(page.getByText('No settings match'))).toBe(true);
});

test('an operator who opens the settings sees that the admin role is required', async () => {
  await signIn(page, installation);
  await page.goto(`${installation.url}/settings`);
  trouble.length = 0;
  expect(await becomesVisible(page.getByRole('alert').getByText('requires the admin role'))).toBe(true);
  // The page requests the settings more than once, and each response 403 is an entry of the browser console. After the
  // page is left, no further entry arrives.
  await page.goto('about:blank');
  trouble.length = 0;
});

test('on a phone all pages are reachable from the bottom bar', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, installation);
  expect(await pages().getByRole('link', { name: 'Audit log' }).isVisible()).toBe(false);
  await pages().getByRole('button', { name: 'More' }).click();
  expect(await seriousFindings(page)).toEqual([]);
  await pages().getByRole('link', { name: 'Audit log' }).click();
  await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
  expect(await pages().getByRole('link', { name: 'Audit log' }).isVisible()).toBe(false);
});

describe('failures', () => {
  test('are grouped by cause, and retried through the preview after the cause is fixed', async () => {
    await faults({ ca: { failing: 1 } });
    const { macs, mac } = apiClient(installation);
    const chosen = await until(async () => {
      const healthy = (await macs()).filter(
        ({ states, lastContactAt }) =>
          states[0]?.state === 'healthy' && Date.now() - (lastContactAt ?? 0) < 3_000,
      );
      const known = await Promise.all(healthy.map(({ id }) => mac(id)));
      const free = known.filter(({ redistribute }) => redistribute.every(({ allowed }) => allowed));
      return free.length >= 2 && free.slice(0, 2);
    });
    for (const { id } of chosen)
      await fetch(`${installation.simulator.controlUrl}/actions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ action: 'shiftExpiry', id: Number(id), by: '-340d' }),
      });
    await signIn(page, installation);
    await navigate('Failures');
    const cause = page.getByRole('region', { name: 'InstallProfile failed on the Mac' });
    await cause.getByText('2 need attention').waitFor();
    expect(await seriousFindings(page)).toEqual([]);

    await faults({});
    await cause.getByRole('button', { name: 'Retry all' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('INC-4713: the CA is back');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('region', { name: 'Preview' }).getByText('2 of 2').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Redistribute to 2 Macs' }).click();
    await page.getByRole('heading', { level: 1, name: 'Batch of 2 Macs' }).waitFor();
    await page.getByText('All Macs that failed with the selected cause.').waitFor();
    await page.getByText('2 of 2 verified').first().waitFor();
    await navigate('Failures');
    expect(await becomesVisible(page.getByText('No failures'), 60_000)).toBe(true);
    await until(async () => {
      const [redistribution] = await apiClient(installation).redistributions(chosen[0]?.id ?? '');
      return redistribution?.state === 'verified';
    });
  });
});
