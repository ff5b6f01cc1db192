import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { client } from '../core/client.ts';
import { objection, objectionInside } from '../core/kinds.ts';
import { smaller } from '../core/photos.ts';
import { codePoints } from '../core/text.ts';
import { quoted } from '../core/timeline.ts';
import type { Draft } from '../core/drafts.ts';
import type { Topic } from '../core/signals.ts';
import type { Message, ReplyPreview } from '../core/types.ts';
import type { Upload } from '../core/uploads.ts';
import { t } from '../texts.ts';
import { uploadTile } from './attachments.ts';
import { icon, iconButton, singly } from './icons.ts';
import { quote } from './message.ts';
import { part, toast } from './overlay.ts';
import { composes, isTouch, tell, View } from './view.ts';

const SMALLER = 'parley.smaller';
/** Below this a photo is small enough as it is, in bytes. */
const SMALL = 300_000;
/** As long may a second Enter that was meant for an edit come after it is saved, in milliseconds. */
const IMPATIENCE = 1_000;
/** In characters; finding out which way a longer text runs takes the browser seconds at every key. */
const LONG = 50_000;
/** How many characters are left when that is read aloud: not at every key. */
const SAID_AT = [50, 10, 0, -1];

/** Where a message is written: text, files, voice. */
@customElement('parley-composer')
export class Composer extends View {
  protected readonly topics = ['uploads', 'outbox', 'session', 'timeline', 'drafts'] as const;

  @property({ type: Number })
  room = 0;
  @state()
  private recording = false;
  private saving = Promise.resolve(true);
  /** What is being saved of an edit. */
  @state()
  private unsaved: string | null = null;
  /** When an edit ended, if nothing was typed since. */
  private savedAt = 0;
  @state()
  private picking = false;
  /** How many characters may still be written. */
  private left = 0;
  /** How many of {@link SAID_AT} were passed, and what was said then. */
  private passed = 0;
  private said = '';

  protected override concerns(topic: Topic, room?: number): boolean {
    return topic !== 'timeline' || room === this.room;
  }

  /** Toasts stay above what is about to be sent. */
  private readonly height = new ResizeObserver(() => document.documentElement.style.setProperty('--composer', `${this.offsetHeight}px`));

  override connectedCallback(): void {
    super.connectedCallback();
    this.height.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.height.disconnect();
    document.documentElement.style.removeProperty('--composer');
  }

  private get draft(): Draft {
    return client.drafts.of(this.room);
  }

  /** Words may be left out of what has files: of an edit the message's own, which those chosen for the next are not. */
  private get hasFiles(): boolean {
    const { editing, uploads } = this.draft;
    return (editing ? editing.files_data ?? [] : uploads).length > 0;
  }

  /** Not there while something is recorded. */
  private get area(): HTMLTextAreaElement {
    return this.querySelector('textarea')!;
  }

