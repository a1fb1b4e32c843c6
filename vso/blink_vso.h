/* SPDX-License-Identifier: MIT
 *
 * The binary interface between a Blink client and the Blink server: versioned shared objects.
 *
 * This header is the whole of it. It is C, includes nothing but integer types, and can be used in a
 * kernel. docs/formats/vso.md says in words what each field means, who may write it, and in which
 * order; another implementation can be written from that page and this header.
 *
 * Bump rule. BLINK_VSO_VERSION_MAJOR changes when an old reader would misread a new writer: a field
 * moves or changes its meaning. BLINK_VSO_VERSION_MINOR changes when something is added which the
 * other side may ignore or is only used after both agreed on it (a command, an event, an object
 * type, a reserved field). Numbers that have been released are never given another meaning.
 *
 * All fields are little-endian. All structures are aligned to 8 bytes and hold no hidden padding.
 */
#ifndef BLINK_VSO_H
#define BLINK_VSO_H

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/types.h>
typedef __u16 blink_u16;
typedef __u32 blink_u32;
typedef __u64 blink_u64;
#else
#include <stddef.h>
#include <stdint.h>
typedef uint16_t blink_u16;
typedef uint32_t blink_u32;
typedef uint64_t blink_u64;
#endif

#ifdef __cplusplus
#define BLINK_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define BLINK_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

#define BLINK_VSO_MAGIC 0x314F53564B4C4228ull /* "(BLKVSO1" read as bytes */
#define BLINK_VSO_VERSION_MAJOR 1
#define BLINK_VSO_VERSION_MINOR                                                               \
  6 /* 1: windows and what belongs to them; 2: events about windows; 3: GL streams; 4: SHOWN; \
       5: rings of GL streams; 6: SHOWN of their windows, RELEASE */

/* ------------------------------------------------------------------------------------------------
 * The region: memory that client and server share, in pages of 4096 bytes, numbered from 0.
 *
 *   page 0        struct blink_region_header, by the client, constant once it connects
 *   page 1        struct blink_client_words, by the client
 *   page 2        struct blink_server_words, by the server
 *   page 3        struct blink_reply[64], by the server
 *   page 4 ...    command ring, by the client
 *   ...           event ring, by the server
 *   the rest      arrays and the pages of objects, placed by the client
 */
#define BLINK_PAGE_BYTES 4096u
#define BLINK_PAGE_SHIFT 12
#define BLINK_PAGE_HEADER 0u
#define BLINK_PAGE_CLIENT_WORDS 1u
#define BLINK_PAGE_SERVER_WORDS 2u
#define BLINK_PAGE_REPLIES 3u
#define BLINK_PAGE_COMMAND_RING 4u

#define BLINK_RING_PAGES_MIN 1u
#define BLINK_RING_PAGES_MAX 256u /* and a power of two */

struct blink_region_header {
  blink_u64 magic;              /* BLINK_VSO_MAGIC */
  blink_u16 version_major;      /* what the client speaks */
  blink_u16 version_minor;      /* the newest that it speaks */
  blink_u32 header_bytes;       /* sizeof(struct blink_region_header) */
  blink_u64 region_bytes;       /* multiple of BLINK_PAGE_BYTES */
  blink_u64 features_offered;   /* BLINK_FEATURE_*: what the client can do */
  blink_u64 features_required;  /* subset of the offered: without these it cannot go on */
  blink_u32 command_ring_pages; /* BLINK_RING_PAGES_MIN .. _MAX, a power of two */
  blink_u32 event_ring_pages;   /* likewise */
  blink_u64 reserved[9];        /* zero */
};
BLINK_STATIC_ASSERT(sizeof(struct blink_region_header) == 120, "layout of the region header");

/* No feature has been defined yet; bits are given out with minor versions. */
#define BLINK_FEATURES_KNOWN 0ull

