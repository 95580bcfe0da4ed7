// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { drawCurve, type CurvePoints } from '../control/curve';
import { numbersOf, type Figures } from '../control/numbers';
import { leavesOf, onAirLeaf } from '../prompter/leaf';
import type { Show, State } from '../shared/wire';
import { wireCase } from './cases';

describe('the follower curve', () => {
  const points: CurvePoints = [[0, 0, 1280, 3], [10, 0, 1280, 4], [20, 2, 1282, 5], [30, 2, 1282, 5]];
  it('goes from the first point to the last, and has a dot where somebody came', () => {
    const drawn = drawCurve(points, 120, 44)!;
    expect(drawn.line).toBe('4,40 41.3,40 78.7,4 116,4');
    expect(drawn.dots).toEqual([{ x: 78.7, y: 4 }, { x: 116, y: 4 }]);
  });
  it('is nothing where nothing can be drawn', () => {
    expect(drawCurve([], 120, 44)).toBeNull();
    expect(drawCurve(points.slice(0, 1), 120, 44)).toBeNull();
  });
  it('stays in its box when people leave', () => {
    const drawn = drawCurve([[0, 0, 9, 0], [10, -3, 6, 0]], 120, 44)!;
    expect(drawn.line).toBe('4,4 116,40');
  });
});

describe('the numbers behind the words', () => {
  const figures = wireCase<Figures>('stats-live');
  it('are those of the program', () => {
    expect(numbersOf(figures)).toContainEqual({ key: 'work.n_bitrate', name: '抖音', value: '2510 kbps' });
    expect(numbersOf(figures)).toContainEqual({ key: 'work.n_missed', name: '', value: '0' });
  });
  it('leave out what was not measured', () => {
    const bare = numbersOf({ frames: { missed: 1, skipped: 2 }, encoder: { name: null, frame_ms: null } });
    expect(bare.map((one) => one.key)).toEqual(['work.n_missed', 'work.n_skipped']);
  });
});

describe('the leaf of the teleprompter', () => {
  const show = wireCase<Show>('show');
  const state = wireCase<State>('state-live');
  it('is that of what is on air', () => {
    expect(onAirLeaf(state, show)).toMatchObject({ isOn: true, leaf: { key: 'product orange', script: expect.stringContaining('脐橙') } });
    const story = { ...state, layers: [...state.layers, { layer: 'caption', id: 'kitchen' }] };
    expect(onAirLeaf(story, show)).toMatchObject({ isOn: true, leaf: { key: 'caption kitchen' } });
  });
  it('is that of what comes next while nothing is on', () => {
    expect(onAirLeaf({ ...state, layers: [] }, show)).toMatchObject({ isOn: false, leaf: { key: 'product dumpling' } });
    expect(onAirLeaf({ ...state, layers: [], cues: { next: null, rotation_s: null } }, show).leaf).toBeNull();
  });
  it('can be turned to by hand', () => {
    expect(leavesOf(show)).toHaveLength(show.products.length + show.captions.length);
  });
});
