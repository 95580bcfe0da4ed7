// @vitest-environment happy-dom
// What the phone desk offers and sends. SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { totalOf, useHand } from '../desk/hand';
import type { Args } from '../shared/command';
import { fakeDesk } from './desk';

function deskAt(state: string) {
  const desk = fakeDesk(state);
  const sent: { name: string; args: Args }[] = [];
  desk.run = (name, args = {}) => Promise.resolve(sent.push({ name, args }) > 0);
  return { desk, sent, hand: useHand(desk) };
}

describe('a typed total', () => {
  it.each([['1286', 1286], ['1,286', 1286], ['１２８６', 1286], [' 1 286 ', 1286], ['0', 0]])('%s is read', (text, total) => {
    expect(totalOf(text)).toBe(total);
  });
  it.each(['', '-1', '1.2', '1.2万', 'abc', '1e3', '9'.repeat(16)])('%s is none', (text) => {
    expect(totalOf(text)).toBeNull();
  });
});

describe('the hand', () => {
  it('adds to the chosen platform, takes back, and types a total', async () => {
    const { desk, sent, hand } = deskAt('live');
    expect(hand.platform.value).toBe(desk.station.state!.outputs[0]!.name);
    hand.add();
    expect(hand.mayTakeBack.value).toBe(true);
    hand.takeBack();
    hand.total.value = '１,３００';
    await hand.tell();
    const platform = hand.platform.value;
    expect(sent).toEqual([
      { name: 'followers.add', args: { platform } },
      { name: 'followers.add', args: { platform, count: -1 } },
      { name: 'followers.total', args: { platform, total: 1300 } },
    ]);
    expect(hand.total.value).toBe('');
  });
  it('does nothing while nothing is on air or the program is away', async () => {
    const ready = deskAt('ready');
    ready.hand.add();
    ready.hand.total.value = '7';
    await ready.hand.tell();
    const lost = deskAt('live');
    lost.desk.station.isConnected = false;
    await nextTick();
    lost.hand.add();
    lost.hand.takeBack();
    expect([...ready.sent, ...lost.sent]).toEqual([]);
  });
  it('can take nothing back where nothing was added', () => {
    const { desk, hand } = deskAt('live');
    desk.station.state = { ...desk.station.state!, by_hand: [] };
    expect(hand.mayTakeBack.value).toBe(false);
  });
  it('shows what was done last first', () => {
    const { desk, hand } = deskAt('live');
    const one = desk.station.state!.by_hand[0]!;
    desk.station.state = { ...desk.station.state!, by_hand: [one, { ...one, seq: 50, add: -1 }] };
    expect(hand.entries.value.map((entry) => entry.seq)).toEqual([50, one.seq]);
  });
  it('works by keys, but not while somebody types', () => {
    const { sent, hand } = deskAt('live');
    const press = (key: string, target?: HTMLElement): void => {
      const event = { key, target, preventDefault: () => undefined } as unknown as KeyboardEvent;
      hand.key(event);
    };
    press('+');
    press('-');
    press('x');
    press('+', document.createElement('input'));
    expect(sent.map((one) => one.args['count'] ?? 1)).toEqual([1, -1]);
  });
});
