// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { mount } from '@vue/test-utils';
import { afterEach, describe, expect, it } from 'vitest';
import ChatSources from '../control/ChatSources.vue';
import { i18n } from '../shared/i18n';
import { deskKey } from '../shared/station';
import { fakeDesk, stateOf } from './desk';

const shown = (state: string): string[] => {
  const desk = fakeDesk(state);
  const page = mount(ChatSources, { global: { plugins: [i18n], provide: { [deskKey as symbol]: desk } } });
  return page.findAll('li > div').map((one) => {
    const lines = one.findAll('div').map((line) => line.text());
    const first = one.text().slice(0, one.text().length - lines.join('').length);
    return [first, ...lines].map((line) => line.trim().replace(/\s+/g, ' ')).join(' | ');
  });
};
afterEach(() => (i18n.global.locale.value = 'zh-CN'));

describe('the platforms of the chat', () => {
  it('are told with what they heard, their own total, and what to do', () => {
    expect(shown('live')).toEqual(['B站 已连上，1204 条消息，最近一条 2 秒前 粉丝 1,280']);
    const [waiting, silent] = [stateOf('ready').chat[1]!, stateOf('ready').chat[0]!];
    expect(shown('ready')).toEqual([`${silent.name} 已连上，目前 0 条消息 粉丝 1,280`, `${waiting.name} 没连上，马上再试 | ${waiting.error!.zh}`]);
  });
  it('are told in English, too', () => {
    i18n.global.locale.value = 'en';
    expect(shown('reconnecting')).toEqual([
      'B站 not connected, next try in 8 s 1,280 fans | Network fault. Check the network and try again',
      '村里的 Owncast connecting',
    ]);
  });
  it('have words of their own where the Show names none', () => {
    const desk = fakeDesk('live');
    desk.station.state!.chat = [{ ...stateOf('live').chat[0]!, name: 'audience', platform: 'audience' }, { ...stateOf('live').chat[0]!, name: '后院', platform: 'audience' }];
    const page = mount(ChatSources, { global: { plugins: [i18n], provide: { [deskKey as symbol]: desk } } });
    expect(page.findAll('b').map((one) => one.text())).toEqual(['手机观看页', '后院']);
  });
  it('take no room where the Show has none', () => {
    expect(shown('recording')).toEqual([]);
  });
});
