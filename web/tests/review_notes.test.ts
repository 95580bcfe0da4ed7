// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { adviceOf, bestWords, changeOf, gridOf, heightAt, stair, verdictOf } from '../review/compare';
import { parts } from '../review/found';
import { findings, mergeNotes, newNoteId, openCount, threadsOf } from '../review/notes';
import { placeOf } from '../review/place';
import { dayText, longMomentText, momentText, monthOf, signed } from '../review/times';
import type { Compared, Note, Summary } from '../review/wire';

const note = (id: string, more: Partial<Note> = {}): Note => ({ id, t: 1000, to: null, parent: null, kind: 'comment', author: '小陈', text: id, state: 'open', wall_ms: 0, edited: false, ...more });

describe('notes', () => {
  it('are there once: what the program has stands above what this page believed', () => {
    const known = [note('a', { text: '改过的', edited: true })];
    const { notes, waiting } = mergeNotes(known, [note('a'), note('b')]);
    expect(notes.map((one) => one.id)).toEqual(['a', 'b']);
    expect(notes[0]?.text).toBe('改过的');
    expect(waiting.map((one) => one.id)).toEqual(['b']);
  });
  it('stand by time, with their answers as they were written', () => {
    const all = [note('late', { t: 9000 }), note('r2', { parent: 'early', t: 100, wall_ms: 20 }), note('early', { t: 100 }), note('r1', { parent: 'early', t: 100, wall_ms: 10 }), note('deep', { parent: 'r1', wall_ms: 30 })];
    const threads = threadsOf(all, new Set(['late']));
    expect(threads.map((one) => one.note.id)).toEqual(['early', 'late']);
    expect(threads[0]?.replies.map((one) => one.id)).toEqual(['r1', 'r2', 'deep']);
    expect(threads[1]?.isWaiting).toBe(true);
  });
  it('lose no answer whose note was taken back, and survive a ring', () => {
    const threads = threadsOf([note('a', { parent: 'gone' }), note('x', { parent: 'y' }), note('y', { parent: 'x' })], new Set());
    const shown = threads.flatMap((one) => [one.note.id, ...one.replies.map((reply) => reply.id)]);
    expect(shown.sort()).toEqual(['a', 'x', 'y']);
  });
  it('count as open only what somebody wrote and nobody did', () => {
    const found = findings([{ kind: 'silence', lane: 'sound', from: 0, to: 40_000, zh: '没出声', en: 'silent' }], true);
    expect(found[0]?.text).toBe('silent');
    expect(openCount([note('a'), note('b', { state: 'done' }), note('c', { parent: 'a' }), ...found])).toBe(1);
  });
  it('get a name of their own', () => {
    const ids = new Set(Array.from({ length: 200 }, newNoteId));
    expect(ids.size).toBe(200);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

const summary = (more: Partial<Summary> = {}): Summary => ({
  gained: 6, gained_before: null, peak_watching: { value: 87, t: 0 }, comments: 236, questions: 36, answered: 29, cards_ms: 2_655_000, drops: { count: 1, ms: 14_000 }, silence_ms: 40_000, dark_ms: null, missed_frames: 0, ...more,
});
const session = (more: Partial<Summary>, at: number): Compared => ({ id: String(at), title: '', began_wall_ms: at, live_from: 0, summary: summary(more), duration_ms: 0, gained: [] });

describe('evenings side by side', () => {
  it('take fewer drop-outs and less silence for better, and more fans', () => {
    const before = summary({ gained: 4, drops: { count: 3, ms: 1 }, silence_ms: 115_000 });
    expect(changeOf('gained', summary(), before)).toEqual({ by: 2, isUp: true, isBetter: true });
    expect(changeOf('drops', summary(), before)).toEqual({ by: -2, isUp: false, isBetter: true });
    expect(changeOf('silence', summary(), before)?.isBetter).toBe(true);
    expect(changeOf('comments', summary({ comments: 100 }), before)?.isBetter).toBe(false);
  });
  it('say nothing where nothing is known or nothing changed', () => {
    expect(changeOf('peak', summary({ peak_watching: null }), summary())).toBeNull();
    expect(changeOf('gained', summary(), summary())).toBeNull();
    expect(changeOf('answered', summary({ questions: 0, answered: 0 }), summary())).toBeNull();
  });
  it('judge the whole row', () => {
    const row = [session({ gained: 6, drops: { count: 1, ms: 0 } }, 3), session({ gained: 4, drops: { count: 3, ms: 0 } }, 2), session({ gained: 2, drops: { count: 6, ms: 0 } }, 1)];
    expect(verdictOf(row)).toEqual({ tone: 'better', gained: [2, 4, 6], drops: [6, 3, 1] });
    expect(verdictOf([...row].reverse()).tone).toBe('worse');
    expect(verdictOf([row[0]!, session({ gained: 4, drops: { count: 0, ms: 0 } }, 2)]).tone).toBe('mixed');
    expect(verdictOf([row[0]!, session({ gained: 6, drops: { count: 4, ms: 0 } }, 2)]).tone).toBe('better'); // as many came, fewer drop-outs
    expect(verdictOf([row[0]!, session({ gained: 6, drops: { count: 1, ms: 0 } }, 2)]).tone).toBe('same');
    expect(verdictOf([session({ gained: null }, 2), session({ gained: null }, 1)]).tone).toBe('same');
  });
  it('advise on what was missing most', () => {
    expect(adviceOf(summary()).key).toBe('review.compare.try_answer');
    expect(adviceOf(summary({ answered: 36 })).key).toBe('review.compare.try_talk');
    expect(adviceOf(summary({ drops: { count: 2, ms: 1 } })).key).toBe('review.compare.try_network');
    expect(adviceOf(summary({ answered: 36, silence_ms: null })).key).toBe('review.compare.try_keep');
  });
  it('draw a stair: a follower came at once, not bit by bit', () => {
    expect(stair([[0, 0], [100, 1], [300, 2]], (t) => t, (n) => 10 - n, 400)).toBe('0.0,10.0 100.0,10.0 100.0,9.0 300.0,9.0 300.0,8.0 400.0,8.0');
  });
  it('have few lines across and room above the highest', () => {
    for (const high of [0, 1, 6, 7, 87, 999, 123_456]) {
      const grid = gridOf(high);
      expect(grid.length).toBeLessThanOrEqual(6);
      expect(grid.at(-1)).toBeGreaterThan(high);
    }
  });
});

describe('the words around it', () => {
  it('mark what was searched for', () => {
    expect(parts('干蘑菇和鲜蘑菇', '蘑菇').map((one) => [one.text, one.isHit])).toEqual([['干', false], ['蘑菇', true], ['和鲜', false], ['蘑菇', true]]);
    expect(parts('Hello', 'ell')[1]?.text).toBe('ell');
    expect(parts('没有', '')).toEqual([{ text: '没有', isHit: false }]);
  });
  it('write moments and days', () => {
    expect([24_000, 2_490_000, 4_398_999].map(momentText)).toEqual(['0:24', '41:30', '1:13:18']);
    expect(longMomentText(24_000)).toBe('0:00:24');
    expect([3, -1, 0].map(signed)).toEqual(['+3', '−1', '0']);
    const day = new Date(2026, 10, 23, 14, 30).getTime();
    expect(dayText(day, 'zh-CN', day)).toBe('11 月 23 日');
    expect(dayText(0, 'zh-CN', day)).toBe('');
    expect(dayText(day, 'zh-CN', day + 4e10)).toBe('2026 年 11 月 23 日');
    expect(monthOf(day)).toBe('2026-11');
  });
  it('lead to an evening, a moment, a comparison, and home from nonsense', () => {
    expect(placeOf('#evening/2026%2D%E6%9E%9C/73000')).toEqual({ view: 'evening', id: '2026-果', at: 73_000 });
    expect(placeOf('#evening/a')).toEqual({ view: 'evening', id: 'a', at: null });
    expect(placeOf('#compare/a,b,a')).toEqual({ view: 'compare', ids: ['a', 'b'] });
    for (const odd of ['', '#', '#evening', '#compare/a', '#%']) expect(placeOf(odd).view).toBe('library');
    expect(placeOf('#evening/%E6%')).toEqual({ view: 'evening', id: '%E6%', at: null });
  });
});

it('a ring says what was shown when most came, in a few letters, at the height of the curve', () => {
  const at = (caption: string, product = ''): Compared => ({ ...session({}, 1), best: { t: 5000, came: 2, caption, product } });
  expect(bestWords(at('村口的水缸，1935 年'))).toBe('村口的水缸');
  expect(bestWords(at('', '高山红心果冻橙'))).toBe('高山红心果冻橙');
  expect(bestWords(at('一二三四五六七八九十甲乙丙丁'))).toBe('一二三四五六七八九十甲…');
  expect(bestWords({ ...session({}, 1), best: null })).toBe('');
  expect([0, 9, 10, 25].map((t) => heightAt([[0, 0], [10, 2], [20, 5]], t))).toEqual([0, 0, 2, 5]);
});
