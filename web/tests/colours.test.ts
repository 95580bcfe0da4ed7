// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

it.each(['dark', 'light'] as const)('has the %s colours of the design', (theme) => {
  const tokens = JSON.parse(read('../../assets/themes/tokens.json')) as { app: Record<string, Record<string, string>> };
  const css = read('../shared/tokens.css');
  const block = theme === 'dark' ? css.split(":root[data-theme='light']")[0]! : css.split(":root[data-theme='light']")[1]!;
  for (const [name, colour] of Object.entries(tokens.app[theme]!)) expect(block).toContain(`--${name}: ${colour};`);
});
