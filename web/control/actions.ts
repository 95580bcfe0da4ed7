// What the buttons and keys of the page do.
// SPDX-License-Identifier: Apache-2.0
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue';
import type { ChatLine } from '../shared/chat';
import type { StationDesk } from '../shared/station';
import { mayDo } from '../shared/standing';
import { isOnAir, shownId } from '../shared/status';
import type { Caption, Product } from '../shared/wire';

export interface Actions {
  selected: Ref<string | null>; // the product the keys are on
  isConfirming: Ref<boolean>; // Ctrl+Shift+E was pressed
  canAct: ComputedRef<boolean>;
  canRun: ComputedRef<boolean>; // start and end
  start: () => void;
  end: () => void;
  toggleProduct: (product: Product) => void;
  toggleCountdown: (product: Product) => void;
  toggleCaption: (caption: Caption) => void;
  togglePin: (line: ChatLine) => void;
  next: () => void;
  counted: ComputedRef<Product | null>; // whose 3-2-1 the foot of the list and C begin or end
  undo: () => void;
  rotate: (seconds: number | null) => void;
  toggleSlate: (kind: 'opening' | 'away') => void;
  clear: () => void;
  mark: () => void;
  toggleMute: () => void;
  toggleMusic: () => void;
  retry: () => void; // platforms that are cut off, at once
  panic: () => void; // covers and silences everything, until resume
  resume: () => void;
  key: (event: KeyboardEvent) => void;
}

export function useActions(desk: StationDesk, saidMarked: () => [string, string], saidCleared: () => [string, string]): Actions {
  const { station, run, say } = desk;
  const selected = ref<string | null>(null);
  const isConfirming = ref(false);
  const canAct = computed(() => station.isConnected && station.state !== null && mayDo(station, 'assistant'));
  const canRun = computed(() => canAct.value && mayDo(station, 'operator'));
  const isOn = computed(() => station.state !== null && isOnAir(station.state));
  // However the Session ended: the next one is not to end at a single press.
  watch(isOn, (is) => {
    if (!is) isConfirming.value = false;
  });
  const products = (): Product[] => station.show?.products ?? [];
  const isShown = (layer: string, id: string): boolean => station.state !== null && shownId(station.state, layer) === id;

  const start = (): void => {
    if (canRun.value && !isOn.value && station.state?.source.has_picture) void run('live.start');
  };
  const end = (): void => {
    isConfirming.value = false;
    if (canRun.value && isOn.value) void run('live.end');
  };
  const toggleProduct = (product: Product): void => {
    if (!canAct.value) return;
    selected.value = product.id;
    void (isShown('product_card', product.id) ? run('product.hide') : run('product.show', { product: product.id }));
  };
  // 3-2-1, then the card; a second press while it counts takes it off.
  const toggleCountdown = (product: Product): void => {
    if (!canAct.value) return;
    selected.value = product.id;
    void (isShown('countdown', product.id) ? run('product.hide') : run('countdown.start', { product: product.id }));
  };
  const toggleCaption = (caption: Caption): void => {
    if (!canAct.value) return;
    void (isShown('caption', caption.id) ? run('caption.hide') : run('caption.show', { caption: caption.id }));
  };
  // The key of a line is its number in the Feed.
  const togglePin = (line: ChatLine): void => {
    if (!canAct.value) return;
    void (isShown('pinned', line.key) ? run('chat.unpin') : run('chat.pin', { seq: Number(line.key) }));
  };
  // Which one that is the program knows, and says so.
  const next = (): void => {
    if (!canAct.value || products().length === 0) return;
    selected.value = station.state?.cues.next ?? selected.value;
    void run('cue.next');
  };
  const byId = (id: string | null | undefined): Product | null => products().find((one) => one.id === id) ?? null;
  const counted = computed(() => {
    const counting = station.state ? shownId(station.state, 'countdown') : null;
    return byId(counting) ?? byId(selected.value) ?? byId(station.state?.cues.next);
  });
  const undo = (): void => {
    if (canAct.value) void run('undo');
  };
  const rotate = (seconds: number | null): void => {
    if (!canAct.value) return;
    void (seconds === null ? run('rotation.stop') : run('rotation.start', { seconds }));
  };
  const toggleSlate = (kind: 'opening' | 'away'): void => {
    if (!canAct.value) return;
    void (isShown('slate', kind) ? run('slate.hide') : run('slate.show', { slate: kind }));
  };
  // A slate hides what is below it, so all three are asked for whatever can be seen.
  const clear = (): void => {
    if (!canAct.value) return;
    void Promise.all([run('slate.hide'), run('product.hide'), run('caption.hide')]).then((all) => {
      if (all.every(Boolean)) say(...saidCleared());
    });
  };
  const retry = (): void => {
    if (canAct.value) void run('output.retry');
  };
  const mark = (): void => {
    if (!canAct.value || !isOn.value) return;
    void run('marker.add', { note: '' }).then((ok) => {
      if (ok) say(...saidMarked());
    });
  };

  const toggleMute = (): void => {
    if (canAct.value) void run(station.state?.sound.muted ? 'sound.unmute' : 'sound.mute');
  };
  const toggleMusic = (): void => {
    if (canAct.value) void run(station.state?.sound.music ? 'music.stop' : 'music.start');
  };
  const panic = (): void => {
    if (canAct.value && !station.state?.sound.panic) void run('sound.panic');
  };
  const resume = (): void => {
    if (canAct.value) void run('sound.resume');
  };

  const move = (by: number): void => {
    const all = products();
    if (all.length === 0) return;
    const at = all.findIndex((one) => one.id === selected.value);
    const to = at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by));
    selected.value = all[to]?.id ?? null;
  };
  const plainKeys: Record<string, () => void> = {
    F1: () => toggleSlate('opening'),
    F2: () => toggleSlate('away'),
    F3: clear,
    s: toggleMute,
    m: mark,
    n: next,
    '/': () => document.querySelector<HTMLElement>('[data-reply]')?.focus(),
    c: () => {
      if (counted.value) toggleCountdown(counted.value);
    },
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    '0': () => canAct.value && void run('caption.hide'),
  };

  const key = (event: KeyboardEvent): void => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    // at hand whatever has the focus or asks something
    if (event.key === 'F4' && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      if (!event.repeat) panic();
      return;
    }
    if (target?.closest('input, textarea, select, [contenteditable]')) return;
    if (event.ctrlKey && event.shiftKey && event.key.toLowerCase() === 'e') {
      if (!canRun.value || !isOn.value) return;
      event.preventDefault();
      isConfirming.value = true;
      return;
    }
    if (isConfirming.value) {
      if (event.key === 'Escape') isConfirming.value = false;
      return;
    }
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'z') {
      event.preventDefault();
      if (!event.repeat) undo();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const isOnControl = target?.closest('button, a, [role=tab]') != null;
    if (name === ' ' && !isOnControl) {
      const product = products().find((one) => one.id === selected.value);
      if (product) toggleProduct(product);
      event.preventDefault();
      return;
    }
    if (name.startsWith('Arrow') && target?.closest('[role=tab], .scroll')) return;
    const caption = /^[1-9]$/.test(name) ? station.show?.captions[Number(name) - 1] : undefined;
    if (caption) {
      toggleCaption(caption);
    } else if (plainKeys[name]) {
      plainKeys[name]?.();
    } else {
      return;
    }
    event.preventDefault();
  };

  return { selected, isConfirming, canAct, canRun, start, end, toggleProduct, toggleCountdown, toggleCaption, togglePin, next, counted, undo, rotate, toggleSlate, clear, retry, mark, toggleMute, toggleMusic, panic, resume, key };
}
