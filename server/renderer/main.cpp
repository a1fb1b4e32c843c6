// blink-renderer: runs the OpenGL of one session, or its procedures beside the screen, for blinkd,
// which starts and ends it.
//
// What a client's commands make of the driver stays in this process: memory that is never given
// back, a shader that does not end, a fault. So it has little else, and bounds what it takes before
// the driver begins.

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "common/limits.h"
#include "common/memory_left.h"
#include "server/renderer/procedure_renderer.h"
#include "server/renderer/send_report.h"
#include "server/renderer/stream_renderer.h"
#include "vso/local/socket.h"

namespace blink::server {
namespace {

namespace local = vso::local;

void limit(int what, std::uint64_t most) {
  const rlimit both{most, most};
  ::setrlimit(static_cast<__rlimit_resource_t>(what), &both);
}

void expect_the_worst() {
  // Also when it is busy, or stopped, it does not outlive the session's thread in blinkd.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, limits::renderer_descriptors);
  // Where the host is out of memory, better this than anybody's server.
  const UniqueFd score(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  [[maybe_unused]] const ssize_t written = ::write(score.get(), "800", 3);
}

// Sanitizers take terabytes of addresses for themselves.
void limit_memory([[maybe_unused]] std::uint64_t bytes) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  limit(RLIMIT_DATA, bytes);
#endif
}

// Drivers free large buffers and want as much again at once (Mesa, with each batch of vertices
// between Begin and End), and new pages cost more than what is done with them. So little is given
// back to the kernel: what the driver may have at most is bounded all the same.
void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 16 << 20);
}

// The next order, if there is one; its end is blinkd's.
std::optional<local::Packet> next_if_any(RendererOrder& order) {
  auto packet =
      local::receive_packet(renderer_socket, std::as_writable_bytes(std::span(&order, 1)));
  if (packet.is_ok()) {
    if (packet->bytes == sizeof order) return packet.take();
    ::_exit(packet->bytes == 0 ? 0 : 1);
  }
  if (packet.status().code() != EAGAIN) ::_exit(0);
  return std::nullopt;
}

local::Packet next(RendererOrder& order) {
  for (;;) {
    if (auto packet = next_if_any(order)) return std::move(*packet);
    pollfd more{renderer_socket, POLLIN, 0};
    ::poll(&more, 1, -1);
  }
}

Status run_streams(local::Packet begin, std::uint64_t memory_bytes) {
  BLINK_ASSIGN(auto memory, local::MemoryFile::adopt(std::move(begin.fds[0]), ~std::uint64_t{0}));
  StreamRenderer renderer(renderer_socket, std::move(memory),
                          local::Doorbell(std::move(begin.fds[1])), memory_bytes);
  for (RendererOrder order;;) {
    if (!renderer.is_looking()) {
      (void)next(order);
    } else if (!next_if_any(order)) {
      BLINK_TRY(renderer.look());
      continue;
    }
    BLINK_TRY(renderer.carry_out(order));
  }
}

// They may take all the time that they are given, but only what others leave them.
Status run_procedures(std::uint32_t session) {
  ::setpriority(PRIO_PROCESS, 0, limits::procedures_nice);
  ProcedureRenderer renderer(renderer_socket, session);
  for (RendererOrder order;;) {
    local::Packet packet = next(order);
    BLINK_TRY(renderer.carry_out(order, packet.fds));
  }
}

Status run() {
  RendererOrder order;
  local::Packet packet = next(order);
  if (order.kind != OrderKind::begin || order.begin != RendererOrder::magic_number ||
      packet.fds.size() == 1)
    return Status::system("blink-renderer belongs to another version of blinkd");
  limit_memory(order.bytes);
  keep_freed_memory();
  return packet.fds.empty() ? run_procedures(order.object)
                            : run_streams(std::move(packet), order.bytes);
}

}  // namespace
}  // namespace blink::server

int main() {
  using namespace blink;
  using namespace blink::server;
  expect_the_worst();
  Status status;
  if (!with_memory([&] { status = run(); }))
    status = Status::guest(BLINK_END_QUOTA, "it needs more memory than a session may have");
  RendererReport report;
  report.kind = ReportKind::end;
  report.set(status);
  (void)send_report(renderer_socket, report);
  // It stays until blinkd has heard that.
  RendererOrder order;
  for (;;)
    (void)next(order);
}
