// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { computed } from 'vue';
import type { Actions } from '../control/actions';
import { eveningId, findingsOf, namesOf, toldOf } from '../control/afterwards';
import EndedSummary from '../control/EndedSummary.vue';
import type { Evening, Problem } from '../review/wire';
import { i18n } from '../shared/i18n';
import { deskKey } from '../shared/station';
import { fakeDesk } from './desk';

const card = (id: string, from: number, to: number, gained = 0) => ({ id, number: 1, title: `商品 ${id}`, from, to, questions: 0, gained, spoken_ms: 0 });
const problem = (kind: string, from: number, to: number): Problem => ({ kind, lane: 'live', from, to, zh: kind, en: kind });
const plus = (t: number, name: string) => ({ t, seq: t, name, platform: 'test', by: 'feed' });
const evening = (summary: object = {}, lanes: object = {}): Evening => ({
  id: 'e', title: 'e', station: '村', began_wall_ms: 1_700_000_000_000, live_from: 0, duration_ms: 600_000, state: 'ended', segments: [], clean: [], missing: [],
  summary: { gained: 0, gained_before: null, peak_watching: null, comments: 4, questions: 0, answered: 0, cards_ms: 0, drops: { count: 0, ms: 0 }, silence_ms: 0, dark_ms: 0, missed_frames: 0, ...summary },
  lanes: { gained: [], total: [], watching: [], pluses: [], products: [], captions: [], markers: [], slates: [], live: [], problems: [], ...lanes },
});
const found = (one: Evening) => findingsOf(one, []).map(({ name }) => name);

describe('the evening afterwards', () => {
  it('is found by its folder', () => {
    expect(eveningId('/home/刘/sessions/2026-05-01T1930-竹园村/')).toBe('2026-05-01T1930-竹园村');
    expect(eveningId(null)).toBeNull();
  });
  it('adds up a product that was shown again, the longest first', () => {
    expect(toldOf(evening({}, { products: [card('a', 0, 10), card('b', 10, 25, 1), card('a', 30, 50, 2)] })).map(({ id, ms, gained }) => [id, ms, gained])).toEqual([['a', 30, 2], ['b', 15, 1]]);
  });
  it('names everybody once, and nobody without a name', () => {
    expect(namesOf(evening({}, { pluses: [plus(1, '春燕'), plus(2, ''), plus(3, '春燕'), plus(4, '阿布')] }))).toEqual(['春燕', '阿布']);
  });
  it('tells what was missing before what went well', () => {
    const one = evening(
      { questions: 9, answered: 2, silence_ms: 40_000, drops: { count: 1, ms: 14_000 } },
      { problems: [problem('silence', 0, 40_000), problem('outage', 100_000, 114_000)], captions: [{ id: 'c', text: '老水缸，讲一讲', from: 50, to: 90 }], pluses: [plus(60, '春燕'), plus(70, '阿布')] },
    );
    expect(found(one)).toEqual(['unanswered', 'silent_start', 'caption', 'drops']);
    const [first, , best] = findingsOf(one, [{ text: '能寄到哪里', count: 5, first: 1, last: 9 }]);
    expect(first!.noteValues).toEqual({ n: 5, text: '能寄到哪里' });
    expect(best!.noteValues).toEqual({ n: 2, text: '老水缸' });
  });
  it('says that a drop-out did no harm only where it did none', () => {
    const cut = { drops: { count: 1, ms: 14_000 } };
    expect(found(evening(cut, { problems: [problem('outage', 586_000, 600_000)] }))).toEqual(['drops_many']);
    expect(found(evening(cut, { problems: [problem('outage', 1000, 15_000), problem('gap', 1000, 2000)] }))).toEqual(['drops_many']);
    expect(found(evening({ drops: { count: 4, ms: 9 } }))).toEqual(['drops_many']);
  });
  it('has something to say of an evening without fault', () => {
    expect(found(evening())).toEqual(['fine']);
  });
});

describe('the page after the end', () => {
  afterEach(() => vi.unstubAllGlobals());
  const open = async (answer: (url: string, init?: RequestInit) => Response) => {
    const desk = fakeDesk('ended');
    desk.station.state!.session.folder = '/data/sessions/e';
    vi.stubGlobal('fetch', vi.fn((url: string, init?: RequestInit) => Promise.resolve(answer(url, init))));
    const actions = { canAct: computed(() => true), start: () => undefined } as unknown as Actions;
    const page = mount(EndedSummary, { props: { actions }, global: { plugins: [i18n], provide: { [deskKey as symbol]: desk } } });
    await flushPromises();
    return page;
  };
  const json = (body: object, status = 200): Response => new Response(JSON.stringify(body), { status });

  it('has the figures of the last state where the evening may not be read', async () => {
    const page = await open(() => json({ ok: false }, 403));
    expect(page.find('.tiles').text()).toContain('录像');
    expect(page.find('.findings').exists()).toBe(false);
    page.unmount();
  });
  it('shows who came, what was shown and what to do, and keeps a word for next time', async () => {
    const sent: string[] = [];
    const page = await open((url, init) => {
      if (init?.method === 'POST') sent.push(`${url} ${String(init.body)}`);
      return json(init?.method === 'POST' ? { ok: true } : evening({ questions: 3 }, { pluses: [plus(5, '春燕')], products: [card('a', 0, 65_000, 1)] }));
    });
    expect(page.find('.hero-names').text()).toBe('春燕');
    expect(page.find('.told').text()).toContain('1:05');
    expect(page.find('.findings').text()).toContain('3 个问题没有回答');
    await page.find('.keep-word input').setValue('先说能寄到哪里');
    await page.find('.keep-word').trigger('submit');
    await flushPromises();
    expect(sent.length).toBe(1);
    expect(sent[0]).toMatch(/sessions\/e\/notes .*"kind":"task".*先说能寄到哪里/);
    expect(page.text()).toContain('记下了');
    page.unmount();
  });
});
