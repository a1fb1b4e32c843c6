#include "server/renderer/packed_draw.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

#include "common/check.h"
#include "vso/layout.h"

namespace blink::server {
namespace {

using vso::local::MemoryFile;

// A head of plain values, one after the other, then the pictures, each from the begin of a page.
class Writer {
 public:
  template <typename T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    put_bytes(std::as_bytes(std::span(&value, 1)));
  }
  void put_bytes(std::span<const std::byte> bytes) {
    head_.insert(head_.end(), bytes.begin(), bytes.end());
  }
  const std::vector<std::byte>& head() const { return head_; }

 private:
  std::vector<std::byte> head_;
};

class Reader {
 public:
  explicit Reader(vso::guest_span memory) : memory_(memory) {}
  template <typename T>
  T take() {
    const T value = memory_.copy_of<T>(at_);
    at_ += sizeof(T);
    return value;
  }
  void take_bytes(std::span<std::byte> to) {
    memory_.copy_out(at_, to);
    at_ += to.size();
  }
  // What follows is there so often.
  std::uint64_t take_count() {
    const auto count = take<std::uint64_t>();
    CHECK(count <= memory_.bytes());
    return count;
  }
  vso::guest_span part(std::uint64_t offset, std::uint64_t bytes) const {
    const auto part = memory_.part(offset, bytes);
    CHECK(part.has_value());
    return *part;
  }

 private:
  const vso::guest_span memory_;
  std::uint64_t at_ = 0;
};

enum class Said : std::uint8_t { nothing, gone, here };

// For what may not have been said, and may be gone.
template <typename T>
Said said(const std::optional<T>& value) {
  return !value ? Said::nothing : *value ? Said::here : Said::gone;
}

std::uint64_t picture_bytes(std::uint32_t width, std::uint32_t height) {
  return vso::page_offset(vso::pages_for(std::uint64_t{width} * height * 4));
}

void put_window(Writer& to, ObjectName name, const WindowNews& its) {
  to.put(name);
  to.put(said(its.shape));
  if (said(its.shape) == Said::here) {
    to.put((*its.shape)->width);
    to.put((*its.shape)->height);
  }
  for (const auto& procedure : its.procedures) {
    to.put(said(procedure));
    if (said(procedure) != Said::here) continue;
    const jit::VerifiedProgram& program = (*procedure)->program();
    const std::span<const jit::Word> code = program.code();
    to.put(std::uint64_t{jit::header_words + code.size()});
    to.put(jit::ProcedureHeader{.callback = static_cast<jit::Word>(program.callback()),
                                .code_words = static_cast<jit::Word>(code.size())});
    to.put_bytes(std::as_bytes(code));
  }
  to.put(said(its.params));
  if (said(its.params) == Said::here) to.put(**its.params);
}

Status take_window(Reader& from, SessionNews& news) {
  WindowNews& its = news.windows[from.take<ObjectName>()];
  if (const Said shape = from.take<Said>(); shape != Said::nothing) {
    its.shape.emplace();
    if (shape == Said::here) {
      const auto width = from.take<std::uint32_t>();
      its.shape->emplace(WindowShape{"", width, from.take<std::uint32_t>()});
    }
  }
  for (auto& procedure : its.procedures) {
    const Said its_code = from.take<Said>();
    if (its_code == Said::nothing) continue;
    procedure.emplace();
    if (its_code == Said::gone) continue;
    std::vector<jit::Word> code(from.take_count());
    from.take_bytes(std::as_writable_bytes(std::span(code)));
    BLINK_ASSIGN(*procedure, Procedure::make(code));
  }
  if (const Said params = from.take<Said>(); params != Said::nothing) {
    its.params.emplace();
    if (params == Said::here) *its.params = std::make_shared<Params>(from.take<Params>());
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<MemoryFile>> pack_draw(const SessionNews& news, jit::Callback callback,
                                              const RedrawWish& wish, const FaceReader& read) {
  Writer head;
  head.put(callback);
  head.put(wish);
  head.put(std::uint64_t{news.windows.size()});
  for (const auto& [name, its] : news.windows)
    put_window(head, name, its);
  head.put(std::uint64_t{news.data.size()});
  for (const auto& [name, bytes] : news.data) {
    head.put(name);
    head.put(bytes ? Said::here : Said::gone);
    if (!bytes) continue;
    head.put(std::uint64_t{bytes->size()});
    head.put_bytes(*bytes);
  }
  head.put(std::uint64_t{news.pictures.size()});
  std::uint64_t pixels = 0;
  for (const auto& [name, face] : news.pictures) {
    const std::uint32_t width = face ? face->width : 0, height = face ? face->height : 0;
    head.put(name);
    head.put(width);
    head.put(height);
    pixels += picture_bytes(width, height);
  }
  std::uint64_t at = vso::page_offset(vso::pages_for(head.head().size() + sizeof at));
  head.put(at);
  BLINK_ASSIGN(auto memory, MemoryFile::create(at + pixels));
  std::ranges::copy(head.head(), memory->own_bytes());
  for (const auto& [name, face] : news.pictures) {
    if (!face) continue;
    BLINK_TRY(read(*face, memory->own_bytes() + at));
    at += picture_bytes(face->width, face->height);
  }
  return memory;
}

Result<UnpackedDraw> unpack_draw(const MemoryFile& memory) {
  Reader from(memory.span());
  UnpackedDraw draw;
  draw.callback = from.take<jit::Callback>();
  draw.wish = from.take<RedrawWish>();
  for (auto left = from.take_count(); left > 0; --left)
    BLINK_TRY(take_window(from, draw.news));
  for (auto left = from.take_count(); left > 0; --left) {
    auto& bytes = draw.news.data[from.take<ObjectName>()];
    if (from.take<Said>() == Said::gone) continue;
    auto content = std::make_shared<Bytes>(from.take_count());
    from.take_bytes(*content);
    bytes = std::move(content);
  }
  for (auto left = from.take_count(); left > 0; --left) {
    UnpackedDraw::Picture picture;
    picture.name = from.take<ObjectName>();
    picture.width = from.take<std::uint32_t>();
    picture.height = from.take<std::uint32_t>();
    draw.pictures.push_back(picture);
  }
  auto at = from.take<std::uint64_t>();
  for (auto& picture : draw.pictures) {
    const std::uint64_t bytes = picture_bytes(picture.width, picture.height);
    picture.pixels = from.part(at, bytes);
    at += bytes;
  }
  return draw;
}

}  // namespace blink::server
