// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { computed } from 'vue';
import type { Actions } from '../control/actions';
import { eveningId, findingsOf, namesOf, toldOf } from '../control/afterwards';
import EndedSummary from '../control/EndedSummary.vue';
import type { Counted, Problem, Segment } from '../review/wire';
import { i18n } from '../shared/i18n';
import { deskKey } from '../shared/station';
import { fakeDesk } from './desk';

const card = (id: string, from: number, to: number, gained = 0) => ({ id, number: 1, title: `商品 ${id}`, from, to, questions: 0, gained, spoken_ms: 0 });
const problem = (kind: string, from: number, to: number): Problem => ({ kind, lane: 'live', from, to, zh: kind, en: kind });
const plus = (t: number, name: string) => ({ t, seq: t, name, platform: 'test', by: 'feed' });
const segment = (from: number, to: number, missing = false) => ({ url: `/media/${from}.mp4`, from, to, missing, bytes: 1 }) as unknown as Segment;
const evening = (summary: object = {}, lanes: object = {}): Counted => ({
  id: 'e', title: 'e', station: '村', began_wall_ms: 1_700_000_000_000, live_from: 0, duration_ms: 600_000, state: 'ended', segments: [segment(0, 600_000)], clean: [], missing: [],
  summary: { gained: 0, gained_before: null, peak_watching: null, comments: 4, questions: 0, answered: 0, cards_ms: 0, drops: { count: 0, ms: 0 }, silence_ms: 0, dark_ms: 0, missed_frames: 0, ...summary },
  lanes: { gained: [], total: [], watching: [], pluses: [], products: [], captions: [], markers: [], slates: [], live: [], problems: [], ...lanes },
});
const found = (one: Counted) => findingsOf(one).map(({ name }) => name);

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
    expect(found(one)).toEqual(['silent_start', 'unanswered', 'caption', 'drops']);
    const [, asked, best] = findingsOf(one);
    expect(asked!.values).toEqual({ n: 9, m: 2 });
    expect(best!.values).toEqual({ n: 2, text: '老水缸' });
  });
  it('says that a drop-out did no harm only where it did none', () => {
    const cut = { drops: { count: 1, ms: 14_000 } };
    const at = { problems: [problem('outage', 100_000, 114_000)] };
    expect(found(evening(cut, at))).toEqual(['drops']);
    expect(found(evening(cut, { problems: [problem('outage', 586_000, 600_000)] }))).toEqual(['drops_many']);
    expect(found({ ...evening(cut, at), segments: [segment(0, 105_000), segment(110_000, 600_000)] })).toEqual(['drops_many']);
    expect(found({ ...evening(cut, at), segments: [] })).toEqual(['drops_many']);
    expect(found(evening({ drops: { count: 4, ms: 9 } }))).toEqual(['drops_many']);
  });
  it('names other faults with the words of the program, and never says that all was well beside them', () => {
    const [fault] = findingsOf(evening({}, { problems: [problem('frozen', 1, 2), problem('gap', 3, 4)] }));
    expect(fault).toMatchObject({ name: 'faults', values: { n: 2 }, said: { zh: 'frozen' } });
    expect(found({ ...evening(), missing: [{ zh: '缺', en: 'gone' }] })).toEqual(['faults']);
    expect(found(evening({ missed_frames: 30 }))).toEqual([]);
  });
  it('knows nothing of silence and dark before they were looked for', () => {
    expect(found(evening({ silence_ms: null, dark_ms: null }))).toEqual([]);
  });
  it('tells the start apart only where most of the silence was', () => {
    const silent = (ms: number) => evening({ silence_ms: ms }, { problems: [problem('silence', 0, 20_000)] });
    expect(found(silent(30_000))).toEqual(['silent_start']);
    expect(findingsOf(silent(900_000))[0]).toMatchObject({ name: 'silent', seconds: 900 });
  });
  it('tells of a caption how many came meanwhile, not of one that always stood there', () => {
    const with_ = (to: number, text = '……老水缸，讲一讲') => evening({}, { captions: [{ id: 'c', text, from: 0, to }], pluses: [{ ...plus(60, '春燕'), gains: 3 }] });
    expect(findingsOf(with_(90))[0]!.values).toEqual({ n: 3, text: '……老水缸' });
    expect(found(with_(500_000))).toEqual(['fine']);
    expect(found(with_(90, '，。'))).toEqual(['fine']);
  });
  it('has something to say of an evening without fault', () => {
    expect(found(evening())).toEqual(['fine']);
  });
});

describe('the page after the end', () => {
  afterEach(() => vi.unstubAllGlobals());
  const open = async (answer: (url: string, init?: RequestInit) => Response, lastSeconds: number | null = null) => {
    const desk = fakeDesk('ended');
    desk.station.lastSeconds = lastSeconds;
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
  it('tells the whole Session and its break, not only the last run', async () => {
    const page = await open(() => json({ ...evening({}, { problems: [problem('interrupted', 26_000, 96_000)] }), duration_ms: 106_000 }), 10);
    expect(page.find('.hero').text()).toContain('播了 1 分 46 秒');
    expect(page.find('.hero').text()).toContain('其中断了 1 分 10 秒');
    page.unmount();
  });
  it('looks sound and picture through before it says that all was well', async () => {
    vi.useFakeTimers();
    let asked = 0;
    const page = await open((url) => {
      if (url.endsWith('/sound')) return json({ ready: ++asked > 2, progress: 0.5 });
      if (url.endsWith('/pictures')) return json({ ready: true, progress: 1 });
      return json(evening(asked > 2 ? { silence_ms: 40_000 } : { silence_ms: null }));
    });
    await vi.advanceTimersByTimeAsync(100);
    expect(page.find('.findings').text()).toContain('还在听录音');
    expect(page.text()).not.toContain('没有大毛病');
    await vi.advanceTimersByTimeAsync(5000);
    expect(page.find('.findings').text()).toContain('40 秒没出声');
    expect(page.find('.findings').text()).not.toContain('还在听录音');
    page.unmount();
    const before = asked;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toBe(before);
    vi.useRealTimers();
  });
  it('shows who came, what was shown and what to do, and keeps a word for next time', async () => {
    const sent: string[] = [];
    const page = await open((url, init) => {
      if (init?.method === 'POST') sent.push(`${url} ${String(init.body)}`);
      return json(init?.method === 'POST' ? { ok: true } : evening({ questions: 3 }, { pluses: [plus(5, '春燕')], products: [card('a', 0, 65_000, 1)] }));
    });
    expect(page.find('.hero-names').text()).toBe('春燕');
    expect(page.find('.told').text()).toContain('1:05');
    expect(page.find('.findings').text()).toContain('问了 3 次，回答了 0 次');
    await page.find('.keep-word input').setValue('先说能寄到哪里');
    await page.find('.keep-word').trigger('submit');
    await flushPromises();
    expect(sent.length).toBe(1);
    expect(sent[0]).toMatch(/sessions\/e\/notes .*"kind":"task".*先说能寄到哪里/);
    expect(page.text()).toContain('记下了');
    page.unmount();
  });
});
