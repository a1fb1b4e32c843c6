// JournalRule: what of a command stays when it has been replayed (gl/journal_table.txt).

#pragma once

#include <cstdint>

#include "gl/types.h"

namespace blink::gl::state {

enum class Keep : std::uint8_t { forget, draw, context, current, object, hand };

// Of which kind an object is that keeps it.
enum class Subject : std::uint8_t {
  none,
  texture,
  renderbuffer,
  sampler,
  framebuffer,
  vertex_array,
  program,
  assembly,
  program_pipeline,
  transform_feedback,
};

// Which one: the one that is bound; at a target, which the record has; drawn to or read from; or
// named by the record.
enum class Which : std::uint8_t { nothing, bound, at, drawn, read, named };

// What it depends on.
inline constexpr std::uint8_t with_unit = 1, with_client_unit = 2, with_modelview = 4,
                              with_array_buffer = 8, with_text = 16;

struct JournalRule {
  Keep keep = Keep::forget;
  Subject subject = Subject::none;
  Which which = Which::nothing;
  std::uint8_t subject_word = 0;  // of the record: the target or the name
  std::uint16_t family = 0;
  std::uint8_t key_words[3] = {};  // 0: none
  std::uint8_t with = 0;
  std::uint8_t number_words = 0;
  const char* arrays = "";   // p: an array; i: one with an offset in front of it
  std::uint32_t groups = 0;  // of glPushAttrib
};

}  // namespace blink::gl::state