  protected override render() {
    const current = client.rooms.get(this.room);
    if (!current) {
      return nothing;
    }
    const { text, uploads, editing, reply } = this.draft;
    const { left } = this;
    const saves = editing !== null && text.trim() === this.unsaved;
    const canSend = left >= 0 && (text.trim() !== '' || this.hasFiles) && !saves;
    const send = saves ? t.saving : editing ? t.save : t.send;
    const title = client.rooms.title(current.room);
    return html`
      ${editing || reply ? this.context(editing, reply) : nothing}
      ${uploads.length ? this.strip(uploads) : nothing}
      ${this.recording ? html`<parley-recorder .keep=${keeper(this.room)} @recorded=${this.recorded} @discarded=${this.recorderDone}></parley-recorder>` : html`
      <form class="composer" @submit=${this.submit}>
        <input type="file" class="pick-files" multiple hidden @change=${this.picked}>
        <input type="file" class="pick-camera" accept="image/*" capture="environment" hidden @change=${this.picked}>
        ${editing ? nothing : iconButton('attach', t.attach, () => this.querySelector<HTMLInputElement>('.pick-files')!.click())}
        ${editing ? nothing : iconButton('camera', t.camera, () => this.querySelector<HTMLInputElement>('.pick-camera')!.click(), { css: 'only-touch' })}
        <div class="write">
          <textarea rows="1" dir=${text.length > LONG ? nothing : 'auto'} aria-label=${uploads.length ? t.caption : t.writeTo(title)} placeholder=${uploads.length ? t.caption : t.write} enterkeyhint=${isTouch.matches ? 'enter' : 'send'}
            .value=${text} @input=${this.typed} @keydown=${this.keys} @paste=${this.pasted} @blur=${() => client.typing(this.room, false)}></textarea>
          ${iconButton('smile', t.emoji, () => void this.pick(), { pressed: this.picking })}
        </div>
        ${left < 200 ? html`<span class="count" data-over=${left < 0 || nothing}>${t.left(left)}</span>` : nothing}
        <span class="hidden" role="status">${this.said}</span>
        ${canSend || editing || text.trim() ? html`<button class="icon-button send" aria-label=${send} title=${send} ?disabled=${!canSend}>${icon(saves ? 'clock' : editing ? 'check' : 'send')}</button>`
          : iconButton('mic', t.record, singly(() => void this.record()), { css: 'send-idle' })}
      </form>`}
      ${this.picking ? html`<parley-emoji @emoji=${(event: CustomEvent<string>) => this.insert(event.detail)} @closed=${this.closePicker}></parley-emoji>` : nothing}`;
  }

  private context(editing: Message | null, reply: ReplyPreview | null): TemplateResult {
    return html`<div class="context">
      ${icon(editing ? 'edit' : 'reply')}
      ${editing ? html`<div class="quote"><span class="quote-name">${t.editing}</span><span class="quote-text" dir="auto">${editing.content}</span></div>` : quote(reply!, null)}
      ${iconButton('close', t.cancel, () => this.dropContext())}
    </div>`;
  }

