// @vitest-environment happy-dom
// An evening whose ledger cannot be read: its recordings are there, nothing of it is counted, and nobody takes that for zero.
// SPDX-License-Identifier: Apache-2.0
import { mount } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Component } from 'vue';
import ChatPane from '../review/ChatPane.vue';
import { eveningKey, type EveningDesk } from '../review/desk';
import { drawFanWords, drawLanes, type Picture } from '../review/drawLanes';
import EveningBar from '../review/EveningBar.vue';
import ExportMenu from '../review/ExportMenu.vue';
import { layout } from '../review/lanes';
import LibraryView from '../review/LibraryView.vue';
import SummaryCards from '../review/SummaryCards.vue';
import type { Evening, Library, Listed, Summary } from '../review/wire';
import { i18n } from '../shared/i18n';

const summary: Summary = { gained: 7, gained_before: 3, peak_watching: { value: 41, t: 1000 }, comments: 0, questions: 0, answered: 0, cards_ms: 0, drops: { count: 0, ms: 0 }, silence_ms: 0, dark_ms: 0, missed_frames: 0 };
const lanes = { gained: [], total: [], watching: [], pluses: [], products: [], captions: [], markers: [], slates: [], live: [], problems: [] };
const file = { name: 'program-000.mp4', url: '/media/0.mp4', from: 0, to: 60_000, bytes: 1_000_000, missing: false };
const evening = (told: Summary | null): Evening => ({
  id: 'b', title: '望溪村', station: '', began_wall_ms: null, live_from: null, duration_ms: 60_000, state: told ? 'ended' : 'unreadable', segments: [file], clean: [], summary: told, lanes, missing: [],
});
const listed = (more: Partial<Listed>): Listed => ({
  id: 'b', title: '望溪村', station: '', state: 'unreadable', began_wall_ms: null, duration_ms: null, gained: null, peak_watching: null, comments: null, open_notes: 0, bytes: 1, has_video: true, signed_by: null,
  problem: { zh: '账本读不出来', en: 'The ledger cannot be read' }, ...more,
});

function show(what: Component, told: Summary | null, props: object = {}, isChatLost = false): ReturnType<typeof mount> {
  const data = { evening: evening(told), chat: null, chatVersion: 1, isChatLost, signed: [], notes: [] };
  const desk = { id: 'b', data, view: { now: 0, author: '' }, seek: vi.fn() } as unknown as EveningDesk;
  return mount(what, { props, global: { plugins: [i18n], provide: { [eveningKey as symbol]: desk } } });
}
afterEach(() => {
  i18n.global.locale.value = 'zh-CN';
});

describe('an evening of its recordings alone', () => {
  it('has six cards without a figure, none of which leads anywhere', () => {
    const values = (told: Summary | null): string[] => show(SummaryCards, told).findAll('.stat-value').map((one) => one.text());
    expect(values(null)).toEqual(['–', '–', '–', '–', '–', '–']);
    expect(show(SummaryCards, null).findAll('button')).toHaveLength(0);
    const names = (told: Summary | null): string[] => show(SummaryCards, told).findAll('.stat-name').map((one) => one.text());
    expect(names(null)).toEqual(names(summary));
    expect(values(summary).slice(0, 2)).toEqual(['7', '41']);
  });
  it('says that its chat cannot be read, not that nobody wrote', () => {
    const words = (told: Summary | null, isLost = false): string => show(ChatPane, told, {}, isLost).get('.empty b').text();
    expect(words(null)).not.toBe(words(summary));
    expect(words(null)).toBe(words(summary, true));
    expect(show(ChatPane, null).find('[role=alert]').exists()).toBe(true);
    expect(show(ChatPane, summary).find('[role=alert]').exists()).toBe(false);
  });
  it('gives its recordings away and no table of it', () => {
    const links = (told: Summary | null): string[] => show(ExportMenu, told, { isHere: true, mayWrite: true }).findAll('a.export').map((one) => one.attributes('href')!);
    expect(links(null)).toEqual(['/media/0.mp4']);
    expect(links(summary)).toHaveLength(9);
  });
  it('is not compared, has no chat to take, and no day that nobody knows', () => {
    const before = listed({ id: 'a', title: '前一场', state: 'ended', began_wall_ms: 1_700_000_000_000, problem: null });
    const bar = (told: Summary | null): ReturnType<typeof mount> => show(EveningBar, told, { listed: [listed({ state: told ? 'ended' : 'unreadable', began_wall_ms: 1_700_100_000_000 }), before], mayWrite: true });
    expect(bar(null).findAll('a.button')).toHaveLength(0);
    expect(bar(summary).findAll('a.button')).toHaveLength(3);
    expect(bar(null).get('.which .clip').text()).toBe('望溪村');
    expect(bar(null).get('.pill').text()).toBe('账本打不开');
  });
  it('is listed with why, a stop between two sentences, and a way to what can be watched', () => {
    const library = (one: Listed): Library => ({ library: 'sessions', sessions: [one], disk: null });
    const list = (one: Listed): ReturnType<typeof mount> => mount(LibraryView, { props: { library: library(one), isGone: false, isHere: false, hasControl: false, words: '' }, global: { plugins: [i18n] } });
    expect(list(listed({})).get('.bad-words').text()).toBe('账本读不出来。录像还能看');
    expect(list(listed({})).get('.evening-link').attributes('href')).toBe('#evening/b');
    expect(list(listed({ has_video: false })).get('.bad-words').text()).toBe('账本读不出来');
    expect(list(listed({ has_video: false })).get('.evening-link').element.tagName).toBe('DIV');
    expect(list(listed({})).find('.month').exists()).toBe(false);
    i18n.global.locale.value = 'en';
    expect(list(listed({})).get('.bad-words').text()).toBe('The ledger cannot be read. The recordings can be watched');
  });
  it('has lanes without a word of what was not counted', () => {
    const words = (told: Summary | null): string[] => {
      const said: string[] = [];
      const context = new Proxy({}, {
        get: (_, name) => (name === 'measureText' ? (text: string) => ({ width: text.length * 8 }) : name === 'fillText' ? (text: string) => said.push(text) : () => undefined),
        set: () => true,
      }) as unknown as CanvasRenderingContext2D;
      const picture: Picture = {
        evening: evening(told), sound: null, pins: [], lanes: layout(300), span: { from: 0, to: 60_000 }, selection: null, width: 800, height: 300,
        words: { peak: (n) => `peak ${n}`, problem: () => '', card: () => '', soundComes: '', noSound: 'no sound' },
      };
      drawLanes(context, picture, {});
      drawFanWords(context, picture, {});
      return said;
    };
    expect(words(summary)).toEqual(expect.arrayContaining(['peak 41', '＋7', 'no sound']));
    expect(words(null)).toContain('no sound');
    expect(words(null).filter((one) => one.includes('peak') || one.includes('＋'))).toEqual([]);
  });
});
