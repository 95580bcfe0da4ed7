// A press that must be held: how far it is, and what happens at the end.
// SPDX-License-Identifier: Apache-2.0
import { onUnmounted, ref, type Ref } from 'vue';

export interface Hold {
  isHeld: Ref<boolean>;
  progress: Ref<number>; // 0 to 1
  press: () => void;
  release: () => void;
}

export function useHold(holdMs: number, done: () => void): Hold {
  const isHeld = ref(false);
  const progress = ref(0);
  let began = 0;
  let frame = 0;
  const release = (): void => {
    cancelAnimationFrame(frame);
    isHeld.value = false;
    progress.value = 0;
  };
  const step = (): void => {
    progress.value = Math.min(1, (performance.now() - began) / holdMs);
    if (progress.value < 1) {
      frame = requestAnimationFrame(step);
      return;
    }
    release();
    done();
  };
  const press = (): void => {
    if (isHeld.value) return;
    isHeld.value = true;
    began = performance.now();
    frame = requestAnimationFrame(step);
  };
  onUnmounted(release);
  return { isHeld, progress, press, release };
}