/* Each word stands on a cache line of its own. */
struct blink_client_words {
  blink_u64 command_head; /* bytes ever put into the command ring */
  blink_u64 pad0[7];
  blink_u64 event_tail; /* bytes ever taken from the event ring */
  blink_u64 pad1[7];
  blink_u64 dirty_arrays; /* bit a: array a has dirty bits. Set by the client, taken (exchanged for
                             0) by the server */
  blink_u64 pad2[7];
  blink_u32 client_sleeping; /* 1: ring the client's doorbell after publishing anything. Set by the
                                client, taken by the server that rings */
  blink_u32 pad3[15];
  blink_u64 client_heartbeat; /* grows whenever the client looks at the region */
  blink_u64 pad4[7];
};
BLINK_STATIC_ASSERT(sizeof(struct blink_client_words) == 320, "layout of the client's words");

#define BLINK_END_TEXT_BYTES 232u

struct blink_server_words {
  blink_u64 command_tail; /* bytes ever taken from the command ring */
  blink_u64 pad0[7];
  blink_u64 event_head; /* bytes ever put into the event ring */
  blink_u64 pad1[7];
  blink_u32 server_sleeping; /* 1: ring the server's doorbell after publishing anything. Set by the
                                server, taken by the client that rings */
  blink_u32 pad2[15];
  blink_u64 server_heartbeat; /* grows whenever the server looks at the region */
  blink_u64 pad3[7];
  /* Written once, when the region is taken on. */
  blink_u64 generation;      /* of the server: another number after every start */
  blink_u64 features_agreed; /* what both sides can do */
  blink_u32 session_id;      /* as in `blink ps` */
  blink_u16 version_minor;   /* the smaller of both sides' */
  blink_u16 reserved0;       /* zero */
  blink_u32 objects_max;     /* the session's quotas */
  blink_u32 extents_max;
  blink_u64 object_bytes_max;
  blink_u32 notifications_per_s_max;
  blink_u32 reserved1; /* zero */
  blink_u64 pad4[2];
  /* Changes while the session lives. */
  blink_u64 events_lost; /* events that found the event ring full */
  blink_u64 pad5[7];
  /* The end of the session. The text is written first, then the code (release). */
  blink_u32 end_code; /* 0: the session lives. Else BLINK_END_* */
  blink_u32 end_text_bytes;
  char end_text[BLINK_END_TEXT_BYTES]; /* UTF-8, printable */
};
BLINK_STATIC_ASSERT(sizeof(struct blink_server_words) == 624, "layout of the server's words");

/* Why a session has ended, or a command or an object was refused. */
enum blink_end {
  BLINK_END_NONE = 0,
  BLINK_END_BYE = 1,       /* the client asked for it */
  BLINK_END_STOPPING = 2,  /* the server stops; connect again when it is back */
  BLINK_END_VERSION = 3,   /* magic or version not spoken here */
  BLINK_END_FEATURE = 4,   /* a required feature is not offered here */
  BLINK_END_HEADER = 5,    /* the region's header contradicts itself or the memory given */
  BLINK_END_MEMORY = 6,    /* the memory given cannot be used safely (not sealed, wrong kind) */
  BLINK_END_HANDSHAKE = 7, /* malformed or too slow */
  BLINK_END_RING = 8,      /* ring positions or messages out of range */
  BLINK_END_COMMAND = 9,   /* an unknown or malformed command */
  BLINK_END_ARRAY = 10,    /* an array's place, capacity or number is wrong */
  BLINK_END_DIRTY = 11,    /* a dirty bit for an array or object that does not exist */
  BLINK_END_RECORD = 12,   /* a record contradicts itself */
  BLINK_END_PAGES = 13,    /* a page list is out of range, has cycles or duplicates */
  BLINK_END_QUOTA = 14,    /* more objects, bytes or page list entries than the session may have */
  BLINK_END_NOTIFICATIONS = 15, /* the doorbell is rung too often */
  BLINK_END_UNREAD = 16,        /* goes on sending commands and never reads the answers */
  BLINK_END_BUSY = 17,          /* the server has as many sessions as it takes */
  BLINK_END_SERVER = 18,        /* the server could not do it; not the client's fault */
  BLINK_END_TYPE = 19,          /* an object type that this server does not know */
  BLINK_END_CONTENT = 20,       /* an object's content or parameters are not valid for its type */
  BLINK_END_RENDERER = 21,      /* what runs this client's OpenGL has ended: it crashed, or it took
                                   too long. Since minor version 3 */
  BLINK_END_CLOSED = 22,        /* the user closed it, because it did not answer */
  BLINK_END_FROZEN = 23         /* the process was asked to RELEASE; connect again until it may */
};

