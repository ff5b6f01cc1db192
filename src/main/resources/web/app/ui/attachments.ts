import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { client } from '../core/client.ts';
import { bytes, duration } from '../core/format.ts';
import { isRecording, shownName } from '../core/text.ts';
import type { FileEntry, Message } from '../core/types.ts';
import type { Pending } from '../core/outbox.ts';
import { isLarge, type Upload } from '../core/uploads.ts';
import { t } from '../texts.ts';
import { blur } from './blur.ts';
import { icon, iconButton } from './icons.ts';
import type { Pictures } from './lightbox.ts';
import { bar, toast } from './overlay.ts';
import { vars } from './vars.ts';
import { canPlay } from './video.ts';
import { tell } from './view.ts';
import './voice.ts';

const SHOWN = 4;
const WIDEST = 340;
const TALLEST = 256;
const TALLEST_VIDEO = 380;

/** The place a picture takes, known before it is there, so that nothing jumps. */
function place(file: { width: number | null; height: number | null }, tallest: number): { '--width': string; '--ratio': string } {
  const width = file.width || 320;
  const height = file.height || 240;
  const ratio = Math.min(3, Math.max(0.4, width / height));
  return { '--width': `${Math.round(Math.min(WIDEST, Math.max(120, width), tallest * ratio))}px`, '--ratio': ratio.toFixed(4) };
}

export function hasExpired({ file_path }: FileEntry): boolean {
  return Number(/[?&]expires=(\d+)/.exec(file_path)?.[1]) * 1_000 < Date.now();
}

/** A file by a link that works, also when it was shown for so long that its own does not; null when there is none to be had. */
async function renewed(message: Message, file: FileEntry): Promise<FileEntry | null> {
  const now = hasExpired(file) ? await client.sync.renew(message) : message;
  return now?.files_data?.find((each) => each.id === file.id && !isHeld(each)) ?? null;
}

/** Shows a picture large, among all those of these messages: each by a link that works, asked for when it is turned to. */
export async function openImage(from: EventTarget, messages: Message[], { id }: FileEntry): Promise<void> {
  const seen = messages.flatMap((message) => (message.files_data ?? []).filter((file) => file.kind === 'image' && !isHeld(file)).map((file) => ({ message, file })));
  const index = seen.findIndex(({ file }) => file.id === id);
  if (index >= 0) {
    const images = seen.map(({ file }) => file);
    const renew = (at: number) => renewed(seen[at].message, images[at]);
    images[index] = await renew(index) ?? images[index];
    tell<Pictures>(from, 'open-image', { images, index, renew });
  }
}

/** Follows a link to a file, by one that works. */
async function follow(message: Message, file: FileEntry, anchor: HTMLAnchorElement): Promise<void> {
  const fresh = await renewed(message, file);
  if (fresh) {
    anchor.href = fresh.file_path;
    anchor.click();
  } else {
    toast(t.fileGone);
  }
}

/** A link that has expired is not followed, but the one that took its place. */
function clicked(event: MouseEvent, message: Message, file: FileEntry): void {
  if (hasExpired(file)) {
    event.preventDefault();
    void follow(message, file, (event.currentTarget as HTMLAnchorElement).cloneNode() as HTMLAnchorElement);
  }
}

export function download(message: Message, file: FileEntry): Promise<void> {
  return follow(message, file, Object.assign(document.createElement('a'), { download: shownName(file.file_name) }));
}

/** Pictures that were shown as they are before they had a thumbnail stay so: nothing is loaded twice. */
const whole = new Set<string>();

/** What to show of a picture in a list: its thumbnail, unless that would not move as it does. */
function source(file: FileEntry): string {
  if (!file.thumbnail_path || file.mime_type === 'image/gif') {
    whole.add(file.id);
  }
  return whole.has(file.id) ? file.file_path : file.thumbnail_path!;
}

/** A picture that has come hides what stood in for it, also where it is transparent. */
export function cover(event: Event): void {
  (event.target as HTMLElement).dataset['shown'] = '';
}

/** Nobody gets its bytes, yet or any more. */
export function isHeld(file: FileEntry): boolean {
  return file.scan_state === 'scanning' || file.scan_state === 'blocked';
}

