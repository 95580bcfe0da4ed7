// The one Chromium of a test file, closed at its end, and where its screenshots go.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import { after } from 'node:test';
import { of_pages, temporary_folder } from './support.mjs';

const { chromium } = of_pages('playwright-core');
export const pictures = process.env.XB_PICTURES ?? temporary_folder();
fs.mkdirSync(pictures, { recursive: true });

export const browser = await chromium.launch({
  timeout: 90000,
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
after(() => browser.close());

// What the page throws and says in red goes into `errors`, but for lines that are expected.
export function note_errors(page, errors, is_expected = () => false) {
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (line) => line.type() === 'error' && !is_expected(line.text()) && errors.push(line.text()));
}
