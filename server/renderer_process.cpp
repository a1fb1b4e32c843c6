#include "server/renderer_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "common/limits.h"
#include "common/program_path.h"
#include "server/renderer/protocol.h"
#include "vso/local/socket.h"

namespace blink::server {
namespace {

std::atomic<std::uint32_t> renderers{0};

// Nothing is handed down but its end of the socket, and standard error for what a driver says.
class SpawnTerms {
 public:
  explicit SpawnTerms(int socket) {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, socket, renderer_socket);
    ::posix_spawn_file_actions_addclosefrom_np(&files, renderer_socket + 1);
    ::posix_spawnattr_init(&attributes);
    // In a group of its own: Ctrl-C in a terminal is the server's.
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
  }
  ~SpawnTerms() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnTerms(const SpawnTerms&) = delete;

  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
};

}  // namespace

Result<std::unique_ptr<RendererProcess>> RendererProcess::start() {
  std::unique_ptr<RendererProcess> process(new RendererProcess);
  process->is_counted_ = renderers.fetch_add(1) < limits::renderers_max;
  if (!process->is_counted_) {
    --renderers;
    return Status::guest(BLINK_END_QUOTA, "as many clients use OpenGL as may at once");
  }
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
    return Status::system("cannot make a socket", errno);
  process->socket_.reset(fds[0]);
  const UniqueFd theirs(fds[1]);
  const std::string program = beside_this_program("blink-renderer");
  char name[] = "blink-renderer";
  char* const arguments[] = {name, nullptr};
  const SpawnTerms terms(theirs.get());
  if (const int error = ::posix_spawn(&process->pid_, program.c_str(), &terms.files,
                                      &terms.attributes, arguments, environ);
      error != 0) {
    process->pid_ = -1;
    return Status::system("cannot start " + program, error);
  }
  return process;
}

RendererProcess::~RendererProcess() {
  (void)end();
  if (is_counted_) --renderers;
  if (socket_.is_open()) vso::local::hang_up(socket_.get());
}

std::string RendererProcess::end() {
  if (pid_ < 0) return "has ended";
  // One that has ended already stays as it ended.
  ::kill(pid_, SIGKILL);
  int status = 0;
  pid_t ended = -1;
  do {
    ended = ::waitpid(pid_, &status, 0);
  } while (ended < 0 && errno == EINTR);
  if (ended != std::exchange(pid_, -1)) return "has ended";
  if (WIFEXITED(status)) return "ended by itself (" + std::to_string(WEXITSTATUS(status)) + ")";
  if (WTERMSIG(status) == SIGKILL) return "was killed";
  return "crashed (" + std::string(::strsignal(WTERMSIG(status))) + ")";
}

}  // namespace blink::server