/* ------------------------------------------------------------------------------------------------
 * Rings. A message starts at a multiple of 8 and may wrap around the ring's end. Positions count
 * bytes since the beginning and never wrap themselves; position modulo ring size is the place. The
 * writer fills the message, then moves its head (release); the reader copies the message out, then
 * moves its tail (release).
 */
struct blink_message {
  blink_u32 bytes; /* with this header; a multiple of 8, at most BLINK_MESSAGE_BYTES_MAX */
  blink_u16 type;  /* BLINK_COMMAND_* or BLINK_EVENT_* */
  blink_u16 reply; /* commands: index of a reply slot, or BLINK_NO_REPLY; events: 0 */
  blink_u64
      ticket; /* commands: what the reply slot will show when the answer is there; events: 0 */
};
BLINK_STATIC_ASSERT(sizeof(struct blink_message) == 16, "layout of a message");

#define BLINK_MESSAGE_BYTES_MAX 1024u
#define BLINK_NO_REPLY 0xFFFFu
#define BLINK_REPLY_SLOTS 64u

/* The answer to a command. The values are written first, then the ticket (release). */
struct blink_reply {
  blink_u64 ticket;
  blink_u32 code; /* BLINK_END_NONE: done. Else why it was refused */
  blink_u32 reserved;
  blink_u64 value[6];
};
BLINK_STATIC_ASSERT(sizeof(struct blink_reply) == 64, "layout of a reply slot");
BLINK_STATIC_ASSERT(sizeof(struct blink_reply) * BLINK_REPLY_SLOTS == BLINK_PAGE_BYTES,
                    "the reply slots fill their page");

enum blink_command {
  BLINK_COMMAND_PING = 1,         /* value[0]: the server's generation */
  BLINK_COMMAND_ARRAY_ADD = 2,    /* struct blink_command_array */
  BLINK_COMMAND_ARRAY_REMOVE = 3, /* struct blink_command_array; answered when the server has let go
                                     of all of the array's objects */
  BLINK_COMMAND_BYE = 4,          /* answered when the server has let go of everything */
  BLINK_COMMAND_UPDATE = 5, /* struct blink_command_update, since minor version 2: runs `update`
                               of a window; answered when it has run */
  BLINK_COMMAND_EVAL = 6, /* struct blink_command_eval, since minor version 3: replays commands of a
                             GL stream; answered when they have been replayed */
  BLINK_COMMAND_ADDED = 7 /* struct blink_command_added, since minor version 5: likewise of its
                             ring, up to a place */
};

struct blink_command_array {
  struct blink_message message;
  blink_u32 array;      /* 0 .. BLINK_ARRAYS_MAX - 1 */
  blink_u32 first_page; /* ARRAY_ADD: where it starts; ARRAY_REMOVE: 0 */
  blink_u32 capacity;   /* ARRAY_ADD: records, 1 .. BLINK_ARRAY_CAPACITY_MAX; ARRAY_REMOVE: 0 */
  blink_u32 reserved;   /* zero */
};
BLINK_STATIC_ASSERT(sizeof(struct blink_command_array) == 32, "layout of the array commands");

