// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { mount, flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import ChatPanel from '../control/ChatPanel.vue';
import { useActions } from '../control/actions';
import type { ChatLine } from '../shared/chat';
import type { Args } from '../shared/command';
import { i18n } from '../shared/i18n';
import { deskKey } from '../shared/station';
import { fakeDesk } from './desk';

const line = (key: string, more: Partial<ChatLine> = {}): ChatLine => ({
  key, kind: 'chat', name: '春燕', text: `第 ${key} 句`, count: 0, amount: '', platform: 'bilibili', user: 'u-7', role: '', ...more,
});

function panel(state = 'live') {
  const desk = fakeDesk(state);
  const said: [string, Args | undefined][] = [];
  const run = (name: string, args?: Args): Promise<boolean> => Promise.resolve(said.push([name, args]) > 0);
  desk.station.chat = [line('5'), line('7', { text: '多少钱？', role: 'fan' }), line('9', { kind: 'follow', text: '' }), line('11', { user: '', text: '橙子甜吗' })];
  const actions = useActions({ ...desk, run }, () => ['', ''], () => ['', '']);
  const view = mount(ChatPanel, { props: { actions }, global: { plugins: [i18n], provide: { [deskKey as symbol]: { ...desk, run } } } });
  const press = async (words: string): Promise<void> => {
    const found = view.findAll('button').find((one) => one.text() === words);
    if (!found) throw new Error(`no button ${words}`);
    await found.trigger('click');
    await flushPromises();
  };
  return { desk, said, view, press, choose: (n: number) => view.findAll('.line .said')[n]!.trigger('click') };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a message of the chat', () => {
  it('opens what can be done with it at a press, and closes at the next', async () => {
    const { view, choose } = panel();
    expect(view.findAll('.deeds')).toHaveLength(0);
    await choose(0);
    expect(view.find('.deeds').text()).toContain('隐藏');
    await choose(0);
    expect(view.findAll('.deeds')).toHaveLength(0);
    await choose(2); // somebody followed: nothing to hide there
    expect(view.findAll('.deeds')).toHaveLength(0);
  });
  it('is hidden with a ready reason, and comes back within five seconds', async () => {
    const { said, view, press, choose } = panel();
    await choose(0);
    await press('隐藏');
    expect(said).toEqual([]); // not without a reason
    await press('广告');
    expect(said).toEqual([['chat.hide', { seq: 5, reason: '广告' }]]);
    await press('撤销');
    expect(said.at(-1)).toEqual(['chat.unhide', { seq: 5, reason: '' }]);
    await choose(0);
    await press('隐藏');
    await press('骂人');
    vi.advanceTimersByTime(5001);
    await nextTick();
    expect(view.find('.regret').exists()).toBe(false);
  });
  it('is hidden with a reason of one’s own, never an empty one', async () => {
    const { said, view, press, choose } = panel();
    await choose(0);
    await press('隐藏');
    const field = view.find('.why input');
    await field.setValue('   ');
    await view.find('.why').trigger('submit');
    expect(said).toEqual([]);
    await field.setValue('认错人了');
    await view.find('.why').trigger('submit');
    expect(said).toEqual([['chat.hide', { seq: 5, reason: '认错人了' }]]);
  });
  it('mutes its person only when asked again, and ends that again', async () => {
    const { said, view, press, choose } = panel();
    await choose(0);
    await view.find('.deeds .square').trigger('click');
    expect(said).toEqual([]);
    expect(view.text()).toContain('不让 春燕 说话？');
    await press('10 分钟');
    expect(said).toEqual([['chat.mute', { platform: 'bilibili', user: 'u-7', minutes: 10 }]]);
    await press('撤销');
    expect(said.at(-1)).toEqual(['chat.mute', { platform: 'bilibili', user: 'u-7', minutes: 0 }]);
  });
  it('of somebody without an id mutes nobody, and one that asks nothing cannot be answered', async () => {
    const { view, choose } = panel();
    await choose(3);
    expect(view.findAll('.deeds .square')).toHaveLength(0);
    expect(view.find('.deeds').text()).not.toContain('已回答');
  });
  it('that asks is marked by the program’s word and answered by the question’s number', async () => {
    const { said, view, press, choose } = panel(); // the case asks "多少钱？" with first 7
    expect(view.findAll('.line')[1]!.text()).toContain('还没回答');
    expect(view.findAll('.line')[1]!.find('.role').text()).toBe('粉丝');
    await choose(1);
    await press('已回答');
    expect(said).toEqual([['chat.answered', { seq: 7 }]]);
  });
});

describe('the chat panel', () => {
  it('shows the questions, and what was hidden with the reason and the way back', async () => {
    const { said, view, press } = panel();
    await press('1 个没回答');
    expect(view.findAll('.cards li')).toHaveLength(1);
    expect(view.find('.cards').text()).toContain('问了 14 次');
    await press('上屏');
    expect(said.at(-1)).toEqual(['chat.pin', { seq: 40 }]);
    await press('已隐藏 1');
    expect(view.find('.cards').text()).toContain('助手 小李隐藏：广告');
    await press('恢复');
    expect(said.at(-1)).toEqual(['chat.unhide', { seq: 12, reason: '' }]);
  });
  it('finds names and words', async () => {
    const { view } = panel();
    await view.find('.bare').trigger('click');
    await view.find('.search input').setValue('橙子');
    expect(view.findAll('.line')).toHaveLength(1);
    await view.find('.search input').setValue('没有人说过');
    expect(view.text()).toContain('没有找到');
  });
  it('takes a line of the host only where somebody can read it', async () => {
    const { desk, said, view } = panel();
    expect(view.find('.reply').exists()).toBe(false);
    desk.station.state!.chat.push({ ...desk.station.state!.chat[0]!, name: '手机页面', platform: 'audience' });
    await nextTick();
    await view.find('.reply input').setValue('  欢迎欢迎 ');
    await view.find('.reply').trigger('submit');
    await flushPromises();
    expect(said).toEqual([['chat.say', { text: '欢迎欢迎' }]]);
    expect((view.find('.reply input').element as HTMLInputElement).value).toBe('');
  });
});
