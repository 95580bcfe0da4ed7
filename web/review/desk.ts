// One evening as all parts of its page see it: what was read, the moment that is looked at, the part that is chosen.
// SPDX-License-Identifier: Apache-2.0
import { inject, markRaw, reactive, shallowReactive, type InjectionKey } from 'vue';
import { remember, remembered } from '../shared/i18n';
import * as api from './api';
import { clamp, settle, type Span } from './axis';
import { ChatFollow, pieceLength } from './chatFollow';
import { mergeNotes, newNoteId } from './notes';
import { nextRate, nextSegment } from './play';
import { newScreen, prepare, putAway } from './screen';
import type { Before, Card, Evening, Note, Notes, Pictures, Plus, Sound, Words } from './wire';

const beforeMs = 30_000;
const notesEveryMs = 4000;
const soundEveryMs = 1500;
const growsEveryMs = 10_000;
const kept = 'xiangbo.review.author';
const unsent = (id: string): string => `xiangbo.review.unsent.${id}`;

export interface EveningDesk {
  readonly id: string;
  readonly screen: HTMLVideoElement;
  readonly data: {
    evening: Evening | null;
    wrong: Words | null;
    isGone: boolean;
    isDenied: boolean;
    sound: Sound | null;
    pictures: Pictures | null;
    notes: Note[];
    waiting: Note[];
    signed: Notes['signed'];
    unread: number;
    chat: ChatFollow | null;
    chatVersion: number;
    isChatLost: boolean;
  };
  readonly view: {
    now: number;
    isPlaying: boolean;
    rate: number;
    span: Span;
    selection: Span | null;
    before: { plus: Plus; others: number; told: Before | null } | null;
    card: Card | null;
    author: string;
    cue: number; // counts the seeks: the player obeys each
  };
  seek: (t: number) => void;
  step: (ms: number) => void;
  toggle: () => void;
  faster: () => void;
  look: (span: Span) => void;
  select: (span: Span | null) => void;
  openPlus: (plus: Plus, others: number) => void;
  openCard: (card: Card | null) => void;
  closeAside: () => void;
  setAuthor: (name: string) => void;
  say: (note: { text: string; t: number; to: number | null; kind: Note['kind']; parent: string | null }) => Promise<Words | null>;
  change: (note: Note, change: { state?: Note['state']; text?: string; removed?: true }) => Promise<Words | null>;
  sign: (isBack: boolean) => Promise<Words | null>;
  reread: () => void; // something of it is new
  close: () => void;
}
export const eveningKey: InjectionKey<EveningDesk> = Symbol('evening');
export function useEvening(): EveningDesk {
  const desk = inject(eveningKey);
  if (!desk) throw new Error('no evening above this component');
  return desk;
}

const noAnswer: Words = { zh: '程序没有回答，写的还在这里，会接着送', en: 'No answer. What you wrote is kept here and sent again' };
const wordsOf = (said: api.Told | null): Words | null => (said?.ok ? null : said?.zh && said.en ? { zh: said.zh, en: said.en } : noAnswer);

