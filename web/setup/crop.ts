// A square cut out of a photo, small enough to be sent.
// SPDX-License-Identifier: Apache-2.0

export interface Square {
  x: number; // of its middle, in pixels of the photo
  y: number;
  side: number;
}

export const largestPhoto = 40 * 1024 * 1024;
const sideOut = 1024;

export const firstSquare = (width: number, height: number): Square => ({ x: width / 2, y: height / 2, side: Math.min(width, height) });

// Kept inside the photo, and not so small that it would be a blot.
export function settle(square: Square, width: number, height: number): Square {
  const most = Math.min(width, height);
  const side = Math.min(most, Math.max(Math.min(most, 64), square.side));
  const inside = (at: number, whole: number): number => Math.min(whole - side / 2, Math.max(side / 2, at));
  return { x: inside(square.x, width), y: inside(square.y, height), side };
}

export function cut(photo: CanvasImageSource, square: Square, type: string): Promise<Blob | null> {
  const side = Math.round(Math.min(sideOut, square.side));
  const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
  const context = canvas.getContext('2d');
  if (!context) return Promise.resolve(null);
  context.imageSmoothingQuality = 'high';
  context.drawImage(photo, square.x - square.side / 2, square.y - square.side / 2, square.side, square.side, 0, 0, side, side);
  // a PNG keeps a ground that can be seen through; a photo is much smaller as JPEG
  const kept = type === 'image/png' || type === 'image/webp' ? 'image/png' : 'image/jpeg';
  return new Promise((done) => canvas.toBlob(done, kept, 0.9));
}
