// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Knocks } from '../setup/knock';

const url = 'rtmp://push.example.com/live';
const answers = (body: object): void => {
  vi.stubGlobal('fetch', () => Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve(body) }));
};
afterEach(() => vi.unstubAllGlobals());

describe('a push address that is tried', () => {
  it('answers, or is at least a name', async () => {
    const knocks = new Knocks();
    answers({ ok: true, knows_application: true, took_ms: 31 });
    const asked = knocks.ask('抖音', url);
    expect(knocks.of('抖音', url)?.how).toBe('asking');
    expect(knocks.isThere('抖音', url)).toBe(false);
    await asked;
    expect(knocks.of('抖音', url)).toMatchObject({ how: 'there', ms: 31 });
    answers({ ok: true, knows_application: false, took_ms: 2 });
    await knocks.ask('抖音', url);
    expect(knocks.of('抖音', url)?.how).toBe('named');
    expect(knocks.isThere('抖音', url)).toBe(true);
  });
  it('is away with the reason in both languages', async () => {
    const knocks = new Knocks();
    answers({ ok: false, code: 'output.unreachable', zh: '连不上平台', en: 'The platform cannot be reached' });
    await knocks.ask('抖音', url);
    expect(knocks.of('抖音', url)).toMatchObject({ how: 'away', words: { zh: '连不上平台' } });
    expect(knocks.isThere('抖音', url)).toBe(false);
  });
  it('is not known any more once it is another one', async () => {
    const knocks = new Knocks();
    answers({ ok: true, knows_application: true, took_ms: 1 });
    const first = knocks.ask('抖音', url);
    const second = knocks.ask('抖音', `${url}2`);
    await Promise.all([first, second]);
    expect(knocks.of('抖音', url)).toBeNull();
    expect(knocks.isThere('抖音', `${url}2`)).toBe(true);
  });
});
