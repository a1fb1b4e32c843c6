/* The client library in C: for drivers, agents and other languages. The C++ side is vso/client.h
 * and vso/client_array.h; what each call does is said there and in docs/formats/vso.md.
 *
 * Calls that can fail return 0 for success and -1 for failure; blink_error() then says why, for the
 * calling thread. An array is used by one thread at a time; the rest may be used by any.
 */
#ifndef BLINK_CLIENT_H
#define BLINK_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "vso/blink_vso.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BLINK_PUBLIC __attribute__((visibility("default")))

struct blink_client;
struct blink_array;

struct blink_client_event {
  uint32_t type; /* BLINK_EVENT_* */
  uint32_t array;
  uint32_t object; /* of events about a window: the window */
  uint32_t code;   /* BLINK_END_*; of input: which button, key or finger */
  uint64_t version;
  char text[BLINK_END_TEXT_BYTES + 1];
  /* As in struct blink_event_window. */
  uint64_t time_us;
  uint32_t kind; /* BLINK_INPUT_* */
  uint32_t value;
  uint32_t modifiers;
  float number[2];
};

BLINK_PUBLIC const char* blink_error(void);

/* region_bytes 0: the default. NULL socket_path: the default server of this user. */
BLINK_PUBLIC struct blink_client* blink_connect(const char* socket_path, const char* name,
                                                uint64_t region_bytes);
BLINK_PUBLIC void blink_close(struct blink_client* client);
BLINK_PUBLIC int blink_ping(struct blink_client* client);
BLINK_PUBLIC int blink_bye(struct blink_client* client);
/* 0: the session lives; 1: the server has ended it, and blink_error() says why; 2: the server has
 * gone without a word. */
BLINK_PUBLIC int blink_ended(struct blink_client* client);
/* Goes on with the server that is there now, or comes within that time: all objects are shown there
 * as they are. What was waited for when the server went has failed, and may be done again. */
BLINK_PUBLIC int blink_reconnect(struct blink_client* client, int timeout_ms);
/* What BLINK_EVENT_RELEASE asks for: afterwards the process holds nothing of the server's, and
 * blink_ended() is 2. Then reconnect, for as long as it takes. */
BLINK_PUBLIC void blink_release(struct blink_client* client);
/* 1: an event was taken; 0: there was none in time; -1: failure. timeout_ms 0: only look. */
BLINK_PUBLIC int blink_next_event(struct blink_client* client, struct blink_client_event* event,
                                  int timeout_ms);

BLINK_PUBLIC struct blink_array* blink_array_add(struct blink_client* client, uint32_t capacity);
BLINK_PUBLIC int blink_array_remove(struct blink_client* client, struct blink_array* array);

/* Returns the object's id, or 0. param may be NULL: zeroes. A new object is not seen yet, and
 * begun: write its content, then blink_object_end(). The calls below fail for an id that is not of
 * a live object of this array. */
BLINK_PUBLIC uint32_t blink_object_create(struct blink_array* array, uint16_t type, uint64_t bytes,
                                          const uint32_t param[8]);
/* The address stays until the object is retired. NULL: no such object. */
BLINK_PUBLIC void* blink_object_content(struct blink_array* array, uint32_t object);
/* Before the content is changed again. */
BLINK_PUBLIC int blink_object_begin(struct blink_array* array, uint32_t object);
/* Between begin and end: other parameters, as of a picture that has another size now, within the
 * bytes that it has. */
BLINK_PUBLIC int blink_object_set_param(struct blink_array* array, uint32_t object,
                                        const uint32_t param[8]);
/* What has changed, in bytes; begin = end = 0: everything. Returns the version that was published,
 * or 0. */
BLINK_PUBLIC uint64_t blink_object_end(struct blink_array* array, uint32_t object,
                                       uint64_t changed_begin, uint64_t changed_end);
/* Returns the version whose fence says that the server has let go of it, or 0. */
BLINK_PUBLIC uint64_t blink_object_retire(struct blink_array* array, uint32_t object);
/* Until the server has done with the version: shown it, or refused it, which an event tells. */
BLINK_PUBLIC int blink_object_wait(struct blink_array* array, uint32_t object, uint64_t version,
                                   int timeout_ms);

/* Runs the window's procedure `update`, with everything that was published before, and returns when
 * it has run. */
BLINK_PUBLIC int blink_window_update(struct blink_client* client, struct blink_array* array,
                                     uint32_t window);

#ifdef __cplusplus
}
#endif
#endif /* BLINK_CLIENT_H */
