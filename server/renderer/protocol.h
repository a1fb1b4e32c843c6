// What blinkd and a session's renderer say to each other, over a socket of whole messages between
// two programs of the same build.
//
// blinkd gives orders, which are carried out one after the other. Where `number` is not 0 it wants
// an answer with that number, after the order has been carried out; for the others it does not
// wait. The renderer believes its orders. blinkd believes no report: the renderer may have been
// taken over by the client whose OpenGL or procedures it runs.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "common/status.h"
#include "vso/blink_vso.h"

namespace blink::server {

enum class OrderKind : std::uint32_t {
  begin = 1,  // the first: with the client's region and doorbell as descriptors for streams, with
              // none for procedures, and then `object` is the session's number
  stream,     // there is a stream, or its content lies elsewhere
  bulk,       // likewise a bulk object
  retire,     // there is no such object any more
  eval,       // replay a part of a stream
  finish,     // nothing; the answer comes when the driver, too, has done with everything before
  added,      // replay the ring of a stream up to a place
  draw        // run a procedure, with memory as in packed_draw.h as descriptor
};

struct RendererOrder {
  static constexpr std::uint64_t magic_number =
      0x33'52'44'4E'4C'42;  // another with each change here

  OrderKind kind = OrderKind::finish;
  std::uint32_t array = 0, object = 0;
  std::uint32_t api = 0, version = 0, shares = 0, ring = 0;  // stream: its parameters
  std::uint32_t reserved = 0;
  std::uint64_t number = 0;  // 0: no answer is wanted
  std::uint64_t begin = 0;  // stream, bulk: where the content lies in the region; eval: the part in
                            // the content; added: the place; begin: magic_number
  std::uint64_t bytes = 0;  // of that, and of draw's memory; begin: that the driver may take
};

enum class ReportKind : std::uint32_t {
  answer = 1,  // number, code, text: it is done, or why not; width: 1 if since the last answer it
               // may have replayed what no order told
  memory,      // surface, width, height: its frames come in this memory now (a descriptor)
  frame,       // surface, array, window: there is a new frame, for this window
  drop,        // surface: there is none any more
  end,         // code, text: the client broke the rules, and nothing more is carried out
  complaint,   // array, window, code, text: of a procedure
  drawn,       // array, window, surface, code, text: the image is there, and cells; or why not
  post         // array, window, width and height: what a procedure tells the client, as bits
};

inline constexpr std::size_t report_text_bytes = 256;

struct RendererReport {
  ReportKind kind = ReportKind::answer;
  std::uint32_t surface = 0;  // the program's number for it; of procedures: the callback
  std::uint32_t width = 0, height = 0;
  std::uint32_t array = 0, window = 0;
  std::uint64_t number = 0;
  std::uint32_t code = 0;  // BLINK_END_*
  std::uint32_t text_bytes = 0;
  char text[report_text_bytes] = {};

  // A failure as code and text, and back.
  void set(const Status& status);
  Status status() const;
  // Safe to be shown.
  std::string printable_text() const;
  // In place of a text.
  using Cells = std::array<float, report_text_bytes / sizeof(float)>;
  void set(std::span<const float> cells);
  Cells cells() const;
};

static_assert(std::is_trivially_copyable_v<RendererOrder> && sizeof(RendererOrder) == 56);
static_assert(std::is_trivially_copyable_v<RendererReport> && sizeof(RendererReport) == 296);

// Where the renderer finds its end of the socket.
inline constexpr int renderer_socket = 3;

// What a message says, if it is one that a renderer would send.
Result<RendererReport> decode_report(std::span<const std::byte> message);

}  // namespace blink::server
