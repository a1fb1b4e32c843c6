// An X server with two monitors that nobody sees: Xorg's driver `dummy`, if it is installed
// (xserver-xorg-video-dummy), and xrandr to plug them. Xvfb has one monitor only.

#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace blink::test {

class DummyMonitors {
 public:
  static constexpr int left_width = 640, left_height = 480;
  static constexpr int right_width = 800, right_height = 600, right_y = 40;

  DummyMonitors() {
    char name[] = "/tmp/blink-xorg-XXXXXX";
    folder_ = ::mkdtemp(name);
    std::ofstream(folder_ + "/xorg.conf")
        << "Section \"Device\"\nIdentifier \"d\"\nDriver \"dummy\"\nVideoRam 64000\nEndSection\n"
           "Section \"Monitor\"\nIdentifier \"m\"\nHorizSync 5-1000\nVertRefresh "
           "5-200\nEndSection\n"
           "Section \"Screen\"\nIdentifier \"s\"\nDevice \"d\"\nMonitor \"m\"\nDefaultDepth 24\n"
           "SubSection \"Display\"\nDepth 24\nModes \"640x480\" "
           "\"800x600\"\nEndSubSection\nEndSection\n"
           "Section \"ServerFlags\"\nOption \"AutoAddDevices\" \"false\"\nEndSection\n";
    start();
    is_there_ = !display_.empty() && xrandr("--addmode DUMMY1 800x600") && plug();
  }
  DummyMonitors(const DummyMonitors&) = delete;
  DummyMonitors& operator=(const DummyMonitors&) = delete;
  ~DummyMonitors() {
    if (process_ > 0) {
      ::kill(process_, SIGTERM);
      ::waitpid(process_, nullptr, 0);
    }
    std::filesystem::remove_all(folder_);
  }

  bool is_there() const { return is_there_; }
  const std::string& display() const { return display_; }
  // The right one; the left one is always there.
  bool plug(int y = right_y) const {
    return xrandr("--output DUMMY0 --mode 640x480 --pos 0x0 --output DUMMY1 --mode 800x600 --pos " +
                  std::to_string(left_width) + "x" + std::to_string(y)) &&
           xrandr("--query");  // who looks without it finds the monitor not connected yet
  }
  bool unplug() const { return xrandr("--output DUMMY1 --off"); }

 private:
  bool xrandr(const std::string& what) const {
    return std::system(("xrandr -d " + display_ + " " + what + " >/dev/null 2>&1").c_str()) == 0;
  }
  void start() {
    int ends[2];
    if (::pipe(ends) != 0) return;
    process_ = ::fork();
    if (process_ == 0) {
      ::close(ends[0]);
      const std::string fd = std::to_string(ends[1]), configuration = folder_ + "/xorg.conf";
      const std::string log = folder_ + "/log";
      const int nowhere = ::open("/dev/null", O_RDWR);
      ::dup2(nowhere, STDOUT_FILENO);
      ::dup2(nowhere, STDERR_FILENO);
      // It must take no terminal away from whoever sits there.
      ::execlp("Xorg", "Xorg", "-displayfd", fd.c_str(), "-config", configuration.c_str(),
               "-configdir", folder_.c_str(), "-logfile", log.c_str(), "-nolisten", "tcp",
               "-noreset", "-novtswitch", "-sharevts", "vt9", nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    std::string number;  // it comes in pieces
    for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';)
      number += c;
    ::close(ends[0]);
    if (!number.empty()) display_ = ":" + number;
  }

  std::string folder_, display_;
  pid_t process_ = -1;
  bool is_there_ = false;
};

}  // namespace blink::test
