// The table of every key of show.toml, as the program has it: what forms are made of.
// SPDX-License-Identifier: Apache-2.0
import { ref, type Ref } from 'vue';
import { fetchJson } from '../shared/command';
import type { Value } from './api';

export type Kind = 'text' | 'number' | 'yes_no' | 'choice' | 'lines' | 'rate' | 'crop';
export interface SchemaField {
  key: string;
  kind: Kind;
  required: boolean;
  least: number;
  most: number;
  choices: string[];
  usual: Value;
  example: string;
  at_once: boolean;
  zh: string;
  en: string;
}
export interface SchemaTable {
  name: string;
  is_list: boolean;
  zh: string;
  en: string;
  fields: SchemaField[];
}

const tables: Ref<SchemaTable[]> = ref([]);
// Read once; empty until then.
export function useSchema(): Ref<SchemaTable[]> {
  if (tables.value.length === 0) void fetchJson<{ tables: SchemaTable[] }>('/api/setup/schema').then((said) => (tables.value = said?.tables ?? []));
  return tables;
}

// The help begins with what the key is called: "画面宽，像素，要是偶数" is "画面宽" and the rest.
export function wordsOf(help: string): { label: string; note: string } {
  const at = help.search(/[，：；]|, |: |; /);
  if (at < 0) return { label: help, note: '' };
  const rest = help.slice(at).replace(/^[，：；,:;\s]+/, '');
  // a note in English is a sentence of its own now
  return { label: help.slice(0, at), note: /[\u4e00-\u9fff]/.test(help) ? rest : rest.charAt(0).toUpperCase() + rest.slice(1) };
}

// As it stands in a field, and what was typed there as the program takes it.
export function shownValue(value: Value): string {
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value.join(', ') : value.join('\n');
  return value === null ? '' : String(value);
}
export function typedValue(kind: Kind, text: string): Value {
  const plain = text.trim();
  if (kind === 'lines') {
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }
  if (kind === 'text' || kind === 'choice') return plain;
  if (kind === 'yes_no') return plain === 'true';
  if (plain === '') return null;
  if (kind === 'crop') {
    const parts = plain.split(/[\s,，、]+/).map(Number);
    return parts.every((one) => Number.isFinite(one)) ? parts : plain;
  }
  // as it stands where it is no number, so that the program says what is wrong
  return (kind === 'rate' ? /^\d{1,3}(\.\d{1,3})?$/ : /^-?\d{1,15}$/).test(plain) ? Number(plain) : plain;
}
