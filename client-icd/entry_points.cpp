#include "client-icd/entry_points.h"

#include <algorithm>
#include <cstring>

namespace blink::icd {

gl::Procedure entry_point(const char* name) {
  const EntryPoint* const end = entry_points + entry_point_count;
  const EntryPoint* const found =
      std::lower_bound(entry_points, end, name, [](const EntryPoint& entry, const char* wanted) {
        return std::strcmp(entry.name, wanted) < 0;
      });
  return found != end && std::strcmp(found->name, name) == 0 ? found->procedure : nullptr;
}

bool is_offered(std::string_view extension) {
  const auto* const end = unoffered_extensions + unoffered_extension_count;
  return !std::binary_search(unoffered_extensions, end, extension,
                             [](std::string_view a, std::string_view b) { return a < b; });
}

}  // namespace blink::icd
