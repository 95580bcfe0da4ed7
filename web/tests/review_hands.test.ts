// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EveningDesk } from '../review/desk';
import { takeHands, type Hands } from '../review/gestures';
import { press } from '../review/keys';
import { foundAt, gainedAt, layout, pinsOf, scales } from '../review/lanes';
import type { Evening, Note } from '../review/wire';

const evening = {
  duration_ms: 600_000,
  lanes: {
    gained: [[0, 0], [100_000, 1], [300_000, 2]], total: [], watching: [[0, 4], [300_000, 20]],
    pluses: [{ t: 100_000, seq: 1, name: '春燕', platform: 'x', by: 'feed' }, { t: 300_000, seq: 2, name: '小陈', platform: 'x', by: 'feed' }],
    products: [{ id: 'p', number: 3, title: '果冻橙', from: 200_000, to: 260_000, questions: 2, gained: 0, spoken_ms: 60_000 }],
    captions: [], markers: [{ t: 50_000, to: null, note: '记一下', by: '刘姐' }], slates: [], live: [], problems: [],
  },
} as unknown as Evening;
const written: Note = { id: 'n', t: 400_000, to: null, parent: null, kind: 'task', author: '王老师', text: '没报价', state: 'open', wall_ms: 0, edited: false };

describe('what lies under a finger', () => {
  const lanes = layout(254);
  const span = { from: 0, to: 600_000 };
  const width = 1200;
  const pins = pinsOf(evening, [written]);
  const at = (t: number, lane: string, y?: number): ReturnType<typeof foundAt> => {
    const one = lanes.find(({ name }) => name === lane)!;
    return foundAt(evening, pins, lanes, span, width, t / 500, y ?? one.y + one.height / 2);
  };
  it('is a follower at the dot of the curve, and not far above it', () => {
    const fans = lanes.find(({ name }) => name === 'fans')!;
    const y = scales(evening, fans).gained(gainedAt(evening, 300_000));
    expect(at(303_000, 'fans', y)).toMatchObject({ what: 'plus', plus: { name: '小陈' }, others: 0 });
    expect(at(300_000, 'fans', fans.y + fans.height - 4).what).toBe('nothing');
    expect(at(200_000, 'fans').what).toBe('nothing');
  });
  it('is the card, the note, the mark of that place, and nothing beside them', () => {
    expect(at(230_000, 'products')).toMatchObject({ what: 'card', card: { number: 3 } });
    expect(at(270_000, 'products').what).toBe('nothing');
    expect(at(402_000, 'marks')).toMatchObject({ what: 'pin', pin: { note: { id: 'n' }, look: 'warn' } });
    expect(at(50_000, 'marks')).toMatchObject({ what: 'pin', pin: { marker: { note: '记一下' } } });
    expect(at(50_000, 'sound').what).toBe('nothing');
  });
  it('fills whatever height there is, without gaps', () => {
    for (const height of [236, 254, 318, 600]) {
      const all = layout(height);
      for (let i = 1; i < all.length; ++i) expect(all[i]!.y).toBe(all[i - 1]!.y + all[i - 1]!.height);
      expect(Math.abs(all.at(-1)!.y + all.at(-1)!.height - Math.max(height, 238))).toBeLessThanOrEqual(4);
    }
  });
});