struct blink_command_update {
  struct blink_message message;
  blink_u32 array;
  blink_u32 window; /* its object id */
};
BLINK_STATIC_ASSERT(sizeof(struct blink_command_update) == 24, "layout of the update command");

struct blink_command_eval {
  struct blink_message message;
  blink_u32 array;
  blink_u32 stream; /* its object id */
  blink_u32 begin;  /* within its content, in bytes; a multiple of 8, or with a ring of 4 */
  blink_u32 bytes;  /* a multiple of 4 */
};
BLINK_STATIC_ASSERT(sizeof(struct blink_command_eval) == 32, "layout of the eval command");

struct blink_command_added {
  struct blink_message message;
  blink_u32 array;
  blink_u32 stream; /* its object id */
  blink_u64 place;  /* a multiple of 4 */
};
BLINK_STATIC_ASSERT(sizeof(struct blink_command_added) == 32, "layout of the added command");

enum blink_event {
  BLINK_EVENT_END = 1,            /* struct blink_event_refusal, object 0: the session has ended */
  BLINK_EVENT_OBJECT_REFUSED = 2, /* struct blink_event_refusal: this version is not shown */
  BLINK_EVENT_OBJECT_TORN = 3,    /* struct blink_event_refusal: it changes faster than it can be
                                     read; wait for its fence before the next update */
  BLINK_EVENT_PROCEDURE = 4,      /* struct blink_event_refusal about the window of that id: one of
                                     its procedures did not do all that it says. Code
                                     BLINK_END_NONE: they go on; else they run no more until one of
                                     them is replaced */
  BLINK_EVENT_INPUT = 5,          /* struct blink_event_window: the user did something in it */
  BLINK_EVENT_CONFIGURE = 6,      /* likewise: it has another size or state now */
  BLINK_EVENT_CLOSE = 7,          /* likewise: the user wants it closed; retire it, or ask back */
  BLINK_EVENT_POST = 8,           /* likewise: what a procedure told with `post` */
  BLINK_EVENT_SHOWN = 9,          /* likewise: a picture is on the screen as it was published last.
                                     Once for each frame that differs, none while it is not seen */
  BLINK_EVENT_RELEASE = 10        /* likewise, about no window: end the session with BYE when all is
                                     known that is needed to begin anew, hold nothing of the server's,
                                     and connect again. Since minor version 6 */
};

struct blink_event_refusal {
  struct blink_message message;
  blink_u32 array;
  blink_u32 object;
  blink_u64 version;
  blink_u32 code; /* BLINK_END_* */
  blink_u32 text_bytes;
  char text[BLINK_END_TEXT_BYTES];
};
BLINK_STATIC_ASSERT(sizeof(struct blink_event_refusal) == 40 + BLINK_END_TEXT_BYTES,
                    "layout of a refusal");

/* What happened to a window. A float is its bits, an IEEE 754 single. */
struct blink_event_window {
  struct blink_message message;
  blink_u32 array;
  blink_u32 window;  /* its object id */
  blink_u64 time_us; /* since the session began, as the input `time` of procedures */
  blink_u32 kind;    /* INPUT: BLINK_INPUT_* */
  blink_u32 code;    /* BUTTON: 1 left, 2 middle, 3 right, 4 and on the others; KEY: as Linux' evdev
                        has them; TOUCH: which finger */
  blink_u32 value; /* BUTTON, KEY: 1 pressed, 0 released, 2 repeated; FOCUS: 1 it has it; POINTER: 1
                      it is in the window; TOUCH: 1 down, 2 moved, 0 up.
                      CONFIGURE: BLINK_WINDOW_STATE_* */
  blink_u32 modifiers; /* INPUT: 1 shift, 2 control, 4 alt, 8 super */
  blink_u32 number[2]; /* floats. POINTER, BUTTON, TOUCH: the place, in pixels from the window's
                          upper left; WHEEL: steps to the right and away from the user; CONFIGURE:
                          width and height; POST: what was told; SHOWN: frames a second */
  blink_u32 text_bytes;
  char text[20]; /* KEY: what it types, UTF-8 */
};
BLINK_STATIC_ASSERT(sizeof(struct blink_event_window) == 80, "layout of an event about a window");

