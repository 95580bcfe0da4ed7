// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { mount } from '@vue/test-utils';
import { expect, it } from 'vitest';
import { nextTick } from 'vue';
import PreviewPane from '../control/PreviewPane.vue';
import { i18n } from '../shared/i18n';
import { deskKey } from '../shared/station';
import { fakeDesk } from './desk';
import { withFakeSockets } from './socket';

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