function held(file: FileEntry): string {
  return file.scan_state === 'blocked' ? t.blocked(file.scan_reason) : t.scanning;
}

/** A message's files: pictures in a grid, players, cards. */
export function attachments(message: Message, open: (file: FileEntry) => void): TemplateResult | typeof nothing {
  const files = message.files_data;
  if (!files?.length) {
    return nothing;
  }
  const images = files.filter((file) => file.kind === 'image');
  const others = files.filter((file) => file.kind !== 'image');
  const more = images.length - SHOWN;
  return html`
    ${images.length ? html`<div class="grid" data-count=${Math.min(images.length, SHOWN)} ${vars(images.length === 1 ? place(images[0], TALLEST) : { '--width': `${WIDEST}px`, '--ratio': '1' })}>
      ${images.slice(0, SHOWN).map((file, index) => html`
        <button type="button" class="picture" ?disabled=${isHeld(file)} aria-label=${isHeld(file) ? `${shownName(file.file_name)}, ${held(file)}` : t.openImage(shownName(file.file_name)) + (index === SHOWN - 1 && more > 0 ? ', ' + t.more(more) : '')} @click=${() => open(file)}>
          ${file.placeholder ? html`<canvas class="blur" aria-hidden="true" ${blur(file.placeholder)}></canvas>` : nothing}
          ${isHeld(file) ? html`<span class="held">${held(file)}</span>` : html`<img src=${source(file)} alt="" loading="lazy" decoding="async" width=${file.width ?? nothing} height=${file.height ?? nothing} @load=${cover} @error=${() => void client.sync.renew(message)}>`}
          ${index === SHOWN - 1 && more > 0 ? html`<span class="picture-more" aria-hidden="true">+${more}</span>` : nothing}
        </button>`)}
    </div>` : nothing}
    ${repeat(others, (file) => file.id, (file) => other(message, file))}`;
}

function other(message: Message, file: FileEntry): TemplateResult {
  if (isHeld(file)) {
    return fileCard(message, file);
  }
  if (file.kind === 'video' && canPlay(file)) {
    return html`<parley-video .file=${file} .place=${place(file, TALLEST_VIDEO)} .renew=${() => client.sync.renew(message)} .instead=${page(message, file)}></parley-video>`;
  }
  if (file.kind === 'voice') {
    const recorded = isRecording(file.file_name);
    return html`<parley-voice .src=${file.file_path} .link=${async () => (await renewed(message, file))?.file_path ?? null} .seconds=${file.duration} .size=${file.file_size} .label=${recorded ? t.voice : shownName(file.file_name)}></parley-voice>
      ${recorded ? nothing : fileCard(message, file)}`;
  }
  return page(message, file);
}

/** A file's card, under a picture of its first page or moment where there is one. */
function page(message: Message, file: FileEntry): TemplateResult {
  const opens = isPdf(file);
  return html`${file.thumbnail_path ? html`<a class="page" href=${file.file_path} download=${opens ? nothing : shownName(file.file_name)} target=${opens ? '_blank' : nothing} rel="noopener" tabindex="-1" aria-hidden="true" @click=${(event: MouseEvent) => clicked(event, message, file)}>
    <img src=${file.thumbnail_path} alt="" loading="lazy" decoding="async" @error=${() => void client.sync.renew(message)}></a>` : nothing}${fileCard(message, file)}`;
}

const COLOURS: Record<string, string> = { pdf: 'red', doc: 'blue', docx: 'blue', xls: 'green', xlsx: 'green', zip: 'amber', rar: 'amber' };

/** Shown by the browser itself; the arrow is for those that do not show what the service forbids to act. */
function isPdf(file: FileEntry): boolean {
  return file.mime_type === 'application/pdf';
}

