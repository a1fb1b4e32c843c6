#include "cli/bench/x_desktop.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "common/program_path.h"
#include "common/unique_fd.h"

namespace blink::bench {

Status XDesktop::start(const std::string& directory) {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return Status::system("cannot make a pipe", errno);
  const UniqueFd reader(fds[0]);
  UniqueFd writer(fds[1]);
  const UniqueFd log(::open((directory + "/xvfb").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  BLINK_ASSIGN(server_, cli::start({"/usr/bin/env", "Xvfb", "-displayfd",
                                    std::to_string(writer.get()), "-screen", "0", "1024x768x24"},
                                   log.get(), writer.get(), true));
  writer.reset();
  for (char c = 0; ::read(reader.get(), &c, 1) == 1 && c != '\n';)
    name_ += c;
  if (name_.empty()) return Status::system("no X server: is Xvfb installed?");
  name_.insert(0, ":");
  return {};
}

std::vector<std::string> XDesktop::environment(const std::string& runtime_dir,
                                               bool is_direct) const {
  return {"/usr/bin/env",
          "DISPLAY=" + name_,
          "LIBGL_ALWAYS_SOFTWARE=1",
          "LD_LIBRARY_PATH=" + beside_this_program("../lib"),
          "BLINK_SOCKET=" + runtime_dir + "/clients",
          std::string("__GLX_VENDOR_LIBRARY_NAME=") + (is_direct ? "mesa" : "blink")};
}

}  // namespace blink::bench