describe('hands on the axis', () => {
  let off: (() => void) | null = null;
  afterEach(() => off?.());
  const take = (): { element: HTMLElement; hands: { [name in keyof Hands]: ReturnType<typeof vi.fn> }; send: (type: string, x: number, y: number, more?: object) => void } => {
    const element = document.createElement('div');
    element.setPointerCapture = () => undefined;
    const hands = { press: vi.fn(), draw: vi.fn(), push: vi.fn(), zoom: vi.fn(), hover: vi.fn() };
    off = takeHands(element, () => 28, hands);
    const send = (type: string, x: number, y: number, more: object = {}): void => {
      const event = Object.assign(new Event(type, { cancelable: true }), { clientX: x, clientY: y, pointerId: 1, pointerType: 'mouse', button: 0, ...more });
      element.dispatchEvent(event);
    };
    return { element, hands, send };
  };
  it('a press that does not move seeks; a shaking hand is no drag', () => {
    const { hands, send } = take();
    send('pointerdown', 100, 80);
    send('pointermove', 103, 81);
    send('pointerup', 103, 81);
    expect(hands.press).toHaveBeenCalledWith(100, 80);
    expect(hands.draw).not.toHaveBeenCalled();
  });
  it('the mouse draws a part on the lanes and pushes on the scale; a finger pushes everywhere', () => {
    const { hands, send } = take();
    send('pointerdown', 100, 80);
    send('pointermove', 200, 80);
    send('pointerup', 220, 80);
    expect(hands.draw).toHaveBeenLastCalledWith(100, 220, true);
    send('pointerdown', 100, 10);
    send('pointermove', 130, 10);
    send('pointerup', 130, 10);
    expect(hands.push).toHaveBeenLastCalledWith(-30);
    send('pointerdown', 100, 80, { pointerType: 'touch' });
    send('pointermove', 90, 80, { pointerType: 'touch' });
    expect(hands.push).toHaveBeenLastCalledWith(10);
    expect(hands.press).not.toHaveBeenCalled();
  });
  it('two fingers zoom around their middle and press nothing', () => {
    const { hands, send } = take();
    const finger = (id: number): object => ({ pointerId: id, pointerType: 'touch' });
    send('pointerdown', 100, 80, finger(1));
    send('pointerdown', 200, 80, finger(2));
    send('pointermove', 300, 80, finger(2));
    expect(hands.zoom).toHaveBeenLastCalledWith(2, 200);
    send('pointerup', 300, 80, finger(2));
    send('pointerup', 100, 80, finger(1));
    expect(hands.press).not.toHaveBeenCalled();
  });
  it('the wheel zooms where it is, and with Shift it pushes', () => {
    const { hands, send } = take();
    send('wheel', 400, 80, { deltaX: 0, deltaY: -100, deltaMode: 0, shiftKey: false });
    expect(hands.zoom.mock.calls[0]![0]).toBeGreaterThan(1);
    expect(hands.zoom.mock.calls[0]![1]).toBe(400);
    send('wheel', 400, 80, { deltaX: 0, deltaY: 60, deltaMode: 0, shiftKey: true });
    expect(hands.push).toHaveBeenLastCalledWith(60);
  });
});

describe('the keys', () => {
  const take = (now: number, selection: EveningDesk['view']['selection'] = null) => {
    const desk = { view: { now, selection }, data: { evening }, step: vi.fn(), toggle: vi.fn(), faster: vi.fn(), select: vi.fn(), openPlus: vi.fn(), closeAside: vi.fn() };
    const deeds = { comment: vi.fn(), help: vi.fn(), zoom: vi.fn(), all: vi.fn() };
    return { desk, deeds, key: (key: string, isShifted = false) => press(key, isShifted, desk as unknown as EveningDesk, deeds) };
  };
  it('step by one second, with Shift by ten', () => {
    const { desk, key } = take(5000);
    key('ArrowLeft');
    key('ArrowRight', true);
    expect(desk.step.mock.calls).toEqual([[-1000], [10_000]]);
  });
  it('go from follower to follower', () => {
    const { desk, key } = take(100_000);
    key('ArrowDown');
    expect(desk.openPlus).toHaveBeenLastCalledWith(evening.lanes.pluses[1], 0);
    key('ArrowUp');
    expect(desk.openPlus).toHaveBeenCalledTimes(1); // there is none before
  });
  it('set the ends of a part, in either order', () => {
    const first = take(90_000);
    first.key('i');
    expect(first.desk.select).toHaveBeenLastCalledWith({ from: 90_000, to: 120_000 });
    const end = take(110_000, { from: 90_000, to: 120_000 });
    end.key('O');
    expect(end.desk.select).toHaveBeenLastCalledWith({ from: 90_000, to: 110_000 });
    const later = take(300_000, { from: 90_000, to: 120_000 });
    later.key('i');
    expect(later.desk.select).toHaveBeenLastCalledWith({ from: 300_000, to: 330_000 });
  });
  it('leave alone what they do not know', () => {
    expect(take(0).key('q')).toBe(false);
    expect(take(0).key('?')).toBe(true);
  });
});
