// How the page serves whoever sits before it: type size, warnings read aloud, notifications, a sound for a follower. Each is
// remembered by this browser; all that makes a noise is off at first.
// SPDX-License-Identifier: Apache-2.0
import { onScopeDispose, reactive, watch } from 'vue';
import { remember, remembered } from '../shared/i18n';
import type { Station } from '../shared/station';
import { bannerOf, isOnAir, problemsOf } from '../shared/status';

export const zooms = [1, 1.15, 1.3];
export interface Comfort {
  size: number; // index of zooms
  speaks: boolean;
  notifies: boolean;
  rings: boolean;
}
const isSet = (key: string): boolean => remembered(`xiangbo.${key}`) === 'on';

export const comfort: Comfort = reactive({
  size: Math.min(zooms.length - 1, Math.max(0, Math.trunc(Number(remembered('xiangbo.size') ?? 0)) || 0)),
  speaks: isSet('speaks'),
  notifies: isSet('notifies'),
  rings: isSet('rings'),
});
export const zoomOf = (): number => zooms[comfort.size] ?? 1;

export function setSize(size: number): void {
  comfort.size = size;
  remember('xiangbo.size', String(size));
}
export function setSwitch(key: 'speaks' | 'notifies' | 'rings', isOn: boolean): void {
  comfort[key] = isOn;
  remember(`xiangbo.${key}`, isOn ? 'on' : 'off');
}

export const canSpeak = (): boolean => 'speechSynthesis' in globalThis;
export const canNotify = (): boolean => 'Notification' in globalThis && isSecureContext;

// Asked for at the press of the switch alone. False: the browser said no.
export async function allowNotifying(): Promise<boolean> {
  if (!canNotify()) return false;
  return (await Notification.requestPermission()) === 'granted';
}

export function speak(text: string, locale: string): void {
  if (!canSpeak() || !text) return;
  const saying = new SpeechSynthesisUtterance(text);
  saying.lang = locale;
  speechSynthesis.speak(saying);
}

let audio: AudioContext | null = null;
// Two short notes, in the operator's own headphones: nothing of it goes into the stream.
export function ring(): void {
  audio ??= new AudioContext();
  const { currentTime: now, destination } = audio;
  [880, 1320].forEach((pitch, i) => {
    const tone = new OscillatorNode(audio!, { frequency: pitch });
    const level = new GainNode(audio!, { gain: 0 });
    const from = now + i * 0.09;
    level.gain.setValueAtTime(0, from);
    level.gain.linearRampToValueAtTime(0.12, from + 0.01);
    level.gain.exponentialRampToValueAtTime(0.0001, from + 0.22);
    tone.connect(level).connect(destination);
    tone.start(from);
    tone.stop(from + 0.25);
  });
}

export interface Words {
  t: (key: string) => string;
  locale: () => string;
}

// What is wrong now, in the page's language, worst first.
export function warningsOf(station: Station, { t, locale }: Words): string[] {
  const { state } = station;
  if (!state) return [];
  if (!station.isConnected) return [t(isOnAir(state) ? 'veil.heading' : 'veil.idle')];
  const banner = bannerOf(state);
  const said = banner ? [banner.keys.map(t).join(locale() === 'en' ? ' ' : '')] : [];
  return [...said, ...problemsOf(state).map((one) => (locale() === 'en' ? one.en : one.zh))];
}

// Watches the station for as long as the page is there.
export function serveComfort(station: Station, words: Words): void {
  let told = new Set<string>();
  const stopWarnings = watch(
    () => warningsOf(station, words),
    (now) => {
      const fresh = now.filter((one) => !told.has(one));
      told = new Set(now);
      if (fresh.length === 0) return;
      if (comfort.speaks) for (const one of fresh) speak(one, words.locale());
      const isDropOut = !station.isConnected || station.state?.state === 'reconnecting' || station.state?.recorder.error;
      if (!comfort.notifies || !document.hidden || !isDropOut || !canNotify() || Notification.permission !== 'granted') return;
      new Notification(words.t('app.name'), { body: fresh[0] ?? '', icon: '/icon-192.png', tag: 'xiangbo' });
    },
    { immediate: true },
  );
  const stopFollowers = watch(
    () => station.state?.followers.gained,
    (now, before) => {
      if (comfort.rings && now !== undefined && before !== undefined && now > before && station.state && isOnAir(station.state)) ring();
    },
  );
  onScopeDispose(() => {
    stopWarnings();
    stopFollowers();
  });
}
