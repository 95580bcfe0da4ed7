// @vitest-environment happy-dom
// SPDX-License-Identifier: Apache-2.0
import { mount } from '@vue/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defineComponent, h } from 'vue';
import { useHold, type Hold } from '../shared/hold';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function holdFor(ms: number): { done: number; hold: Hold } {
  const out = { done: 0, hold: null as unknown as Hold };
  mount(
    defineComponent({
      setup() {
        out.hold = useHold(2000, () => ++out.done);
        return () => h('div');
      },
    }),
  );
  out.hold.press();
  vi.advanceTimersByTime(ms);
  return out;
}

it('does nothing before two seconds are held', () => {
  const held = holdFor(1900);
  held.hold.release();
  vi.advanceTimersByTime(1000);
  expect(held.done).toBe(0);
  expect(held.hold.progress.value).toBe(0);
});
it('ends once after two seconds', () => {
  const held = holdFor(2100);
  vi.advanceTimersByTime(5000);
  expect(held.done).toBe(1);
});