export function fileCard(message: Message, file: FileEntry): TemplateResult {
  const name = shownName(file.file_name);
  const extension = /\.(\w{1,5})$/.exec(name)?.[1].toLowerCase() ?? '';
  const badge = html`<span class="file-icon ${COLOURS[extension] ?? ''}" aria-hidden="true">${icon('file')}<span>${extension}</span></span>`;
  if (isHeld(file)) {
    return html`<span class="file-card">${badge}
      <span class="file-name" dir="auto" title=${name}>${name}</span>
      <span class="file-size" ?data-blocked=${file.scan_state === 'blocked'}>${held(file)}</span>
    </span>`;
  }
  const size = html`<span class="file-size">${bytes(file.file_size)}${file.duration ? ` · ${duration(file.duration)}` : ''}</span>`;
  const follows = (event: MouseEvent) => clicked(event, message, file);
  if (isPdf(file)) {
    return html`<span class="file-card">${badge}
      <a class="file-name" href=${file.file_path} target="_blank" rel="noopener" aria-label=${t.openFile(name)} title=${name} dir="auto" @click=${follows}>${name}</a>${size}
      <a class="icon-button" href=${file.file_path} download=${name} aria-label="${t.downloadFile(name)}, ${bytes(file.file_size)}" title=${t.download} @click=${follows}>${icon('download')}</a>
    </span>`;
  }
  return html`<a class="file-card" href=${file.file_path} download=${name} @click=${follows}>${badge}
    <span class="file-name" dir="auto" title=${name}>${name}</span> ${size}
    ${icon('download')}<span class="hidden">${t.download}</span>
  </a>`;
}

/** Files on their way, each with its own progress, to be cancelled, as long as they can be, or tried again one by one. */
export function uploadTile(upload: Upload, remove: (() => void) | null): TemplateResult {
  const name = shownName(upload.name);
  const percent = Math.round(upload.progress * 100);
  const status = upload.state === 'failed' ? upload.error ?? t.uploadFailed : upload.state === 'done' ? t.ready : upload.state === 'preparing' ? t.preparing : upload.state === 'paused' ? t.paused(percent) : t.uploading(percent);
  return html`<li class="tile" data-state=${upload.state}>
    ${upload.preview && upload.kind === 'image' ? html`<img src=${upload.preview} alt="">` : html`<span class="tile-icon">${icon(upload.kind === 'video' ? 'play' : upload.kind === 'voice' ? 'mic' : 'file')}</span>`}
    <span class="tile-text"><span class="tile-name" dir="auto" title=${name}>${name}</span>
      <span class="tile-size">${upload.state === 'failed' || upload.state === 'paused' ? status : bytes(upload.size)}</span></span>
    ${again(upload, name)}
    ${remove ? iconButton('close', upload.state === 'done' ? t.removeFile(name) : t.cancelUpload(name), remove, { css: 'tile-remove' }) : nothing}
    ${upload.state === 'done' || upload.state === 'failed' ? nothing : bar(upload.progress, `${name}: ${status}`)}
  </li>`;
}

/** What can be done with an upload besides giving it up. */
function again(upload: Upload, name: string): TemplateResult | typeof nothing {
  switch (upload.state) {
    case 'failed':
      return upload.missing ? iconButton('attach', t.chooseFile(name), () => chooseAgain(upload), { css: 'tile-retry' })
        : iconButton('retry', t.retryUpload(name), () => void client.uploads.start(upload), { css: 'tile-retry' });
    case 'paused':
      return iconButton('play', t.resumeUpload(name), () => void client.uploads.start(upload), { css: 'tile-pause' });
    case 'uploading':
    case 'waiting':
      return isLarge(upload) ? iconButton('pause', t.pauseUpload(name), () => client.uploads.pause(upload), { css: 'tile-pause' }) : nothing;
    default:
      return nothing;
  }
}

function chooseAgain(upload: Upload): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.addEventListener('change', () => {
    if (input.files?.length && !client.uploads.supply(upload, input.files[0])) {
      toast(t.anotherFile(shownName(upload.name)));
    }
  });
  input.click();
}

export function pendingFiles(item: Pending): TemplateResult | typeof nothing {
  return item.uploads.length ? html`<ul class="tiles in-bubble" aria-label=${t.files}>${item.uploads.map((upload) => uploadTile(upload, item.state === 'sending' ? null : () => client.outbox.cancelFile(item, upload)))}</ul>` : nothing;
}
