// @vitest-environment happy-dom
// What the audience page does with words, keys and sockets. SPDX-License-Identifier: Apache-2.0
import { mount } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import { isSending } from '../shared/composing';
import { openHall } from '../audience/hall';
import { person } from '../audience/person';
import { steer } from '../shared/player';
import TalkPane from '../audience/TalkPane.vue';
import { i18n } from '../shared/i18n';
import { FakeSocket, withFakeSockets } from './socket';

withFakeSockets();

const silent = { begin: () => undefined, take: () => undefined, lost: () => undefined };

function open(pictures = silent) {
  const hall = openHall(pictures, true);
  const socket = (path: string): FakeSocket => FakeSocket.all.filter((one) => one.url.includes(path)).at(-1)!;
  const hear = (path: string, message: unknown): void => socket(path).onmessage?.({ data: JSON.stringify(message) });
  for (const one of FakeSocket.all) one.onopen?.();
  hear('/api/watch', { station: { name: '竹园村' }, video: { width: 1280, height: 720 }, on_air: true, signal: 'fresh' });
  hear('/api/audience', { chat: true, on_air: true, likes: 3, viewers: 7 });
  const said = (): unknown[] => socket('/api/audience').sent.map((text) => JSON.parse(text) as unknown);
  return { talk: hall, hall: hall.hall, socket, hear, said };
}

describe('the live edge', () => {
  it.each([
    [10, 0, 10.3, null, 1],
    [10, 0, 10.7, null, 1.05],
    [10, 0, 11.6, 11.35, 1],
    [0, 5, 5.1, 5, 1],
    [3, 5, 7, 6.75, 1],
  ])('at %d of %d to %d', (now, from, to, seek, rate) => {
    const done = steer(now, from, to);
    if (seek === null) expect(done.seek).toBeNull();
    else expect(done.seek).toBeCloseTo(seek);
    expect(done.rate).toBe(rate);
  });
});

describe('a page without chat', () => {
  it('asks nobody to talk', async () => {
    const { talk, hear } = open();
    const pane = mount(TalkPane, { props: { talk }, global: { plugins: [i18n] } });
    expect(pane.text()).toContain('来说第一句');
    hear('/api/audience', { chat: false, on_air: true, likes: 0, viewers: 1 });
    await nextTick();
    expect(pane.text()).toContain('这一场只看画面');
    expect(pane.text()).not.toContain('来说第一句');
  });
});

describe('Enter', () => {
  const key = (init: KeyboardEventInit & { keyCode?: number }): KeyboardEvent => Object.assign(new KeyboardEvent('keydown', init), { keyCode: init.keyCode ?? 13, isComposing: init.isComposing ?? false });
  it('sends, but not while words are composed', () => {
    expect(isSending(key({ key: 'Enter' }))).toBe(true);
    expect(isSending(key({ key: 'Enter', isComposing: true }))).toBe(false);
    expect(isSending(key({ key: 'Enter', keyCode: 229 }))).toBe(false); // Safari, after the composition's end
    expect(isSending(key({ key: 'Process', keyCode: 229 }))).toBe(false);
    expect(isSending(key({ key: 'a' }))).toBe(false);
  });
  it('in the page sends what was typed once, and nothing of a composition', async () => {
    const { talk, said } = open();
    const pane = mount(TalkPane, { props: { talk }, global: { plugins: [i18n] } });
    await pane.get('#name').setValue('春燕');
    const input = pane.get('#text');
    await input.setValue('橙子甜吗');
    await input.trigger('keydown', { key: 'Enter', keyCode: 229, isComposing: true });
    await input.trigger('keydown', { key: 'Enter', keyCode: 229 });
    expect(said()).toEqual([]);
    await input.trigger('keydown', { key: 'Enter', keyCode: 13 });
    expect(said()).toEqual([{ say: '橙子甜吗', name: '春燕' }]);
    expect((input.element as HTMLInputElement).value).toBe('');
    await input.trigger('keydown', { key: 'Enter', keyCode: 13 });
    expect(said()).toHaveLength(1);
    pane.unmount();
    talk.close();
  });
});

describe('the hall', () => {
  it('keeps one person a browser', () => {
    expect(person()).toMatch(/^[0-9a-f]{32}$/);
    expect(person()).toBe(person());
  });
  it('gathers likes into one message a second', () => {
    const { talk, said, hall } = open();
    for (let i = 0; i < 9; ++i) talk.like();
    expect(hall.likes).toBe(12);
    expect(said()).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(said()).toEqual([{ like: 9 }]);
    vi.advanceTimersByTime(3000);
    expect(said()).toHaveLength(1);
    talk.close();
  });
  it('follows when the program says so, and not before', () => {
    const { talk, hall, hear } = open();
    talk.follow('燕');
    expect(hall.isFollowing).toBe(false);
    hear('/api/audience', { error: 'chat.not_on_air', of: 'follow' });
    expect(hall.isFollowing).toBe(false);
    expect(hall.toast?.isBad).toBe(true);
    hear('/api/audience', { ok: 'follow' });
    expect(hall.isFollowing).toBe(true);
    talk.close();
  });
  it('holds its tongue for as long as it was muted', async () => {
    const { talk, hear } = open();
    const pane = mount(TalkPane, { props: { talk }, global: { plugins: [i18n] } });
    await pane.get('#text').setValue('好');
    const send = pane.get('.talk-send');
    expect(send.attributes('disabled')).toBeUndefined();
    hear('/api/audience', { error: 'control.busy', wait_ms: 10_000 });
    await nextTick();
    expect(send.attributes('disabled')).toBeDefined();
    expect(pane.text()).toContain('10');
    vi.advanceTimersByTime(10_250);
    await nextTick();
    expect(send.attributes('disabled')).toBeUndefined();
    pane.unmount();
    talk.close();
  });
  it('comes back to the Feed where it was, and says how long it has been away', () => {
    const lost = vi.fn();
    const { talk, hall, socket, hear } = open({ ...silent, lost });
    expect(socket('/api/feed').url).toContain('last=30');
    hear('/api/feed', [{ seq: 41, kind: 'chat', platform: 'audience', text: '好' }, { followers: { total: 7, gained: 1 }, v: 41 }]);
    expect(hall.lines.map((line) => line.text)).toEqual(['好']);
    expect(hall.fans).toBe(7);
    for (const one of [...FakeSocket.all]) one.onclose?.();
    expect(hall.isConnected).toBe(false);
    expect(lost).toHaveBeenCalled();
    vi.advanceTimersByTime(2000);
    expect(socket('/api/feed').url).toContain('from=41');
    expect(hall.attempts).toBe(1);
    talk.close();
  });
  it('takes what is no message of ours for nothing', () => {
    const { talk, hall, socket } = open();
    for (const path of ['/api/watch', '/api/feed', '/api/audience'])
      for (const data of ['', 'x', '7', 'null', '[]', '[7]', '[null]', '"x"', '{"likes":"x"}']) expect(() => socket(path).onmessage?.({ data })).not.toThrow();
    expect(hall.name).toBe('竹园村');
    talk.close();
  });
});