// `me`: what the program calls this person, where the page is a paired one.
export function openEvening(id: string, at: number | null, me: string): EveningDesk {
  const data = shallowReactive<EveningDesk['data']>({
    evening: null, wrong: null, isGone: false, isDenied: false, sound: null, pictures: null, notes: [], waiting: readUnsent(id), signed: [], unread: 0, chat: null, chatVersion: 0, isChatLost: false,
  });
  const view = reactive<EveningDesk['view']>({
    now: at ?? 0, isPlaying: false, rate: 1, span: { from: 0, to: 1 }, selection: null, before: null, card: null, author: remembered(kept) ?? me, cue: 0,
  });
  const screen = newScreen();
  let isOpen = true;
  let askedAfter = 0;
  const timers = new Set<ReturnType<typeof setInterval>>();
  const whole = (): number => data.evening?.duration_ms ?? 0;

  const takeNotes = (answer: Notes | null): void => {
    if (!answer) return;
    const merged = mergeNotes(answer.notes, data.waiting);
    data.notes = merged.notes;
    data.signed = answer.signed;
    data.unread = answer.unread ?? 0;
    if (merged.waiting.length !== data.waiting.length) keepUnsent(id, (data.waiting = merged.waiting));
  };
  const readNotes = async (): Promise<void> => takeNotes(await api.readNotes(id));
  const readSound = async (): Promise<void> => {
    const sound = await api.readSound(id);
    if (!isOpen) return;
    const isNews = sound?.ready === true && data.sound?.ready === false;
    if (sound) data.sound = markRaw(sound);
    if (isNews) void read();
    if (sound && !sound.ready) setTimeout(() => isOpen && void readSound(), soundEveryMs);
  };
  // Small pictures. What the machine heard and saw comes with the evening.
  const readPictures = async (): Promise<void> => {
    const pictures = await api.readPictures(id);
    if (!isOpen) return;
    const isNews = pictures?.ready === true && data.pictures?.ready === false;
    if (pictures) data.pictures = markRaw(pictures);
    if (isNews) void read();
    if (pictures && !pictures.ready) setTimeout(() => isOpen && void readPictures(), soundEveryMs);
  };
  const readChat = async (): Promise<void> => {
    const chat = data.chat;
    const mine = ++askedAfter;
    if (!chat) return;
    const isThere = await chat.need(view.now);
    if (mine !== askedAfter) return; // the picture has gone on
    data.isChatLost = !isThere;
    ++data.chatVersion;
  };
  const read = async (): Promise<void> => {
    const got = await api.readEvening(id);
    if (!isOpen) return;
    data.isDenied = got.isDenied ?? false;
    if (!got.value) {
      data.isGone = got.isGone;
      data.wrong = got.wrong;
      if (got.isGone && !data.evening) setTimeout(() => isOpen && void read(), 2000);
      return;
    }
    data.isGone = false;
    const isFirst = !data.evening;
    const grewFrom = whole();
    // the first picture comes a little after the Session began
    const begin = clamp(at ?? nextSegment(got.value.segments, 0)?.from ?? 0, 0, got.value.duration_ms);
    if (isFirst) prepare(screen, got.value.segments, begin);
    data.evening = markRaw(got.value);
    if (!data.pictures && got.value.state !== 'live' && got.value.segments.length > 0) void readPictures();
    if (isFirst) {
      view.span = settle({ from: 0, to: whole() }, whole());
      view.now = begin;
      if (at !== null) {
        ++view.cue;
        const plus = got.value.lanes.pluses.find((one) => Math.abs(one.t - at) < 50);
        if (plus && at > 0) openPlus(plus, 0);
      }
      void readSound();
    } else if (view.span.from === 0 && view.span.to >= grewFrom) {
      view.span = { from: 0, to: whole() };
    }
    data.chat = markRaw(new ChatFollow((from, to, after) => api.readChat(id, from, to, after), pieceLength(got.value.summary?.comments ?? 0, whole()), whole()));
    void readChat();
  };
  void read();
  void readNotes();
  timers.add(setInterval(() => !document.hidden && void sendWaiting().then(readNotes), notesEveryMs));
  timers.add(setInterval(() => !document.hidden && data.evening?.state === 'live' && void read(), growsEveryMs));
  timers.add(setInterval(() => view.isPlaying && data.chat && !data.chat.has(view.now) && void readChat(), 500));
  timers.add(setInterval(() => view.isPlaying && data.chat && void data.chat.need(view.now + data.chat.pieceMs / 2), 4000));

  const seek = (t: number): void => {
    view.now = clamp(t, 0, whole());
    ++view.cue;
    void readChat();
  };
  const openPlus = (plus: Plus, others: number): void => {
    view.card = null;
    const aside = reactive({ plus, others, told: null as Before | null });
    view.before = aside;
    seek(plus.t);
    void api.readBefore(id, plus.t).then((told) => {
      aside.told = told ? markRaw(told) : { from: Math.max(0, plus.t - beforeMs), to: plus.t, product: null, caption: null, lines: data.chat?.upTo(plus.t, 12) ?? [] };
    });
  };

  const postNote = async (note: Note): Promise<api.Told | null> =>
    api.sendNote(id, { id: note.id, t: note.t, kind: note.kind, author: note.author, text: note.text, ...(note.to === null ? {} : { to: note.to }), ...(note.parent ? { parent: note.parent } : {}) });
  const drop = (note: Note): void => {
    keepUnsent(id, (data.waiting = data.waiting.filter((one) => one.id !== note.id)));
  };
  // What was not answered is sent again, under its name: it is there once.
  const sendWaiting = async (): Promise<void> => {
    for (const note of [...data.waiting]) {
      const said = await postNote(note);
      if (!said) return;
      if (said.ok) drop(note);
    }
  };

  return {
    id, screen, data, view, seek,
    reread: () => void read(),
    step: (ms) => seek(view.now + ms),
    toggle: () => {
      if (!view.isPlaying && view.now >= whole() - 100) seek(0);
      view.isPlaying = !view.isPlaying;
    },
    faster: () => (view.rate = nextRate(view.rate)),
    look: (span) => (view.span = settle(span, whole())),
    select: (span) => (view.selection = span && span.to > span.from ? span : null),
    openPlus,
    openCard: (card) => {
      view.before = null;
      view.card = card;
    },
    closeAside: () => (view.before = view.card = null),
    setAuthor: (name) => {
      view.author = name.trim();
      remember(kept, view.author);
    },
    say: async ({ text, t, to, kind, parent }) => {
      const note: Note = { id: newNoteId(), t: Math.round(t), to: to === null ? null : Math.round(to), parent, kind, author: view.author, text, state: 'open', wall_ms: Date.now(), edited: false };
      keepUnsent(id, (data.waiting = [...data.waiting, note]));
      data.notes = [...data.notes, note];
      const said = await postNote(note);
      if (said) {
        drop(note); // taken, or refused with a reason
        if (!said.ok) data.notes = data.notes.filter((one) => one.id !== note.id);
      }
      await readNotes();
      return wordsOf(said);
    },
    change: async (note, change) => {
      const said = await api.changeNote(id, note.id, { ...change, author: view.author });
      await readNotes();
      return wordsOf(said);
    },
    sign: async (isBack) => {
      const said = await api.signOff(id, view.author, isBack);
      await readNotes();
      return wordsOf(said);
    },
    close: () => {
      isOpen = false;
      putAway(screen);
      for (const timer of timers) clearInterval(timer);
    },
  };
}

function readUnsent(id: string): Note[] {
  try {
    const notes = JSON.parse(remembered(unsent(id)) ?? '[]') as unknown;
    return Array.isArray(notes) ? (notes as Note[]).filter((one) => typeof one?.id === 'string' && typeof one.text === 'string') : [];
  } catch {
    return [];
  }
}
const keepUnsent = (id: string, notes: Note[]): void => remember(unsent(id), JSON.stringify(notes));
