// The same messages that the C++ tests hold against what the program says.
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../tests/cases/wire/', import.meta.url);
export const wireText = (name: string): string => readFileSync(new URL(`${name}.json`, folder), 'utf8');
export const wireCase = <T>(name: string): T => JSON.parse(wireText(name)) as T;
export const wireNames = (): string[] => readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
