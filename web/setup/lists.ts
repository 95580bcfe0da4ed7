// What a chat platform needs to be told, in the order of its forms (docs/show.md, docs/operations.md).
// SPDX-License-Identifier: Apache-2.0

const rooms: Record<string, string[]> = {
  bilibili: ['room'],
  bilibili_open: ['room'],
  twitch: ['room'],
  twitch_events: ['room'],
  youtube: ['room'],
  owncast: ['api'],
  generic: ['url', 'map'],
  blivechat: ['url'],
  ingest: ['map'],
};
const tokens: Record<string, string[]> = {
  bilibili_open: ['key_id', 'key_secret', 'code'],
  twitch_events: ['token', 'client_id'],
  youtube: ['token', 'api_key'],
  ssn: ['token'],
  blivechat: ['token'],
  generic: ['token'],
};

export const needs = (platform: string): string[] => rooms[platform] ?? [];
export const tokensOf = (platform: string): string[] => tokens[platform] ?? [];

// Who can get a picture: the recording (without a name here) and each push.
export const usersOf = (pushes: string[]): { value: string; name: string | null }[] => [
  { value: 'record', name: null },
  ...pushes.map((name) => ({ value: `push:${name}`, name })),
];
