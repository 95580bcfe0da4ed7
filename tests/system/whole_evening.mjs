// An evening from the first start to its summary, on real footage, as a person presses it: in Chinese and in English, on the
// laptop and at a phone's size. The platform sees the stream, goes away and comes back.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { browser, pictures } from './browser.mjs';
import { faults_of } from './fit.mjs';
import { Platform } from './platform.mjs';
import { expect, Ingest, ledger, Program, repository, temporary_folder, until } from './support.mjs';

// A man at his desk, who talks, in picture and sound.
const footage = '/usr/share/forensics-samples/original-files/movie2/movie-hello.mp4';
const key = 'stream-canary-9c2e7a41f0';
const sizes = {
  laptop: { viewport: { width: 1366, height: 768 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

// The words of the pages, by their names.
function words_of(locale) {
  const all = JSON.parse(fs.readFileSync(path.join(repository, `assets/locale/${locale}.json`), 'utf8'));
  return (name, values = {}) => name.split('.').reduce((at, part) => at[part], all).replace(/\{(\w+)\}/g, (_, one) => values[one]);
}

const shown = async (program, layer) => (await program.state()).layers.find((one) => one.layer === layer)?.id ?? null;
const stands = (program, layer, id) => until(`${layer} is ${id}`, async () => (await shown(program, layer)) === id, { seconds: 15 });

for (const locale of ['zh-CN', 'en']) {
  for (const [size, screen] of Object.entries(sizes)) {
    test(`first start to summary, ${locale}, ${size}`, async () => {
      const t = words_of(locale);
      const folder = temporary_folder();
      const platform = await Platform.open({ only_key: key });
      const program = await Program.live(folder, null, ['--source', `file:${footage}`]);
      const context = await browser.newContext({ ...screen, locale, colorScheme: locale === 'en' ? 'dark' : 'light' });
      context.setDefaultTimeout(40000);
      await context.addInitScript((own) => localStorage.getItem('xiangbo.locale') ?? localStorage.setItem('xiangbo.locale', own), locale);
      const page = await context.newPage();
      const errors = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      const keep = async (moment) => {
        await page.screenshot({ path: path.join(pictures, `whole-${size}-${locale}-${moment}.png`) });
        const faults = await faults_of(page);
        expect(faults.length === 0, `${moment}: everything can be read and pressed`, faults);
      };
      const press = (name, exact = true) => page.getByRole('button', { name, exact }).first().click();
      // on a phone all that is on the laptop's one page is in four tabs
      const go_to = async (tab) => {
        if (size === 'phone') await page.getByRole('tab', { name: t(`tabs.${tab}`) }).click();
      };

      // what is seen and heard, the village, where to
      await page.goto(program.control);
      await page.waitForURL('**/start.html');
      await page.getByText(t('walk.seen')).waitFor();
      await page.getByText(t('walk.heard')).waitFor();
      await keep('1-devices');
      await press(t('walk.next_seen'));
      await page.locator('section.start-step').getByRole('heading', { name: t('walk.village') }).waitFor();
      await keep('2-village');
      await press(t('walk.next'));
      await page.locator('#walk-address').fill(`${platform.url}/${key}`);
      await page.locator('#walk-address').press('Tab');
      await page.getByText(t('walk.key')).waitFor();
      const start = page.locator('.start-live');
      await until('the platform was asked and the button is the one to press', async () => /primary/.test(await start.getAttribute('class')) && (await start.isEnabled()), { seconds: 90 });
      await keep('3-where-to');
      await start.click();
      await page.waitForURL(program.control);
      await until('the platform sees it', async () => (await program.state()).state === 'live' && platform.arrived().length > 0, { seconds: 40 });
      await page.locator('.badge.live').waitFor();
      await keep('4-live');

      // goods, captions, 3-2-1
      const { products, captions } = await program.get('api/show');
      const [first, second] = products;
      const caption = captions.find((one) => one.kind === 'heritage') ?? captions[0];
      await go_to('products');
      await press(`${t('show.on')} ${first.name}`);
      await stands(program, 'product_card', first.id);
      await keep('5-product');
      await go_to('captions');
      await press(`${t('show.on')} ${caption.title}`);
      await stands(program, 'caption', caption.id);
      await until('the card made room', async () => (await shown(program, 'product_card')) === null);
      await press(`${t('show.off')} ${caption.title}`);
      await stands(program, 'caption', null);
      await go_to('products');
      await page.locator('.product').nth(1).click({ position: { x: 60, y: 20 } });
      await page.locator('.count').click();
      await stands(program, 'countdown', second.id);
      await keep('6-count');
      await stands(program, 'product_card', second.id);

      // somebody who is not to be read
      const ingest = await Ingest.open(program);
      const said = await ingest.send({ kind: 'chat', platform: 'test', id: 'spam', user: { id: 'u', name: '路过的人' }, text: '二手手机便宜卖' });
      expect(said.ok === 'spam', 'it came', said);
      await ingest.send({ kind: 'follow', platform: 'test', id: 'f1', user: { id: 'v', name: '春燕' } });
      await go_to('chat');
      await page.getByText('二手手机便宜卖').click();
      await press(t('work.hide'));
      await press(t('work.why_ad'));
      await page.getByText('二手手机便宜卖').waitFor({ state: 'detached' });
      await keep('7-hidden');

      // a marker
      await go_to('picture');
      await press(t('slate.mark'), false);
      await until('it is told', async () => (await page.getByText(t('slate.marked')).count()) > 0);

      // the platform goes and comes back
      await platform.kill();
      await page.locator('.badge.reconnecting').waitFor();
      await page.getByRole('button', { name: t('go.try_now') }).waitFor();
      await keep('8-cut-off');
      await platform.begin();
      await page.locator('.badge.live').waitFor();

      // the end
      const { session } = await program.state();
      const ending = page.getByRole('button', { name: new RegExp(t('go.hold')) });
      await ending.scrollIntoViewIfNeeded();
      await ending.hover();
      await page.mouse.down();
      await page.locator('.badge.ended').waitFor();
      await page.mouse.up();
      await page.getByText(t('summary.lead')).waitFor();
      await page.locator('.tiles > *', { hasText: t('review.card.drops') }).getByText(t('summary.times', { n: 1 })).first().waitFor();
      await keep('9-summary');
      expect(errors.length === 0, 'no error on the pages', errors);
      ingest.close();
      await context.close();
      await program.end();
      await platform.end();
      const kept = await ledger(session.folder, 'select kind, json from entries');
      const has = (words) => kept.some((row) => JSON.stringify(row).includes(words));
      expect(has('product.show') && has('caption.show') && has('countdown') && has('marker'), 'the ledger has what was pressed', [...new Set(kept.map((row) => row.kind))]);
      expect(!has(key), 'and no stream key', '');
    });
  }
}
