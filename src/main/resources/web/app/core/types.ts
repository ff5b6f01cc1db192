// What travels between this client and the service, as /q/openapi and /asyncapi.yaml describe it.

export interface User {
  id: number;
  name: string;
  email: string;
  avatar_url: string | null;
  is_online: boolean;
  last_seen: string | null;
}

export interface Member extends User {
  role: 'member' | 'admin';
  joined_at: string;
  last_read_seq: number;
  /** What was there when they came, they are no reader of. */
  joined_seq: number;
}

export type Kind = 'image' | 'video' | 'voice' | 'file';
export type MessageType = 'text' | Kind;

export interface FileEntry {
  id: string;
  kind: Kind;
  file_name: string;
  file_path: string;
  /** Bytes. */
  file_size: number;
  mime_type: string;
  /** Seconds. */
  duration: number | null;
  width: number | null;
  height: number | null;
  /** A small picture of it, and a larger one. */
  thumbnail_path: string | null;
  preview_path: string | null;
  /** A ThumbHash in base64. */
  placeholder: string | null;
  /** Nobody gets the bytes of what is being scanned or is blocked. */
  scan_state: 'scanning' | 'clean' | 'blocked' | 'skipped';
  /** What was found in a blocked file, or why it was not scanned. */
  scan_reason: string | null;
}

export interface ReplyPreview {
  id: number;
  seq: number;
  sender_name: string;
  message_type: MessageType;
  content: string;
  is_deleted: boolean;
}

export interface Message {
  id: number;
  room_id: number;
  seq: number;
  version: number;
  content: string;
  message_type: MessageType;
  local_temp_id: string | null;
  files_data: FileEntry[] | null;
  duration: number | null;
  created_at: string;
  edited_at: string | null;
  is_read: boolean;
  is_deleted: boolean;
  /** In REST answers only: frames do not depend on who looks. */
  is_liked?: boolean;
  like_count: number;
  sender_details: User;
  receiver_details: User | null;
  reply_to: number | null;
  reply_preview: ReplyPreview | null;
  pinned: boolean;
  has_media: boolean;
  read_count: number;
}

export interface Room {
  id: number;
  name: string | null;
  room_type: 'direct' | 'group';
  created_by: number;
  created_at: string;
  updated_at: string;
  members: Member[];
  last_seq: number;
  version: number;
  is_member: boolean;
  last_message?: Message | null;
  unread_count?: number;
  last_read_seq?: number;
}

export interface Slice {
  messages: Message[];
  total: number;
  has_more: boolean;
}

/** What a search found; the next one looks before `searched_to`. */
export interface Found extends Slice {
  searched_to: number;
}

export interface Gone {
  id: number;
  room_id: number;
  seq: number;
  version: number;
}

export interface Receipt {
  room_id: number;
  user_id: number;
  user_name: string;
  last_read_seq: number;
  version: number;
}

export interface Typing {
  room_id: number;
  user_id: number;
  user_name: string;
  is_typing: boolean;
}

export interface PresenceChange {
  user_id: number;
  user_name: string;
  avatar_url: string | null;
  is_online: boolean;
}

export type Frame =
  | { type: 'new_message'; data: Message }
  | { type: 'message_update'; data: Message }
  | { type: 'message_deleted'; data: Gone }
  | { type: 'message_read'; data: Receipt }
  | { type: 'room_update'; data: Room }
  | { type: 'typing'; data: Typing }
  | { type: 'presence'; data: PresenceChange }
  | { type: 'pong' }
  | { type: 'error'; message: string; code: string; local_temp_id?: string };

export interface Changes {
  changes: Frame[];
  version: number;
  has_more: boolean;
}

interface KindLimits {
  /** Bytes. */
  max_size: number;
  types: string[];
}

export interface Config {
  max_message_length: number;
  max_files_per_message: number;
  max_page_size: number;
  kinds: Record<Kind, KindLimits>;
}

export interface SignedIn {
  access_token: string;
  token_type: string;
  /** Seconds. */
  expires_in: number;
  user: User;
}

export interface Uploaded {
  id: string;
  url: string;
  type: string;
  size: number;
  name: string;
}
