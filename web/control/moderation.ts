// What is done with one message: chosen, shown, answered, hidden with a reason, its person muted; and five seconds to
// think better of it.
// SPDX-License-Identifier: Apache-2.0
import { computed, onScopeDispose, ref, type ComputedRef, type Ref } from 'vue';
import type { ChatLine } from '../shared/chat';
import type { StationDesk } from '../shared/station';
import type { Hidden, Question } from '../shared/wire';

export const undoMs = 5000;
export const usualMute = 10; // minutes
export const longMute = 1440;

export type Asking = 'reason' | 'mute' | null;
export interface Regret {
  kind: 'hidden' | 'muted';
  name: string;
  back: () => Promise<boolean>;
}

export interface Moderation {
  chosen: Ref<string | null>; // key of a line
  asking: Ref<Asking>;
  regret: Ref<Regret | null>;
  waiting: ComputedRef<Map<string, Question>>; // questions by the lines that asked them
  choose: (line: ChatLine) => void;
  move: (lines: ChatLine[], by: number) => void;
  leave: () => void;
  hide: (line: ChatLine, reason: string) => Promise<void>;
  mute: (line: ChatLine, minutes: number) => Promise<void>;
  answered: (question: Question) => void;
  restore: (one: Hidden) => void;
  takeBack: () => void;
}

export function useModeration(desk: StationDesk): Moderation {
  const { station, run } = desk;
  const chosen = ref<string | null>(null);
  const asking = ref<Asking>(null);
  const regret = ref<Regret | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(timer));

  const waiting = computed(() => {
    const out = new Map<string, Question>();
    for (const one of station.state?.questions ?? []) {
      out.set(String(one.first), one);
      out.set(String(one.last), one);
    }
    return out;
  });

  const leave = (): void => {
    chosen.value = null;
    asking.value = null;
  };
  const choose = (line: ChatLine): void => {
    const isSame = chosen.value === line.key;
    leave();
    if (!isSame && line.kind === 'chat') chosen.value = line.key;
  };
  const move = (lines: ChatLine[], by: number): void => {
    const said = lines.filter((line) => line.kind === 'chat');
    const at = said.findIndex((line) => line.key === chosen.value);
    const to = at < 0 ? (by < 0 ? said.length - 1 : 0) : Math.min(said.length - 1, Math.max(0, at + by));
    asking.value = null;
    chosen.value = said[to]?.key ?? null;
  };
  const offer = (what: Regret): void => {
    clearTimeout(timer);
    regret.value = what;
    timer = setTimeout(() => (regret.value = null), undoMs);
  };
  const hide = async (line: ChatLine, reason: string): Promise<void> => {
    const why = reason.trim();
    if (!why) return;
    leave();
    const seq = Number(line.key);
    if (await run('chat.hide', { seq, reason: why }))
      offer({ kind: 'hidden', name: line.name, back: () => run('chat.unhide', { seq, reason: '' }) });
  };
  const mute = async (line: ChatLine, minutes: number): Promise<void> => {
    const { platform, user } = line;
    if (!user) return;
    leave();
    if (await run('chat.mute', { platform, user, minutes }))
      offer({ kind: 'muted', name: line.name, back: () => run('chat.mute', { platform, user, minutes: 0 }) });
  };
  const answered = (question: Question): void => {
    leave();
    void run('chat.answered', { seq: question.first });
  };
  const restore = (one: Hidden): void => void run('chat.unhide', { seq: one.seq, reason: '' });
  const takeBack = (): void => {
    const what = regret.value;
    clearTimeout(timer);
    regret.value = null;
    void what?.back();
  };
  return { chosen, asking, regret, waiting, choose, move, leave, hide, mute, answered, restore, takeBack };
}
