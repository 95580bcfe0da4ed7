// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { mount } from '@vue/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import LevelMeter from '../control/LevelMeter.vue';
import { i18n } from '../shared/i18n';
import { deskKey } from '../shared/station';
import { fakeDesk } from './desk';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('says that there is no sound soon after a microphone was switched off', async () => {
  const desk = fakeDesk('live');
  const source = desk.station.state!.source;
  const meter = mount(LevelMeter, { global: { plugins: [i18n], provide: { [deskKey as symbol]: desk } } });
  const word = (): string => meter.get('.sound-word').text();
  source.level_dbfs = -40;
  await nextTick();
  expect(word()).toBe('声音正好'); // the loudest of the last moments counts
  source.level_dbfs = -90;
  await vi.advanceTimersByTimeAsync(3500); // and the level stays
  expect(word()).toBe('没有声音');
  meter.unmount();
  expect(vi.getTimerCount()).toBe(0);
});
