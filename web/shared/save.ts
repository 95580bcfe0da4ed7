// A file made by the page, saved like any other.
// SPDX-License-Identifier: Apache-2.0

export function saveAs(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
