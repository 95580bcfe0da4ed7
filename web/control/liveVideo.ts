// The encoded program in the preview while a Session is on: the pieces the audience gets, with sound. Where that cannot be
// or does not move, the preview goes back to stills by itself.
// SPDX-License-Identifier: Apache-2.0
import { onUnmounted, ref, watch, type Ref } from 'vue';
import { Link } from '../shared/link';
import { Player, takesPieces } from '../shared/player';

const lookEveryMs = 500;
const firstPictureMs = 6000; // a key frame, its way here, a slow decoder
const stuckMs = 3000;
const againAfterMs = 15_000; // stills until then

export interface LiveVideo {
  isPlaying: Ref<boolean>; // it shows the program; else stills are to be shown
  isMuted: Ref<boolean>;
  toggleSound: () => void;
}

// `isWanted`: a Session is on and the page can be seen.
export function useLiveVideo(video: Ref<HTMLVideoElement | null>, isWanted: Ref<boolean>): LiveVideo {
  const isPlaying = ref(false);
  const isMuted = ref(true); // at first: the laptop may stand beside the microphone
  let player: Player | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let seen = { time: -1, at: 0 }; // when the picture moved last

  const link = new Link('/api/watch', { message: take, lost: () => player?.end() });

  function take(data: string | ArrayBuffer): void {
    if (!player) return;
    if (typeof data !== 'string') return player.take(data);
    try {
      const said = JSON.parse(data) as { mime?: string };
      if (said.mime === undefined) return;
      player.begin(said.mime);
      void video.value?.play().catch(() => undefined);
    } catch {
      giveUp();
    }
  }
  function look(): void {
    const el = video.value;
    if (!el || !player) return;
    const now = performance.now();
    if (el.readyState >= 2 && el.currentTime !== seen.time) {
      if (seen.time >= 0) isPlaying.value = true;
      seen = { time: el.currentTime, at: now };
    } else if (now - seen.at > (isPlaying.value ? stuckMs : firstPictureMs)) {
      giveUp();
    }
  }
  function giveUp(): void {
    stop();
    retry = setTimeout(() => isWanted.value && start(), againAfterMs);
  }
  function start(): void {
    stop();
    if (!video.value || !takesPieces()) return;
    player = new Player(video.value, giveUp);
    seen = { time: -1, at: performance.now() };
    timer = setInterval(look, lookEveryMs);
    link.open();
  }
  function stop(): void {
    clearTimeout(retry);
    clearInterval(timer);
    link.close();
    player?.close();
    player = null;
    isPlaying.value = false;
  }
  function toggleSound(): void {
    isMuted.value = !isMuted.value;
    if (video.value) video.value.muted = isMuted.value;
    if (!isMuted.value) void video.value?.play().catch(() => (isMuted.value = true));
  }

  watch([isWanted, video], ([is]) => (is ? start() : stop()), { immediate: true, flush: 'post' });
  onUnmounted(stop);
  return { isPlaying, isMuted, toggleSound };
}
