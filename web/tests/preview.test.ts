// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { mount } from '@vue/test-utils';
import { afterEach, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import PreviewPane from '../control/PreviewPane.vue';
import { i18n } from '../shared/i18n';
import { deskKey } from '../shared/station';
import { fakeDesk, stateOf } from './desk';
import { FakeSocket, withFakeSockets } from './socket';

withFakeSockets();

it('says that the picture stands still while the source gives nothing new', async () => {
  const desk = fakeDesk('live');
  const source = desk.station.state!.source;
  const pane = mount(PreviewPane, { global: { plugins: [i18n], provide: { [deskKey as symbol]: desk } } });
  const word = '画面停住了，正在等信号源';
  expect(pane.text()).not.toContain(word);
  source.signal = 'frozen';
  await nextTick();
  expect(pane.text()).toContain(word);
  Object.assign(source, { signal: 'lost', has_picture: false });
  await nextTick();
  expect(pane.text()).not.toContain(word);
  expect(pane.text()).toContain('看一下摄像头的线，拔下来重新插一次');
  pane.unmount();
});

class FakeSource extends EventTarget {
  static isTypeSupported = (): boolean => true;
}
const open = (path: string): FakeSocket[] => FakeSocket.all.filter((one) => one.url.endsWith(path) && !one.isClosed);
const paneOf = (desk: ReturnType<typeof fakeDesk>) => mount(PreviewPane, { global: { plugins: [i18n], provide: { [deskKey as symbol]: desk } } });
afterEach(() => vi.restoreAllMocks());

it('asks for what is encoded only on air, and for stills until that moves', async () => {
  vi.stubGlobal('MediaSource', FakeSource);
  const desk = fakeDesk('ready');
  const pane = paneOf(desk);
  await nextTick();
  expect([open('/api/watch').length, open('/api/preview').length]).toEqual([0, 1]);
  desk.station.state = stateOf('live');
  await nextTick();
  await nextTick();
  expect([open('/api/watch').length, open('/api/preview').length]).toEqual([1, 1]);
  expect(pane.find('.preview-sound').exists()).toBe(false);
  const video = pane.find('video').element as HTMLVideoElement;
  Object.defineProperty(video, 'readyState', { value: 4 });
  let time = 0;
  Object.defineProperty(video, 'currentTime', { configurable: true, get: () => (time += 0.5) });
  vi.advanceTimersByTime(1500);
  await nextTick();
  expect(open('/api/preview')).toHaveLength(0); // one picture is enough
  expect(pane.find('.preview-sound').attributes('aria-label')).toBe('听声音');
  expect(video.muted).toBe(true);
  await pane.find('.preview-sound').trigger('click');
  expect(video.muted).toBe(false);
  Object.defineProperty(video, 'currentTime', { get: () => time }); // it stands still
  vi.advanceTimersByTime(4000);
  await nextTick();
  expect([open('/api/watch').length, open('/api/preview').length]).toEqual([0, 1]);
  pane.unmount();
  expect([open('/api/watch').length, open('/api/preview').length]).toEqual([0, 0]);
});

it('shows stills where the browser takes no pieces', async () => {
  vi.stubGlobal('MediaSource', undefined);
  const pane = paneOf(fakeDesk('live'));
  await nextTick();
  expect([open('/api/watch').length, open('/api/preview').length]).toEqual([0, 1]);
  pane.unmount();
});

it('asks for nothing while the page cannot be seen', async () => {
  vi.stubGlobal('MediaSource', FakeSource);
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  const pane = paneOf(fakeDesk('live'));
  await nextTick();
  expect(FakeSocket.all).toHaveLength(0);
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event('visibilitychange'));
  await nextTick();
  await nextTick();
  expect(open('/api/preview')).toHaveLength(1);
  pane.unmount();
});
