#include "server/picture_objects.h"

#include <utility>

#include "common/limits.h"

namespace blink::server {
namespace {

Result<PictureShape> shape_of(const vso::ObjectVersion& version) {
  const auto bad = [](const char* what) {
    return Status::guest(BLINK_END_CONTENT, std::string("picture: ") + what);
  };
  PictureShape shape;
  shape.width = version.param[BLINK_PICTURE_WIDTH];
  shape.height = version.param[BLINK_PICTURE_HEIGHT];
  shape.stride_bytes = version.param[BLINK_PICTURE_STRIDE];
  if (shape.width < 1 || shape.width > limits::picture_side_max || shape.height < 1 ||
      shape.height > limits::picture_side_max)
    return bad("its sides must be 1 to 16384 pixels");
  switch (version.param[BLINK_PICTURE_FORMAT]) {
    case BLINK_FORMAT_RGBX8: shape.order = PixelOrder::rgbx; break;
    case BLINK_FORMAT_BGRX8: shape.order = PixelOrder::bgrx; break;
    default: return bad("its pixel format is unknown");
  }
  if (!shape.fits(version.content.bytes()))
    return bad("its rows do not lie within the object's bytes");
  if (version.param[BLINK_PICTURE_USE] > BLINK_PICTURE_IN_PROCEDURES)
    return bad("its use is unknown");
  return shape;
}

// The rows that changed since the version shown; nothing: all of them may have.
std::optional<RowRange> changed_rows(const vso::ObjectVersion& version, const PictureShape& shape,
                                     std::uint64_t shown) {
  const vso::Damage& damage = version.damage;
  if (damage.since == 0 || shown == 0 || shown < damage.since) return std::nullopt;
  const auto row = [&](std::uint64_t bytes) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(shape.height, bytes / shape.stride_bytes));
  };
  return RowRange{row(damage.begin), row(damage.end + shape.stride_bytes - 1)};
}

}  // namespace

PictureObjects::~PictureObjects() {
  if (!pictures_.empty()) (void)screen_.picture_context();
  pictures_.clear();
}

bool PictureObjects::knows(std::uint16_t type) const {
  return type == BLINK_OBJECT_BYTES || type == BLINK_OBJECT_PICTURE;
}

Status PictureObjects::prepare(const vso::ObjectVersion& version) {
  if (version.type != BLINK_OBJECT_PICTURE) return {};
  BLINK_ASSIGN(const PictureShape shape, shape_of(version));
  BLINK_ASSIGN(EglContext * context, screen_.picture_context());
  auto it = pictures_.find(version.key);
  if (it == pictures_.end()) {
    PictureBudget& budget = *screen_.of().stats->budget;
    BLINK_ASSIGN(auto share, budget.take(1, 0));
    auto source = std::make_unique<PictureSource>(*context, budget);
    it = pictures_.emplace(version.key, Picture{std::move(share), std::move(source)}).first;
  }
  Picture& picture = it->second;
  BLINK_ASSIGN(const vso::guest_span bytes, version.content.contiguous());
  const TimeCounted time(screen_.of().stats->update_ns);
  // SAFETY: pixels; the mapping lasts until this version's content goes, after the call.
  return picture.source->upload(shape, bytes.lend_to_driver(),
                                changed_rows(version, shape, picture.version));
}

void PictureObjects::commit(const vso::ObjectVersion& version) {
  if (version.type != BLINK_OBJECT_PICTURE) return;
  Picture& picture = pictures_.at(version.key);
  const bool is_in_procedures = version.param[BLINK_PICTURE_USE] == BLINK_PICTURE_IN_PROCEDURES;
  if (picture.version != 0 && picture.is_in_procedures != is_in_procedures)
    hand_on(version.key, picture.is_in_procedures, nullptr);
  const auto now = std::chrono::steady_clock::now();
  if (screen_.of().stats->updates++ != 0) screen_.of().stats->update_gaps.add(now - last_update_);
  last_update_ = now;
  picture.version = version.version;
  picture.is_in_procedures = is_in_procedures;
  hand_on(version.key, is_in_procedures, picture.source->publish());
}

void PictureObjects::hand_on(vso::ObjectKey key, bool is_in_procedures,
                             std::shared_ptr<const PictureFace> face) {
  const ObjectName name{key.array, key.object};
  SessionNews news;
  if (is_in_procedures) {
    news.pictures[name] = std::move(face);
  } else {
    WindowNews& window = news.windows[name];
    Picture& picture = pictures_.at(key);
    std::optional<ScreenSize> size;
    if (face) size = {face->width, face->height};
    if (std::exchange(picture.size, size) != size) {
      if (size) screen_.pace_window_change();
      window.shape = size ? std::optional(WindowShape{{}, size->width, size->height})
                          : std::optional<WindowShape>();
    }
    window.picture = std::move(face);
  }
  screen_.tell(std::move(news));
}

void PictureObjects::discard(const vso::ObjectVersion& version) {
  const auto it = pictures_.find(version.key);
  if (it == pictures_.end()) return;
  it->second.source->discard();
  if (it->second.version != 0) return;
  (void)screen_.picture_context();
  pictures_.erase(it);  // never shown, so never retired
}

void PictureObjects::retire(vso::ObjectKey key) {
  const auto it = pictures_.find(key);
  if (it == pictures_.end()) return;
  hand_on(key, it->second.is_in_procedures, nullptr);
  (void)screen_.picture_context();
  pictures_.erase(it);
}

}  // namespace blink::server
