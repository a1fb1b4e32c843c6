#include "machines/program_environment.h"

#include <filesystem>

#include "common/program_path.h"

namespace blink::machines {

std::vector<std::string> driver_environment(const std::string& driver_folder,
                                            const std::string& door) {
  return {"BLINK_RUNTIME_DIR=" + door, "LD_LIBRARY_PATH=" + driver_folder,
          "__GLX_VENDOR_LIBRARY_NAME=blink",
          "__EGL_VENDOR_LIBRARY_FILENAMES=" + driver_folder + "/50_blink.json"};
}

std::string driver_folder() {
  const std::filesystem::path program = beside_this_program("blink");
  return program.parent_path().parent_path() / "lib";
}

}  // namespace blink::machines