  private strip(uploads: Upload[]): TemplateResult {
    const shrinkable = uploads.some((upload) => upload.kind === 'image' && upload.original.type !== 'image/gif' && upload.original.size > SMALL);
    return html`<div class="strip">
      <ul class="tiles" aria-label=${t.files}>${uploads.map((upload) => uploadTile(upload, () => this.takeOut(upload)))}</ul>
      ${shrinkable ? html`<label class="check"><input type="checkbox" .checked=${this.smaller} @change=${this.resize}><span>${t.smaller}</span></label>` : nothing}
    </div>`;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('room')) {
      this.recording = false;
      this.picking = false;
      this.passed = 0;
      this.said = '';
    }
    const { editing, reply } = this.draft;
    const isGone = ({ seq }: Message | ReplyPreview) => client.rooms.get(this.room)?.timeline.find(seq)?.is_deleted;
    if (editing && isGone(editing)) {
      client.drafts.orphan(this.room);
    }
    if (reply && isGone(reply)) {
      client.drafts.empty(this.room, reply.id);
    }
    this.left = (client.config?.max_message_length ?? 5000) - codePoints(this.draft.text);
    const passed = SAID_AT.filter((each) => this.left <= each).length;
    if (passed !== this.passed) {
      this.passed = passed;
      this.said = passed ? t.left(this.left) : '';
    }
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.fit();
    if (changed.has('room') && !isTouch.matches) {
      this.area?.focus();
    }
  }

  override focus(): void {
    this.area?.focus();
  }

  /** As tall as its text, up to a limit that the style sheet sets. */
  private fit(): void {
    const area = this.area;
    if (area && !CSS.supports('field-sizing', 'content')) {
      area.style.height = 'auto';
      area.style.height = `${area.scrollHeight}px`;
    }
  }

  private typed(): void {
    this.savedAt = 0;
    this.draft.text = this.area.value;
    client.drafts.keep(this.room);
    client.typing(this.room, this.draft.text !== '' && !this.draft.editing);
    this.requestUpdate();
  }

  private keys(event: KeyboardEvent): void {
    if (composes(event)) {
      return;
    }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || !event.shiftKey && !isTouch.matches)) {
      event.preventDefault();
      if (Date.now() - this.savedAt > IMPATIENCE) {
        this.submit(event);
      }
    } else if (event.key === 'Escape' && (this.draft.editing || this.draft.reply)) {
      event.preventDefault();
      event.stopPropagation();
      this.dropContext();
    } else if (event.key === 'ArrowUp' && !this.area.value && !this.draft.editing) {
      const own = client.rooms.get(this.room)?.timeline.messages.findLast((message) => message.sender_details.id === client.me.id && !message.is_deleted && message.content);
      if (own) {
        event.preventDefault();
        this.edit(own);
      }
    }
  }

  private submit(event: Event): void {
    event.preventDefault();
    const { draft } = this;
    const text = draft.text.trim();
    if (this.left < 0 || !text && !this.hasFiles) {
      return;
    }
    if (draft.editing) {
      if (text !== this.unsaved) {
        void this.save(draft.editing, text);
      }
      return;
    }
    client.outbox.add(this.room, text, draft.reply, draft.uploads);
    Object.assign(draft, { text: '', reply: null, uploads: [] });
    client.drafts.keep(this.room);
    client.typing(this.room, false);
    this.requestUpdate();
    this.area.focus();
    tell(this, 'sent');
  }

  /** What cannot be saved stays where it was written; one after the other, so that the last is what is saved. */
  private async save(message: Message, text: string): Promise<void> {
    const { draft, room } = this;
    const saved = this.saving.then(async () => text === message.content.trim() || await client.change(client.api.edit(message.id, text)));
    this.saving = saved;
    this.unsaved = text;
    const isSaved = await saved;
    if (this.saving === saved) {
      this.unsaved = null;
    }
    if (!isSaved) {
      return;
    }
    if (draft.editing === message && draft.text.trim() === text) {
      client.drafts.endEdit(room);
      this.savedAt = room === this.room ? Date.now() : 0;
      this.requestUpdate();
      this.area?.focus();
    }
  }

  reply(message: Message): void {
    if (this.draft.editing) {
      client.drafts.orphan(this.room);
    }
    this.draft.reply = {
      id: message.id,
      seq: message.seq,
      sender_name: message.sender_details.name,
      message_type: message.message_type,
      content: quoted(message.content),
      is_deleted: false,
    };
    client.drafts.keep(this.room);
    this.requestUpdate();
    this.area?.focus();
  }

  edit(message: Message): void {
    if (this.draft.editing && this.draft.text.trim() === this.unsaved) {
      // It is being saved.
      client.drafts.endEdit(this.room);
    }
    client.drafts.edit(this.room, message);
    this.requestUpdate();
    void this.updateComplete.then(() => {
      this.area?.focus();
      this.area?.setSelectionRange(message.content.length, message.content.length);
    });
  }

  private dropContext(): void {
    if (this.draft.editing) {
      client.drafts.endEdit(this.room);
    } else {
      this.draft.reply = null;
      client.drafts.keep(this.room);
    }
    this.requestUpdate();
    this.area?.focus();
  }

  private get smaller(): boolean {
    return client.kept.get<boolean>(SMALLER) ?? false;
  }

  /** Files from the picker, the clipboard or a drop. */
  addFiles(files: File[]): void {
    const { uploads } = this.draft;
    const most = client.config?.max_files_per_message ?? 10;
    for (const file of files) {
      const shrinks = this.smaller && file.type.startsWith('image/') && file.type !== 'image/gif' && file.size > SMALL;
      const trouble = uploads.length >= most ? t.tooMany(most) : objection(shrinks ? { name: file.name, type: file.type, size: Math.min(file.size, 1) } : file, client.config);
      if (trouble) {
        toast(trouble);
        if (uploads.length >= most) {
          break;
        }
        continue;
      }
      uploads.push(client.uploads.add(file, shrinks ? smaller(file) : this.inspected(file), null, this.room));
    }
    this.requestUpdate();
    this.area?.focus();
  }

  /** Nothing is sent of a file before its beginning was read; one that went with a message meanwhile is left to the service. */
  private async inspected(file: File): Promise<File> {
    const { draft } = this;
    const trouble = await objectionInside(file, client.config);
    const upload = draft.uploads.find(({ original }) => original === file);
    if (trouble && upload) {
      toast(trouble);
      takeOut(draft, upload);
    }
    return file;
  }

  private takeOut(upload: Upload): void {
    takeOut(this.draft, upload);
    this.requestUpdate();
    this.area?.focus();
  }

  private resize(event: Event): void {
    const shrinks = (event.target as HTMLInputElement).checked;
    client.kept.set(SMALLER, shrinks);
    for (const upload of this.draft.uploads) {
      if (upload.kind === 'image' && upload.original.type !== 'image/gif' && upload.original.size > SMALL) {
        void client.uploads.start(upload, shrinks ? smaller(upload.original) : Promise.resolve(upload.original));
      }
    }
  }

  private picked(event: Event): void {
    const input = event.target as HTMLInputElement;
    this.addFiles([...input.files ?? []]);
    input.value = '';
  }

  private pasted(event: ClipboardEvent): void {
    const files = [...event.clipboardData?.files ?? []];
    const lines = (event.clipboardData?.getData('text/plain') ?? '').split(/[\r\n]+/).filter(Boolean);
    // Office programs put a picture of what was copied beside its text; some file managers put the names beside the files.
    const isText = lines.some((line) => !files.some((file) => file.name === line));
    if (files.length && !isText) {
      event.preventDefault();
      this.addFiles(files.map((file) => file.name === 'image.png' ? new File([file], `pasted-${new Date().toISOString().slice(0, 19).replace(/:/g, '-')}.png`, { type: file.type }) : file));
    }
  }

  /** Takes what was pasted elsewhere on the page. */
  paste(event: ClipboardEvent): void {
    this.pasted(event);
    if (!event.defaultPrevented && this.area) {
      event.preventDefault();
      this.area.focus();
      this.insert(event.clipboardData?.getData('text/plain') ?? '');
    }
  }

  private async pick(): Promise<void> {
    if (await part(import('./emoji.ts'))) {
      this.picking = !this.picking;
    }
  }

  private readonly closePicker = () => {
    this.picking = false;
    this.area?.focus();
  };

  private insert(text: string): void {
    const { area } = this;
    area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
    this.typed();
  }

  private async record(): Promise<void> {
    if (await part(import('./recorder.ts'))) {
      this.recording = true;
    }
  }

  private recorderDone(): void {
    this.recording = false;
    void this.updateComplete.then(() => {
      if (!isTouch.matches) {
        this.focus();
      }
    });
  }

  private recorded(event: CustomEvent<{ file: File; seconds: number }>): void {
    this.recorderDone();
    const { file, seconds } = event.detail;
    const { draft } = this;
    client.outbox.add(this.room, '', draft.reply, [client.uploads.add(file, undefined, seconds, this.room)]);
    draft.reply = null;
    client.drafts.keep(this.room);
    tell(this, 'sent');
  }
}

function takeOut(draft: Draft, upload: Upload): void {
  client.uploads.cancel(upload);
  draft.uploads = draft.uploads.filter((each) => each !== upload);
}

/** What becomes of a recording whose conversation is left: it waits there among the files to send, if need be for the next session. */
function keeper(room: number): (file: File, seconds: number) => void {
  const me = client.me.id;
  return (file, seconds) => {
    const state = client.rooms.get(room);
    if (client.session?.user.id !== me) {
      void client.uploads.leave(me, file, seconds, room);
    } else if (state) {
      client.drafts.of(room).uploads.push(client.uploads.add(file, undefined, seconds, room));
      toast(t.recordingKept(client.rooms.title(state.room)));
    }
  };
}
