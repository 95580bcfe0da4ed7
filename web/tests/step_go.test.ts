// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { flushPromises, mount } from '@vue/test-utils';
import { reactive } from 'vue';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Push, Setup } from '../setup/api';
import { setupKey, type SetupDesk } from '../setup/setup';
import { i18n } from '../shared/i18n';
import { deskKey } from '../shared/station';
import StepGo from '../start/StepGo.vue';
import { fakeDesk } from './desk';

// The last step of the walk, with a program that says what `answer` says and takes up what it was told when `restarted`.
function stepWith(list: Push[] = [], answer: (sent: { list: Push[] }) => object = (sent) => ({ ok: true, publish: { version: '2', list: sent.list.map((one) => ({ ...one, has_key: true, key_tail: null })) } })) {
  const desk = fakeDesk('ready');
  desk.station.state!.outputs = [];
  desk.station.state!.source.has_picture = true;
  const data = reactive({ setup: { publish: { version: '1', list } } as unknown as Setup, isLost: false, isDenied: false });
  vi.stubGlobal('fetch', (url: string, options?: { body?: string }) => {
    const body = url.endsWith('setup/publish') ? answer(JSON.parse(options!.body!)) : { ok: true };
    return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } }));
  });
  const setup = { data, reload: () => Promise.resolve() } as unknown as SetupDesk;
  const page = mount(StepGo, { global: { plugins: [i18n], provide: { [deskKey as symbol]: desk, [setupKey as symbol]: setup } } });
  const restarted = async (): Promise<void> => {
    desk.station.isConnected = false;
    await flushPromises();
    const enabled = data.setup!.publish.list.filter((one) => one.enabled);
    desk.station.state = { ...desk.station.state!, outputs: enabled.map((one) => ({ name: one.name, canvas: 'video', state: 'off', reconnects: 0, error: null })) };
    desk.station.isConnected = true;
    await flushPromises();
  };
  return { desk, page, restarted, go: () => page.find('.start-live'), field: () => page.find('textarea') };
}
const push = (name: string): Push => ({ name, url: 'rtmp://127.0.0.1/live', enabled: true, canvas: 'video', has_key: true, key_tail: null });
afterEach(() => vi.unstubAllGlobals());

describe('where it goes', () => {
  it('looks for no cable while the program has just begun again', async () => {
    const { desk, page } = stepWith([push('抖音')]);
    desk.station.state!.outputs = [{ name: '抖音', canvas: 'video', state: 'off', reconnects: 0, error: null }];
    desk.station.state!.source.has_picture = false;
    await flushPromises();
    expect(page.text()).toContain('先把摄像头接好');
    await page.setProps({ isComing: true });
    expect(page.text()).not.toContain('先把摄像头接好');
    expect(page.text()).toContain('正在换上新的设置');
  });

  it('says that it is only recorded where no address is, and never while one is being typed', async () => {
    const { page, go, field } = stepWith();
    expect(page.text()).toContain('没有填地址');
    expect(go().text()).toBe('开始，只录像');
    await field().setValue('rtmp://127.0.0.1/live/key');
    expect(page.text()).not.toContain('没有填地址');
    expect(go().text()).toBe('开始直播');
  });

  it('takes a press on the button as one, though the address is only taken by it', async () => {
    const { desk, go, field, restarted } = stepWith();
    (field().element as HTMLTextAreaElement).value = 'rtmp://127.0.0.1/live/key';
    await field().trigger('input');
    void field().trigger('change'); // the field is left by the press
    await go().trigger('click');
    await flushPromises();
    expect(desk.asked).toEqual([]);
    expect(go().text()).toContain('马上就开播');
    await restarted();
    expect(desk.asked).toEqual(['live.start']);
  });

  it('goes nowhere with an address that is not one', async () => {
    const { desk, page, go, field, restarted } = stepWith([], () => ({ ok: false, zh: '推流地址的开头不对', en: 'The address begins wrongly' }));
    (field().element as HTMLTextAreaElement).value = 'http://127.0.0.1/live';
    await field().trigger('input');
    await go().trigger('click');
    await flushPromises();
    expect(page.find('[role=alert]').text()).toBe('推流地址的开头不对');
    await restarted();
    expect(desk.asked).toEqual([]);
    await field().setValue('');
    expect(page.find('[role=alert]').exists()).toBe(false);
  });

  it('does not call a recording what the audience page shows', async () => {
    const { desk, page, go } = stepWith();
    desk.station.state = { ...desk.station.state!, audience: '0.0.0.0:7181' };
    await flushPromises();
    expect(go().text()).toBe('开始直播');
    expect(page.text()).toContain('打开观众页的人看得到');
    expect(page.text()).not.toContain('只录像');
  });
  it('waits for the program no longer than it is away when a platform is taken off', async () => {
    const { page, go, restarted } = stepWith([push('抖音')]);
    await restarted();
    await page.find('.start-pushes button').trigger('click');
    await flushPromises();
    expect(page.find('[role=status]').text()).toContain('正在换上新的设置');
    await restarted();
    expect(page.find('[role=status]').exists()).toBe(false);
    expect(go().text()).toBe('开始，只录像');
  });
});
