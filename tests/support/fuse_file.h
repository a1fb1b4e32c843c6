// A file of a file system that is the client's own (FUSE), and that never answers when somebody
// else closes it: whoever does so is stuck in the kernel, and no signal helps.

#pragma once

#include <gtest/gtest.h>

#include <fcntl.h>
#include <linux/fuse.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <thread>

#include "common/unique_fd.h"

namespace blink::test {

class FuseFile {
 public:
  FuseFile() {
    char name[] = "/tmp/blink-fuse-XXXXXX";
    directory_ = ::mkdtemp(name);
    device_.reset(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
    const std::string options =
        "fd=" + std::to_string(device_.get()) + ",rootmode=40000,user_id=0,group_id=0";
    if (!device_.is_open() || ::mount("blink", directory_.c_str(), "fuse", 0, options.c_str()) != 0)
      return;
    is_there_ = true;
    own_thread_ = ::gettid();
    thread_ = std::thread([this] { serve(); });
    fd.reset(::open((directory_ + "/file").c_str(), O_RDWR | O_CLOEXEC));
    EXPECT_TRUE(fd.is_open()) << std::strerror(errno);
  }
  ~FuseFile() {
    fd.reset();
    if (is_there_) {
      ::umount2(directory_.c_str(), MNT_FORCE);  // whoever waits gets an error
      ::umount2(directory_.c_str(), MNT_DETACH);
      thread_.join();
    }
    ::rmdir(directory_.c_str());
  }

  bool is_there() const { return is_there_; }
  // Closers that wait for ever.
  int held() const { return held_; }

  UniqueFd fd;

 private:
  void serve() {
    alignas(fuse_in_header) char request[FUSE_MIN_READ_BUFFER];
    for (;;) {
      const ssize_t got = ::read(device_.get(), request, sizeof request);
      if (got < 0 && errno == ENODEV) return;
      if (got < static_cast<ssize_t>(sizeof(fuse_in_header))) continue;
      fuse_in_header in;
      std::memcpy(&in, request, sizeof in);
      answer(in);
    }
  }

  void answer(const fuse_in_header& in) {
    switch (in.opcode) {
      case FUSE_INIT: {
        fuse_init_out out{};
        out.major = FUSE_KERNEL_VERSION;
        out.minor = 31;
        out.max_write = 4096;
        return reply(in, 0, &out, sizeof out);
      }
      case FUSE_LOOKUP: {
        fuse_entry_out out{};
        out.nodeid = 2;
        out.attr = attributes(2);
        return reply(in, 0, &out, sizeof out);
      }
      case FUSE_GETATTR: {
        fuse_attr_out out{};
        out.attr = attributes(in.nodeid);
        return reply(in, 0, &out, sizeof out);
      }
      case FUSE_OPEN: {
        const fuse_open_out out{};
        return reply(in, 0, &out, sizeof out);
      }
      case FUSE_FLUSH:
        if (static_cast<pid_t>(in.pid) != own_thread_) return (void)++held_;
        return reply(in, 0, nullptr, 0);
      case FUSE_RELEASE: return reply(in, 0, nullptr, 0);
      case FUSE_FORGET:
      case FUSE_BATCH_FORGET:
      case FUSE_INTERRUPT: return;
      default: return reply(in, -ENOSYS, nullptr, 0);
    }
  }

  static fuse_attr attributes(std::uint64_t node) {
    fuse_attr attr{};
    attr.ino = node;
    attr.nlink = 1;
    attr.mode = node == 1 ? S_IFDIR | 0755 : S_IFREG | 0644;
    return attr;
  }

  void reply(const fuse_in_header& in, int error, const void* body, std::size_t bytes) {
    char message[256];
    const fuse_out_header out{static_cast<std::uint32_t>(sizeof(fuse_out_header) + bytes), error,
                              in.unique};
    std::memcpy(message, &out, sizeof out);
    if (bytes != 0) std::memcpy(message + sizeof out, body, bytes);
    EXPECT_EQ(::write(device_.get(), message, out.len), static_cast<ssize_t>(out.len));
  }

  std::string directory_;
  UniqueFd device_;
  pid_t own_thread_ = 0;
  bool is_there_ = false;
  std::atomic<int> held_{0};
  std::thread thread_;
};

}  // namespace blink::test
