// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import OutputsRow from '../control/OutputsRow.vue';
import ListenCard from '../shared/ListenCard.vue';
import { i18n } from '../shared/i18n';
import { deskKey } from '../shared/station';
import { fakeDesk } from './desk';

const globals = (desk: ReturnType<typeof fakeDesk>) => ({ plugins: [i18n], provide: { [deskKey as symbol]: desk } });
afterEach(() => {
  i18n.global.locale.value = 'zh-CN';
  vi.unstubAllGlobals();
});

describe('other programs that take the program', () => {
  const words = (state: string): string => mount(OutputsRow, { global: globals(fakeDesk(state)) }).text().replace(/\s+/g, ' ');
  it('stand beside the platforms with their state and what they missed', () => {
    expect(words('live-story')).toContain('交给其他软件：播出窗口 正常丢 3 次虚拟摄像头 没接上，在等它');
    i18n.global.locale.value = 'en';
    expect(words('live-story')).toContain('Into other programs:Program window on3 droppedVirtual camera not there, waiting');
  });
  it('are not spoken of where there are none', () => expect(words('live')).not.toContain('其他软件'));
  it('say that the microphone waits for the live, and give a closed window back at the computer', async () => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
      asked.push(String(init.body));
      return Promise.resolve({ ok: true, json: () => Promise.resolve({ ok: true }) });
    });
    const desk = fakeDesk('ready');
    desk.station.me = { role: 'operator', name: '', device: 0, is_here: true };
    const one = { shown: 0, dropped: 0, about: null, error: null };
    desk.station.state!.handed = [{ ...one, name: 'window', state: 'ended' }, { ...one, name: 'virtual-mic', state: 'live' }];
    const row = mount(OutputsRow, { global: globals(desk) });
    expect(row.text()).toContain('开播以后才有声音');
    await row.get('button').trigger('click');
    await flushPromises();
    expect(asked).toEqual(['{"do":"show_window"}']);
    desk.station.me.is_here = false;
    await flushPromises();
    expect(row.find('button').exists()).toBe(false);
    row.unmount();
  });
});

describe('the card of a phone that is the camera', () => {
  const listen = {
    protocol: 'rtmp',
    port: 7182,
    key: 'abcdefgh2345',
    addresses: [
      { whole: 'rtmp://192.168.1.5:7182/xiangbo/abcdefgh2345', server: 'rtmp://192.168.1.5:7182/xiangbo' },
      { whole: 'rtmp://10.0.0.2:7182/xiangbo/abcdefgh2345', server: 'rtmp://10.0.0.2:7182/xiangbo' },
    ],
    is_reachable: true,
  };
  const card = async (said: object | null, signal: 'none' | 'fresh' | 'lost' = 'none') => {
    vi.stubGlobal('fetch', () => Promise.resolve({ ok: true, json: () => Promise.resolve({ ok: true, listen: said }) }));
    const desk = fakeDesk('live');
    desk.station.state!.source.signal = signal;
    const page = mount(ListenCard, { global: globals(desk) });
    await flushPromises();
    return page;
  };
  it('shows the address of one network with its code, and of another when asked', async () => {
    const page = await card(listen);
    expect(page.text()).toContain('在等手机推流');
    expect(page.text()).toContain(listen.addresses[0]!.whole);
    expect(page.find('img').attributes('src')).toContain('n=0&');
    await page.findAll('button')[1]!.trigger('click');
    expect(page.text()).toContain(listen.addresses[1]!.whole);
    expect(page.find('img').attributes('src')).toContain('n=1&');
    page.unmount();
  });
  it('says whether the phone is there', async () => {
    expect((await card(listen, 'fresh')).find('[role=status]').text()).toBe('画面来了');
    expect((await card(listen, 'lost')).find('[role=status]').text()).toBe('手机断了，在等它回来');
    expect((await card({ ...listen, is_reachable: false })).find('[role=alert]').text()).toContain('同一个 Wi-Fi');
    const srt = await card({ ...listen, protocol: 'srt', addresses: [{ whole: 'srt://h:1?passphrase=abcdefgh2345', server: 'srt://h:1' }] });
    expect(srt.text()).toContain('口令');
    expect(srt.findAll('button')).toHaveLength(0);
  });
  it('is not there while the camera is another one', async () => expect((await card(null)).find('section').exists()).toBe(false));
});