enum blink_input {
  BLINK_INPUT_POINTER = 1,
  BLINK_INPUT_BUTTON = 2,
  BLINK_INPUT_WHEEL = 3,
  BLINK_INPUT_KEY = 4,
  BLINK_INPUT_FOCUS = 5,
  BLINK_INPUT_TOUCH = 6
};

#define BLINK_WINDOW_STATE_MAXIMISED 1u /* or takes half of the screen */
#define BLINK_WINDOW_STATE_MINIMISED 2u /* none of it is seen */

/* ------------------------------------------------------------------------------------------------
 * Arrays of object records. An array lies in consecutive pages:
 *
 *   dirty bits, three levels. Level 0 has a bit for each record, level 1 a bit for each word of
 *   level 0, level 2 (one word) a bit for each word of level 1. Above them is dirty_arrays.
 *   records, on a page boundary
 *   fences, on a page boundary: a blink_u64 for each record, written by the server
 */
#define BLINK_ARRAYS_MAX 64u
#define BLINK_ARRAY_CAPACITY_MAX 262144u /* 64 * 64 * 64 */
#define BLINK_DIRTY_LEVELS 3u

struct blink_extent {
  blink_u32 first_page;
  blink_u32 page_count;
};

#define BLINK_RECORD_EXTENTS 4u

struct blink_object_record {
  blink_u64 version;      /* 0: never used. Odd: being changed. Even: may be read */
  blink_u32 object;       /* BLINK_OBJECT_ID(slot, use); the slot is this record's own */
  blink_u16 type;         /* BLINK_OBJECT_*; BLINK_OBJECT_NONE: retired */
  blink_u16 flags;        /* zero */
  blink_u64 bytes;        /* of content */
  blink_u32 extent_count; /* the pages together are just enough for `bytes` */
  blink_u32 list_page;    /* more extents than fit here: the first page of the list; else 0 */
  struct blink_extent extents[BLINK_RECORD_EXTENTS]; /* used when they fit; else zero */
  /* What has changed, for readers that still hold version `damage_since` or a later one: the bytes
     from damage_begin to damage_end. damage_since 0: everything. */
  blink_u64 damage_since;
  blink_u64 damage_begin;
  blink_u64 damage_end;
  blink_u32 param[8]; /* by type */
  blink_u64 reserved; /* zero */
};
BLINK_STATIC_ASSERT(sizeof(struct blink_object_record) == 128, "layout of an object record");

/* A page of a list of extents. */
#define BLINK_LIST_EXTENTS 511u
struct blink_extent_list {
  struct blink_extent extents[BLINK_LIST_EXTENTS];
  blink_u32 next_page; /* 0 in the last */
  blink_u32 reserved;  /* zero */
};
BLINK_STATIC_ASSERT(sizeof(struct blink_extent_list) == BLINK_PAGE_BYTES, "a list fills its page");

/* Object ids: the record's slot, and how often the slot has been used (from 1), so that an id that
   was kept too long is recognised. */
#define BLINK_OBJECT_SLOT_BITS 18
#define BLINK_OBJECT_USE_MAX 0x3FFFu
#define BLINK_OBJECT_ID(slot, use) \
  (((blink_u32)(use) << BLINK_OBJECT_SLOT_BITS) | (blink_u32)(slot))
#define BLINK_OBJECT_SLOT(id) ((id) & ((1u << BLINK_OBJECT_SLOT_BITS) - 1u))
#define BLINK_OBJECT_USE(id) ((id) >> BLINK_OBJECT_SLOT_BITS)
BLINK_STATIC_ASSERT((1u << BLINK_OBJECT_SLOT_BITS) == BLINK_ARRAY_CAPACITY_MAX,
                    "every record has an id");

