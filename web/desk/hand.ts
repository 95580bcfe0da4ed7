// What a hand may do to the count, and how the page says it. Pure but for the commands it sends.
// SPDX-License-Identifier: Apache-2.0
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue';
import { remember, remembered } from '../shared/i18n';
import type { StationDesk } from '../shared/station';
import { mayDo } from '../shared/standing';
import { isOnAir } from '../shared/status';
import type { ByHand } from '../shared/wire';

export interface Hand {
  platforms: ComputedRef<string[]>;
  platform: Ref<string>;
  canAct: ComputedRef<boolean>;
  mayTakeBack: ComputedRef<boolean>;
  total: Ref<string>;
  typed: ComputedRef<number | null>; // the total in the field, when it is one
  entries: ComputedRef<ByHand[]>; // newest first
  add: () => void;
  takeBack: () => void;
  tell: () => Promise<void>;
  key: (event: KeyboardEvent) => void;
}

// Digits as people write them: full width, with commas or spaces between.
export function totalOf(text: string): number | null {
  const plain = text.normalize('NFKC').replace(/[\s,，']/g, '');
  if (!/^\d{1,15}$/.test(plain)) return null;
  return Number(plain);
}

export function useHand(desk: StationDesk): Hand {
  const { station, run } = desk;
  const platform = ref(remembered('xiangbo.desk.platform') ?? '');
  const total = ref('');
  const platforms = computed(() => {
    const said = [...(station.state?.outputs ?? []).map((output) => output.name), ...(station.state?.by_hand ?? []).map((one) => one.platform)];
    const names = [...new Set(said.map((name) => [...name].slice(0, 24).join('')))];
    return names.length > 0 ? names : ['desk'];
  });
  watch(
    platforms,
    (names) => {
      if (station.state && !names.includes(platform.value)) platform.value = names[0] ?? '';
    },
    { immediate: true },
  );
  watch(platform, (name) => remember('xiangbo.desk.platform', name));
  const canAct = computed(() => station.isConnected && station.state !== null && isOnAir(station.state) && platform.value !== '' && mayDo(station, 'assistant'));
  const entries = computed(() => [...(station.state?.by_hand ?? [])].reverse());
  // The program knows exactly; the page only greys out what cannot be.
  const mayTakeBack = computed(() => canAct.value && entries.value.some((one) => one.platform === platform.value && (one.add ?? 0) > 0));
  const typed = computed(() => totalOf(total.value));

  const add = (): void => {
    if (canAct.value) void run('followers.add', { platform: platform.value });
  };
  const takeBack = (): void => {
    if (canAct.value) void run('followers.add', { platform: platform.value, count: -1 });
  };
  const tell = async (): Promise<void> => {
    if (!canAct.value || typed.value === null) return;
    const asked = total.value;
    const taken = await run('followers.total', { platform: platform.value, total: typed.value });
    if (taken && total.value === asked) total.value = ''; // what was typed meanwhile stays
  };
  const key = (event: KeyboardEvent): void => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || target?.closest('input, select, textarea')) return;
    if (event.key === '+' || event.key === '=') add();
    else if (event.key === '-') takeBack();
    else return;
    event.preventDefault();
  };
  return { platforms, platform, canAct, mayTakeBack, total, typed, entries, add, takeBack, tell, key };
}
