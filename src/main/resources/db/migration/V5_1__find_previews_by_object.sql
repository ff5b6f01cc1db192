-- For telling objects of the store that nobody needs from those of previews.
create index media_previews_by_object on media_previews (storage_key collate "C");