enum blink_object_type {
  BLINK_OBJECT_NONE = 0,    /* retired: the server lets go of it, then sets its fence */
  BLINK_OBJECT_BYTES = 1,   /* plain bytes which other objects refer to */
  BLINK_OBJECT_PICTURE = 2, /* pixels, in a window of their own: BLINK_PICTURE_* */
  /* A window and what belongs to it. All of them lie in one array. */
  BLINK_OBJECT_WINDOW = 3, /* content: the title, UTF-8; BLINK_WINDOW_* */
  BLINK_OBJECT_PROCEDURE =
      4,                   /* content: docs/formats/blinkgl.md; param[0]: the window's object id */
  BLINK_OBJECT_PARAMS = 5, /* content: up to 256 floats, params of the window's procedures;
                              param[0]: the window's object id */
  BLINK_OBJECT_DATA = 6,   /* bytes that procedures use by this object's id; copied */
  /* Since minor version 3. A GL context, and the commands for it (docs/formats/glwire.md): one run
     of pages, of which EVAL names parts. */
  BLINK_OBJECT_STREAM = 7, /* BLINK_STREAM_* */
  BLINK_OBJECT_BULK = 8    /* what is too large for a stream: one run of pages, named by streams of
                              the same array */
};

/* Parameters of a window: param[index]. */
#define BLINK_WINDOW_WIDTH 0  /* of what it shows, in pixels: 1 .. BLINK_WINDOW_SIDE_MAX */
#define BLINK_WINDOW_HEIGHT 1 /* likewise */
#define BLINK_WINDOW_SIDE_MAX 16384u
#define BLINK_WINDOW_TITLE_BYTES_MAX 1024u
#define BLINK_PARAMS_MAX 256u

/* Parameters of a stream: param[index]. */
#define BLINK_STREAM_API 0     /* BLINK_GL_* */
#define BLINK_STREAM_VERSION 1 /* of the API: major * 10 + minor; 0: the newest there is */
#define BLINK_STREAM_SHARES 2  /* object id of a stream whose GL objects it shares; 0: none */
#define BLINK_STREAM_RING                                                        \
  3 /* since minor version 5: so many bytes at the end of its content are a ring \
       of records, BLINK_STREAM_RING_BYTES_MIN at least; 0: there is none */
#define BLINK_STREAM_RING_BYTES_MIN (512 * 1024)
enum blink_stream_api { BLINK_GL_COMPATIBILITY = 1, BLINK_GL_CORE = 2, BLINK_GL_ES = 3 };
/* A stream's content begins with this; the server writes it. */
struct blink_stream_words {
  blink_u64 commands_done; /* EVALs of this stream, since it came into being */
  blink_u64 place_done;    /* of a ring: up to where it has been replayed */
  blink_u64 reserved[6];   /* zero */
};
BLINK_STATIC_ASSERT(sizeof(struct blink_stream_words) == 64, "layout of a stream's words");
/* And where it has a ring continues with this. Each line of 64 bytes has one writer. A place counts
   the bytes that were ever added; it lies in the ring at what is left of it by the ring's size. */
struct blink_stream_ring_words {
  blink_u32 is_looked_at; /* the server's: 1: it sees by itself what is added; 0: ADDED tells it */
  blink_u32 reserved[15];
  blink_u64 place; /* the client's: up to where records were added, as far as no ADDED says it;
                      when the stream comes into being: where its ring begins */
  blink_u64 reserved_too[7];
};
BLINK_STATIC_ASSERT(sizeof(struct blink_stream_ring_words) == 128, "layout of a ring's words");

