// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import en from '../../assets/locale/en.json';
import zh from '../../assets/locale/zh-CN.json';
import { badgeOf, bannerOf, pillsOf, previewLabel, sourceWords } from '../shared/status';
import type { State } from '../shared/wire';
import { wireCase, wireNames } from './cases';

type Tree = { [key: string]: string | Tree };
const flat = (tree: Tree, path = ''): Record<string, string> =>
  Object.entries(tree).reduce<Record<string, string>>(
    (all, [key, value]) => (typeof value === 'string' ? { ...all, [path + key]: value } : { ...all, ...flat(value, `${path}${key}.`) }),
    {},
  );
const texts = { zh: flat(zh as Tree), en: flat(en as Tree) };
const slots = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

describe('the texts', () => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(texts.en).sort()).toEqual(Object.keys(texts.zh).sort());
  });
  it.each(Object.keys(texts.zh))('%s is written in both, with the same places', (key) => {
    expect(texts.zh[key]).toMatch(/\S/);
    expect(texts.en[key]).toMatch(/\S/);
    expect(slots(texts.en[key]!)).toEqual(slots(texts.zh[key]!));
    expect(texts.en[key]).not.toMatch(/[\u4e00-\u9fff]/);
  });
  it('have no superlatives that advertising law forbids', () => {
    for (const text of Object.values(texts.zh)) expect(text).not.toMatch(/第一名|全网最低|最好|最低价/);
  });
});

describe('the page', () => {
  const files = ['control', 'desk', 'prompter', 'audience', 'pair', 'setup', 'review', 'shared', 'shows', 'start'].flatMap((folder) =>
    readdirSync(new URL(`../${folder}/`, import.meta.url)).map((name) => ({
      name,
      text: readFileSync(new URL(`../${folder}/${name}`, import.meta.url), 'utf8'),
    })),
  );
  it('uses only keys that exist', () => {
    const missing: string[] = [];
    for (const { name, text } of files)
      for (const [, key] of text.matchAll(/\bt\(\s*'([a-z_.]+)'/g)) if (!(key! in texts.zh)) missing.push(`${name}: ${key}`);
    expect(missing).toEqual([]);
  });
  it.each(['127.0.0.1:7181', '0.0.0.0:7181'])('has words for every state, pill, label and banner (audience at %s)', (audience) => {
    for (const name of wireNames().filter((one) => one.startsWith('state-'))) {
      const state = { ...wireCase<State>(name), audience };
      const label = previewLabel(state);
      const keys = [
        `state.${state.state}`,
        badgeOf(state).key,
        label.key,
        ...(label.second ? [label.second] : []),
        ...pillsOf(state, true).map((pill) => pill.key),
        ...(bannerOf(state)?.keys ?? []),
        ...state.outputs.map((output) => `output.${output.state}`),
        ...state.chat.map((source) => sourceWords(source).key),
      ];
      for (const key of keys) expect(texts.zh, `${name}: ${key}`).toHaveProperty([key]);
    }
  });
  it('writes no words into the templates', () => {
    for (const { name, text } of files.filter((file) => file.name.endsWith('.vue'))) {
      const template = text.slice(text.indexOf('<template>')).replace(/>中</g, '><');
      expect(template, name).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });
  it('asks nothing of the outside world and never renders text as markup', () => {
    for (const { name, text } of files) {
      expect(text, name).not.toMatch(/https?:\/\//);
      if (name !== 'AppIcon.vue') expect(text, name).not.toMatch(/v-html|innerHTML/);
    }
  });
});
