// The same messages that the C++ tests hold against what the program says.
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// no `new URL(path, import.meta.url)`: for tests with a DOM that is made an address of the page
const folder = join(dirname(fileURLToPath(import.meta.url)), '../../tests/cases/wire');
export const wireText = (name: string): string => readFileSync(join(folder, `${name}.json`), 'utf8');
export const wireCase = <T>(name: string): T => JSON.parse(wireText(name)) as T;
export const wireNames = (): string[] => readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