/* Parameters of a picture: param[index]. */
#define BLINK_PICTURE_WIDTH 0
#define BLINK_PICTURE_HEIGHT 1
#define BLINK_PICTURE_FORMAT 2
#define BLINK_PICTURE_STRIDE 3 /* bytes from one row to the next, a multiple of 4 */
#define BLINK_PICTURE_USE 4    /* since minor version 2: BLINK_PICTURE_SHOWN or _IN_PROCEDURES */
#define BLINK_PICTURE_SHOWN 0u /* in a window of its own */
#define BLINK_PICTURE_IN_PROCEDURES 1u /* procedures of the same array make textures show it */
enum blink_picture_format {
  BLINK_FORMAT_RGBX8 = 1, /* bytes red, green, blue, unused */
  BLINK_FORMAT_BGRX8 = 2  /* bytes blue, green, red, unused */
};

struct blink_array_layout {
  blink_u64 dirty_offset[BLINK_DIRTY_LEVELS]; /* bytes from the array's first page */
  blink_u32 dirty_words[BLINK_DIRTY_LEVELS];
  blink_u32 pages; /* of the whole array */
  blink_u64 records_offset;
  blink_u64 fences_offset;
};

/* Where the parts of an array of `capacity` records (1 .. BLINK_ARRAY_CAPACITY_MAX) lie. */
static inline struct blink_array_layout blink_array_layout_of(blink_u32 capacity) {
  struct blink_array_layout layout;
  blink_u64 at = 0;
  layout.dirty_words[0] = (capacity + 63u) / 64u;
  layout.dirty_words[1] = (layout.dirty_words[0] + 63u) / 64u;
  layout.dirty_words[2] = 1u;
  layout.dirty_offset[2] = at;
  at += 64u;
  layout.dirty_offset[1] = at;
  at += ((blink_u64)layout.dirty_words[1] * 8u + 63u) / 64u * 64u;
  layout.dirty_offset[0] = at;
  at += (blink_u64)layout.dirty_words[0] * 8u;
  at = (at + BLINK_PAGE_BYTES - 1u) / BLINK_PAGE_BYTES * BLINK_PAGE_BYTES;
  layout.records_offset = at;
  at += (blink_u64)capacity * sizeof(struct blink_object_record);
  at = (at + BLINK_PAGE_BYTES - 1u) / BLINK_PAGE_BYTES * BLINK_PAGE_BYTES;
  layout.fences_offset = at;
  at += (blink_u64)capacity * 8u;
  layout.pages = (blink_u32)((at + BLINK_PAGE_BYTES - 1u) / BLINK_PAGE_BYTES);
  return layout;
}

/* ------------------------------------------------------------------------------------------------
 * The handshake of the transport `local`: one message each way over a Unix socket of type
 * SOCK_SEQPACKET. The hello carries the region's memfd, sealed against shrinking; a welcome with
 * code 0 carries two eventfds: the server's doorbell, then the client's. Afterwards nothing is sent
 * on the socket: it is there so that each side notices the other's death.
 */
#define BLINK_NAME_BYTES 64u

struct blink_hello {
  blink_u64 magic; /* BLINK_VSO_MAGIC */
  blink_u16 version_major;
  blink_u16 version_minor;
  blink_u32 bytes;             /* sizeof(struct blink_hello) */
  char name[BLINK_NAME_BYTES]; /* UTF-8; ends with a NUL when it is shorter */
};
BLINK_STATIC_ASSERT(sizeof(struct blink_hello) == 80, "layout of a hello");

struct blink_welcome {
  blink_u64 magic; /* BLINK_VSO_MAGIC */
  blink_u16 version_major;
  blink_u16 version_minor;
  blink_u32 bytes; /* sizeof(struct blink_welcome) */
  blink_u32 code;  /* BLINK_END_NONE: welcome. Else why not */
  blink_u32 text_bytes;
  char text[BLINK_END_TEXT_BYTES];
};
BLINK_STATIC_ASSERT(sizeof(struct blink_welcome) == 24 + BLINK_END_TEXT_BYTES,
                    "layout of a welcome");

#endif /* BLINK_VSO_H */
