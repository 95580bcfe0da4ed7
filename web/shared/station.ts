// The station as the page knows it: snapshot, then changes. One object for all components.
// SPDX-License-Identifier: Apache-2.0
import { inject, reactive, shallowReactive, type InjectionKey } from 'vue';
import { ChatLog, type ChatLine } from './chat';
import { command, fetchJson, type Args } from './command';
import { Link } from './link';
import { askStanding } from './standing';
import { cutAtOf } from './status';
import { readUpdate, type Answer, type Deed, type Me, type Show, type State, type Stats } from './wire';

export interface Station {
  state: State | null;
  show: Show | null;
  isConnected: boolean;
  wasConnected: boolean;
  // The session's length before it ended: the state forgets it then.
  lastSeconds: number | null;
  cutAt?: number | null; // second of the session in which this page saw the connection go
  isLaptopBusy: boolean | null;
  chat: ChatLine[];
  chatVersion: number;
  toast: { text: Answer; isBad: boolean; id: number } | null;
  busy: Set<string>; // the commands being waited for
  me?: Me | null; // who this page is, once the program has said so
  shutOut?: 'needed' | 'ended' | null; // why the program lets this page do nothing
  deeds?: Deed[]; // what was pressed last, oldest first
}
export type StationDesk = { station: Station; run: (name: string, args?: Args) => Promise<boolean>; say: (zh: string, en: string) => void };

export const deskKey: InjectionKey<StationDesk> = Symbol('desk');
export function useDesk(): StationDesk {
  const desk = inject(deskKey);
  if (!desk) throw new Error('no desk above this component');
  return desk;
}

const statsEveryMs = 2000;
const silenceMs = 5000; // the program says something every second
const toastMs = 4000;
const sessionEnded = 4401;

export function openDesk(): StationDesk {
  const log = new ChatLog();
  const station: Station = reactive({
    state: null,
    show: null,
    isConnected: false,
    wasConnected: false,
    lastSeconds: null,
    isLaptopBusy: null,
    chat: shallowReactive([]),
    chatVersion: 0,
    toast: null,
    busy: new Set(),
    me: null,
    shutOut: null,
    deeds: [],
  });

  // `isSnapshot`: what was before it was not seen.
  const takeState = (state: State, isSnapshot: boolean): void => {
    if (state.session.seconds !== null) station.lastSeconds = state.session.seconds;
    else if (state.state === 'ready') station.lastSeconds = null;
    station.cutAt = cutAtOf(isSnapshot ? null : station.state, station.cutAt ?? null, state);
    station.state = state;
  };
  const updates = new Link(
    '/api/updates',
    {
      message: (data) => {
        const update = typeof data === 'string' ? readUpdate(data) : null;
        if (!update) return;
        const isSnapshot = !station.isConnected;
        station.isConnected = true;
        station.wasConnected = true;
        const isShowNew = isSnapshot || (update.state !== undefined && update.state.show_version !== station.state?.show_version);
        if (update.recent || isSnapshot) station.deeds = update.recent ?? [];
        if (update.state) takeState(update.state, isSnapshot);
        if (update.chat) {
          if (isSnapshot) log.restart(update.chat);
          else log.add(update.chat);
          station.chat = [...log.lines];
          ++station.chatVersion;
        }
        if (isShowNew) void fetchJson<Show>('/api/show').then((show) => (station.show = show ?? station.show));
      },
      lost: (code) => {
        station.isConnected = false;
        station.isLaptopBusy = null;
        station.toast = null;
        if (code === sessionEnded) shutOut('ended');
        else void learnStanding();
      },
    },
    silenceMs,
  );
  updates.open();

  const shutOut = (why: 'needed' | 'ended'): void => {
    station.shutOut = why;
    station.isConnected = false;
    updates.close();
  };
  const learnStanding = async (): Promise<void> => {
    const standing = await askStanding();
    if (standing?.me) station.me = standing.me;
    else if (standing) shutOut(standing.why);
  };
  void learnStanding();

  // The laptop is busy when ticks were late or pictures were skipped since the last look.
  let before: number | null = null;
  setInterval(() => {
    if (!station.isConnected || document.hidden) return;
    void fetchJson<Stats>('/api/stats').then((stats) => {
      if (!stats?.frames) return;
      const lost = stats.frames.missed + stats.frames.skipped;
      if (before !== null && lost >= before) station.isLaptopBusy = lost > before;
      before = lost;
    });
  }, statsEveryMs);

  let toasts = 0;
  const toast = (text: Answer, isBad: boolean): void => {
    const id = ++toasts;
    station.toast = { text, isBad, id };
    setTimeout(() => {
      if (station.toast?.id === id) station.toast = null;
    }, toastMs);
  };

  return {
    station,
    async run(name, args = {}) {
      if (!station.isConnected) return false;
      station.busy.add(name);
      const answer = await command(name, args);
      station.busy.delete(name);
      if (!answer) toast({ ok: false }, true);
      else if (answer.zh || !answer.ok) toast(answer, !answer.ok);
      return answer?.ok ?? false;
    },
    say: (zh, en) => toast({ ok: true, zh, en }, false),
  };
}
