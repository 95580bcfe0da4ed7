// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick, type EffectScope } from 'vue';
import { comfort, serveComfort, setSwitch, warningsOf } from '../control/comfort';
import { fakeDesk, stateOf } from './desk';

const words = { t: (key: string) => key, locale: () => 'zh-CN' };
const spoken: string[] = [];
const shown: string[] = [];
class FakeNote {
  static permission = 'granted';
  constructor(_title: string, options: { body: string }) {
    shown.push(options.body);
  }
}
let scope: EffectScope;

beforeEach(() => {
  spoken.length = shown.length = 0;
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('Notification', FakeNote);
  vi.stubGlobal('SpeechSynthesisUtterance', class { lang = ''; constructor(readonly text: string) {} });
  vi.stubGlobal('speechSynthesis', { speak: (one: { text: string }) => spoken.push(one.text), cancel: () => undefined });
  scope = effectScope();
});
afterEach(() => {
  scope.stop();
  for (const key of ['speaks', 'notifies', 'rings'] as const) setSwitch(key, false);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('warnings', () => {
  it('are silent until somebody wants to hear them, and each is read once', async () => {
    const { station } = fakeDesk('ready');
    scope.run(() => serveComfort(station, words));
    station.state = stateOf('reconnecting');
    await nextTick();
    expect(spoken).toEqual([]);
    setSwitch('speaks', true);
    station.state = stateOf('ready');
    await nextTick();
    station.state = stateOf('reconnecting');
    await nextTick();
    expect(spoken[0]).toContain('banner.reconnecting');
    const count = spoken.length;
    station.state = { ...stateOf('reconnecting'), likes: 9999 };
    await nextTick();
    expect(spoken).toHaveLength(count);
  });
  it('are told by the system only while the page is behind and the stream has dropped', async () => {
    const { station } = fakeDesk('live');
    setSwitch('notifies', true);
    scope.run(() => serveComfort(station, words));
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(false);
    station.state = stateOf('reconnecting');
    await nextTick();
    expect(shown).toEqual([]);
    station.state = stateOf('live');
    await nextTick();
    hidden.mockReturnValue(true);
    station.state = stateOf('reconnecting');
    await nextTick();
    expect(shown).toHaveLength(1);
    station.isConnected = false;
    await nextTick();
    expect(shown.at(-1)).toBe('veil.heading');
  });
  it('are none when all is well', () => {
    const { station } = fakeDesk('ready');
    station.state!.problems = [];
    station.state!.chat = [];
    expect(warningsOf(station, words)).toEqual([]);
  });
});

it('remembers what was chosen', () => {
  setSwitch('rings', true);
  expect(comfort.rings).toBe(true);
  expect(localStorage.getItem('xiangbo.rings')).toBe('on');
});
