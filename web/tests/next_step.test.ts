// @vitest-environment happy-dom
// What the control room offers as the next step, and to whom.
// SPDX-License-Identifier: Apache-2.0
import { mount } from '@vue/test-utils';
import { nextTick, type Component } from 'vue';
import { describe, expect, it, vi } from 'vitest';
import { useActions } from '../control/actions';
import CaptionList from '../control/CaptionList.vue';
import FansPanel from '../control/FansPanel.vue';
import PreviewPane from '../control/PreviewPane.vue';
import ProductList from '../control/ProductList.vue';
import StateBanner from '../control/StateBanner.vue';
import DevicesForm from '../setup/DevicesForm.vue';
import { setupKey } from '../setup/setup';
import { i18n } from '../shared/i18n';
import { deskKey } from '../shared/station';
import { pillsOf } from '../shared/status';
import type { Role, Show, State } from '../shared/wire';
import { wireCase } from './cases';
import { fakeDesk, stateOf } from './desk';
import { withFakeSockets } from './socket';

withFakeSockets();
const said = (): [string, string] => ['', ''];
function page(what: Component, state: string, role: Role = 'operator', props: object = {}) {
  const desk = fakeDesk(state);
  desk.station.show = wireCase<Show>('show');
  desk.station.me = { role, name: '', device: 1, is_here: false };
  return { desk, seen: mount(what, { props: { actions: useActions(desk, said, said), ...props }, global: { plugins: [i18n], provide: { [deskKey as symbol]: desk } } }) };
}

describe('the banner', () => {
  const banner = (state: string, role: Role = 'operator', hasStep = true) => page(StateBanner, state, role, { hasStep });
  it('tells how to go on over a phone while the network is gone', async () => {
    const { desk, seen } = banner('reconnecting', 'assistant');
    expect(seen.find('button').text()).toContain('改用手机热点');
    await seen.find('button').trigger('click');
    expect(seen.findAll('.hotspot[open] li')).toHaveLength(3);
    desk.station.state = stateOf('live');
    await nextTick();
    expect(seen.find('.banner').exists()).toBe(false);
    expect(seen.findAll('.hotspot[open] li')).toHaveLength(3); // still being read
    await seen.find('.hotspot button').trigger('click');
    expect(seen.find('.hotspot[open]').exists()).toBe(false);
    expect(banner('reconnecting', 'operator', false).seen.find('.banner button').exists()).toBe(false);
  });
  it('sends nobody to a hotspot where it is the recording that failed', async () => {
    const { desk, seen } = banner('reconnecting');
    desk.station.state!.recorder.error = { code: 'output.disk_full', zh: '磁盘满了', en: 'Disk full' };
    await nextTick();
    expect(seen.text()).toContain('磁盘满了');
    expect(seen.find('.banner > .button').exists()).toBe(false);
  });
  it('says who sees and hears, and how many, when only the audience page is open', async () => {
    const { desk, seen } = banner('recording-alone');
    expect(seen.text()).toContain('没有人在看');
    desk.station.state = { ...stateOf('recording-alone'), audience: '0.0.0.0:7181', audience_watching: 0 };
    await nextTick();
    expect(seen.find('.banner').text()).toBe('没有推到平台；打开观众页的人看得到、听得到。');
    desk.station.state = { ...desk.station.state, audience_watching: 2 };
    await nextTick();
    expect(seen.text()).toContain('现在 2 人在看');
  });
  it('leads to the stream key where it was refused, and only who may change it', () => {
    expect(banner('recording').seen.find('a').attributes('href')).toBe('/setup.html#publish');
    expect(banner('recording', 'assistant').seen.find('a').exists()).toBe(false);
    expect(banner('recording-alone').seen.find('a').exists()).toBe(false);
  });
});

describe('empty lists', () => {
  const empty = (what: Component, role: Role) => {
    const { desk, seen } = page(what, 'ready', role);
    desk.station.show = { ...wireCase<Show>('show'), products: [], captions: [] };
    return nextTick().then(() => seen.findAll('a').map((one) => one.attributes('href')));
  };
  it('lead to the tables for those who may fill them in', async () => {
    expect(await empty(ProductList, 'operator')).toEqual(['/setup.html#products', '/setup.html#products']);
    expect(await empty(CaptionList, 'operator')).toEqual(['/setup.html#captions']);
    expect(await empty(ProductList, 'assistant')).toEqual([]);
    expect(await empty(CaptionList, 'assistant')).toEqual([]);
  });
});

describe('a missing picture', () => {
  it('covers the preview and leads to the cameras before the air; on air what viewers see stays in sight', async () => {
    const { desk, seen } = page(PreviewPane, 'ready-no-camera');
    expect(seen.find('.preview-none').classes()).toContain('whole');
    expect(seen.find('.preview-none a').attributes('href')).toBe('/setup.html#devices');
    desk.station.state = { ...stateOf('live'), source: stateOf('ready-no-camera').source };
    await nextTick();
    expect(seen.find('.preview-none').classes()).not.toContain('whole');
    expect(seen.find('.preview-none a').exists()).toBe(false);
    seen.unmount();
  });
});

describe('a phone that is waited for', () => {
  const waiting = (): State => ({ ...stateOf('ready-no-camera'), source: { ...stateOf('ready-no-camera').source, from: 'listen:rtmp', about: '' } });
  it('is no missing cable: the preview says what is waited for and where its address is', async () => {
    const { desk, seen } = page(PreviewPane, 'ready-no-camera');
    expect(seen.text()).toContain('看一下摄像头的线');
    desk.station.state = waiting();
    await nextTick();
    expect(seen.find('.preview-none').text()).toContain('等手机推流');
    expect(seen.text()).not.toContain('摄像头的线');
    expect(seen.find('.preview-none a').attributes('href')).toBe('/setup.html#devices');
    seen.unmount();
    expect(pillsOf(waiting(), null).map((pill) => pill.key)).toEqual(['pill.wait_phone']);
  });
  it('is named under Set up, whatever the Show has', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"cameras":[],"microphones":[],"listen":null}')));
    const desk = fakeDesk('ready-no-camera');
    desk.station.state = waiting();
    const data = { setup: { sections: { source: { values: { from: 'camera:' } } } } };
    const stubs = { ValueField: true, SectionForm: true, SoundForm: true, LevelMeter: true, PreviewPane: true, ListenCard: true };
    const seen = mount(DevicesForm, { global: { stubs, plugins: [i18n], provide: { [deskKey as symbol]: desk, [setupKey as symbol]: { data } } } });
    await nextTick();
    expect(seen.text()).toContain('现在用的是：手机或另一台电脑推来（RTMP）');
    expect(seen.text()).not.toContain('现在用的是：camera:');
    seen.unmount();
    vi.unstubAllGlobals();
  });
});

describe('the fans', () => {
  it('say since when the total is not known to be right', async () => {
    const { desk, seen } = page(FansPanel, 'live');
    expect(seen.text()).not.toContain('更新于');
    desk.station.state = { ...stateOf('live'), followers: { ...stateOf('live').followers, stale_since: '15:41' } };
    await nextTick();
    expect(seen.text()).toContain('更新于15:41');
    expect(seen.text()).toContain('点赞'); // these do not go stale with the total
    expect(seen.find('dd').classes()).toContain('muted');
    seen.unmount();
  });
});
