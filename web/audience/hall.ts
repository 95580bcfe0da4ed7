// The station as its audience knows it: what is on, what is said, and what this phone has to say.
// SPDX-License-Identifier: Apache-2.0
import { reactive, shallowReactive } from 'vue';
import { ChatLog, type ChatLine } from '../shared/chat';
import { remember, remembered } from '../shared/i18n';
import { Link } from '../shared/link';
import type { FeedItem } from '../shared/wire';
import { person } from './person';

export interface Hall {
  name: string;
  video: { width: number; height: number };
  isOnAir: boolean;
  wasOnAir: boolean;
  signal: string;
  isConnected: boolean;
  wasConnected: boolean;
  lostAt: number; // performance.now()
  attempts: number; // since then
  isChatOpen: boolean;
  likes: number | null;
  viewers: number | null;
  fans: number | null;
  lines: ChatLine[];
  isFollowing: boolean;
  waitUntil: number; // performance.now(): muted until then
  toast: { key: string; isBad: boolean } | null;
}

// Messages of ws /api/watch and ws /api/audience (docs/wire.md 10).
interface Status {
  station?: { name: string };
  video?: { width: number; height: number };
  on_air?: boolean;
  signal?: string;
  mime?: string;
}
interface Word {
  chat?: boolean;
  likes?: number;
  viewers?: number;
  ok?: string;
  error?: string;
  of?: string;
  wait_ms?: number;
}

const lastLines = 30;
const likesEveryMs = 1000;
const mostLikes = 50;
const toastMs = 3000;

const objectOf = <T>(text: string): T | null => {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as T) : null;
  } catch {
    return null;
  }
};

export interface Pictures {
  begin: (mime: string) => void;
  take: (piece: ArrayBuffer) => void;
  lost: () => void;
}

export function emptyHall(): Hall {
  return {
    name: '',
    video: { width: 16, height: 9 },
    isOnAir: false,
    wasOnAir: false,
    signal: 'none',
    isConnected: false,
    wasConnected: false,
    lostAt: performance.now(),
    attempts: 0,
    isChatOpen: false,
    likes: null,
    viewers: null,
    fans: null,
    lines: shallowReactive([]),
    isFollowing: remembered('xiangbo.follow') === 'yes',
    waitUntil: 0,
    toast: null,
  };
}

export function openHall(pictures: Pictures, wantsPieces: boolean) {
  const log = new ChatLog();
  const hall = reactive(emptyHall());

  let toastTimer: ReturnType<typeof setTimeout> | undefined;
  const toast = (key: string, isBad = false): void => {
    hall.toast = { key, isBad };
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => (hall.toast = null), toastMs);
  };

  const takeStatus = (status: Status): void => {
    if (status.mime) pictures.begin(status.mime);
    if (status.station) hall.name = status.station.name;
    if (status.video) hall.video = status.video;
    if (status.signal) hall.signal = status.signal;
    if (status.on_air === undefined) return;
    if (hall.isOnAir && !status.on_air) pictures.lost();
    hall.isOnAir = status.on_air;
    hall.wasOnAir ||= status.on_air;
  };
  const watch = new Link(wantsPieces ? '/api/watch' : '/api/watch?picture=none', {
    opened: () => {
      hall.isConnected = true;
      hall.wasConnected = true;
      hall.attempts = 0;
    },
    message: (data) => {
      if (typeof data !== 'string') return pictures.take(data);
      const status = objectOf<Status>(data);
      if (status) takeStatus(status);
    },
    lost: () => {
      if (hall.isConnected || hall.attempts === 0) hall.lostAt = performance.now();
      hall.isConnected = false;
      ++hall.attempts;
      pictures.lost();
    },
  });

  const feed = new Link(() => (log.last > 0 ? `/api/feed?from=${log.last}` : `/api/feed?last=${lastLines}`), {
    message: (data) => {
      const said = typeof data === 'string' ? objectOf<FeedItem[]>(data) : null;
      if (!Array.isArray(said)) return;
      const items = said.filter((item) => typeof item === 'object' && item !== null);
      for (const { followers, v } of items) {
        if (!followers) continue;
        hall.fans = followers.total;
        if (v !== undefined && v < log.last) log.forget(); // another data folder
      }
      if (log.add(items)) hall.lines = [...log.lines];
    },
  });

  const takeWord = (word: Word): void => {
    if (word.chat !== undefined) {
      hall.isChatOpen = word.chat;
      hall.likes = word.likes ?? null;
      hall.viewers = word.viewers ?? null;
    }
    if (word.ok === 'follow') {
      if (!hall.isFollowing) toast('audience.followed');
      hall.isFollowing = true;
      remember('xiangbo.follow', 'yes');
    } else if (word.ok === 'ask') {
      toast('audience.asked');
    }
    if (word.wait_ms !== undefined) {
      if (word.wait_ms > likesEveryMs) hall.waitUntil = performance.now() + word.wait_ms;
    } else if (word.error) {
      toast(word.error === 'chat.not_on_air' ? 'audience.not_on_air' : 'audience.not_sent', true);
    }
  };
  const talk = new Link(`/api/audience?id=${person()}`, {
    message: (data) => {
      const word = typeof data === 'string' ? objectOf<Word>(data) : null;
      if (word) takeWord(word);
    },
    lost: () => (hall.isChatOpen = false),
  });

  let likes = 0;
  const likeTimer = setInterval(() => {
    if (likes > 0 && talk.send(JSON.stringify({ like: Math.min(likes, mostLikes) }))) likes = 0;
  }, likesEveryMs);

  const send = (message: object): boolean => {
    const isSent = hall.isOnAir && talk.send(JSON.stringify(message));
    if (!isSent) toast(hall.isOnAir ? 'audience.not_sent' : 'audience.not_on_air', true);
    return isSent;
  };
  for (const link of [watch, feed, talk]) link.open();
  return {
    hall,
    say: (text: string, name: string) => send({ say: text, name }),
    ask: (text: string, name: string) => send({ ask: text, name }),
    follow: (name: string) => send({ follow: true, name }),
    like: (): void => {
      ++likes;
      if (hall.likes !== null) ++hall.likes; // the program's own number comes within a second
    },
    // The picture came to nothing: from the beginning.
    again: (): void => {
      watch.close();
      watch.open();
    },
    close: (): void => {
      clearInterval(likeTimer);
      for (const link of [watch, feed, talk]) link.close();
    },
  };
}
export type OpenHall = ReturnType<typeof openHall>;
