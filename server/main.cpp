// blinkd: the Blink display server.

#include <unistd.h>
#include <cmath>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "common/log.h"
#include "common/memory_left.h"
#include "common/runtime_dir.h"
#include "server/control.h"
#include "server/input_json.h"
#include "server/machine_doors.h"
#include "server/options.h"
#include "server/places_file.h"
#include "server/screen/compositor.h"
#include "server/screen/output.h"
#include "server/screen/procedure.h"
#include "server/server.h"
#include "server/session_objects.h"
#include "server/web/admission.h"
#include "server/web/web_viewer.h"

namespace blink::server {
namespace {

using nlohmann::json;

json to_json(const SessionInfo& info) {
  return {{"session", info.id},
          {"name", info.name},
          {"machine", info.machine},
          {"pid", info.pid},
          {"state", info.state},
          {"region_bytes", info.region_bytes},
          {"arrays", info.arrays},
          {"objects", info.objects},
          {"object_bytes", info.object_bytes},
          {"extents", info.extents},
          {"commands", info.commands},
          {"versions", info.versions},
          {"torn", info.torn},
          {"refused", info.refused},
          {"events_lost", info.events_lost},
          {"notifications", info.notifications}};
}

json to_json(const TimeCounts& counts) {
  json all = json::array();
  for (std::uint32_t i = 0; i < TimeCounts::count; ++i)
    if (const std::uint64_t count = counts.at(i); count != 0)
      all.push_back({TimeCounts::microseconds(i), count});
  return all;
}

json to_json(const ClientStats& stats) {
  return {{"windows", stats.windows.load()},
          {"frames", stats.frames.load()},
          {"changes", stats.changes.load()},
          {"redraw_ns", stats.redraw_ns.load()},
          {"gpu_ns", stats.gpu_ns.load()},
          {"frame_gaps", to_json(stats.frame_gaps)},
          {"updates", stats.updates.load()},
          {"update_ns", stats.update_ns.load()},
          {"update_gaps", to_json(stats.update_gaps)},
          {"procedures", stats.procedures.load()},
          {"compile_ns", stats.compile_ns.load()},
          {"complaints", stats.complaints.load()},
          {"renderer_pid", stats.renderer_pid.load()},
          {"beside_pid", stats.beside_pid.load()},
          {"pictures", stats.budget->pictures()},
          {"texture_bytes", stats.budget->texture_bytes()}};
}

// What a session may have at most, by the names of what it has.
json to_json(const vso::Quotas& quotas) {
  return {{"objects", quotas.objects_max},
          {"object_bytes", quotas.object_bytes_max},
          {"extents", quotas.extents_max},
          {"region_bytes", quotas.region_bytes_max},
          {"pictures", limits::session_pictures_max},
          {"texture_bytes", limits::session_texture_bytes_max},
          {"windows", limits::session_windows_max}};
}

const char* name_of(WindowState state) {
  constexpr const char* names[] = {"normal", "maximised", "left_half", "right_half"};
  return names[static_cast<std::size_t>(state)];
}

json to_json(const Rect& rect) {
  return {{"x", std::lround(rect.x)},
          {"y", std::lround(rect.y)},
          {"width", std::lround(rect.width)},
          {"height", std::lround(rect.height)}};
}

json to_json(const WindowView& window) {
  return {{"array", window.object.array},
          {"object", window.object.object},
          {"title", window.title},
          {"x", std::lround(window.content.x)},
          {"y", std::lround(window.content.y)},
          {"width", std::lround(window.content.width)},
          {"height", std::lround(window.content.height)},
          {"state", name_of(window.state)},
          {"minimised", window.is_minimised},
          {"maximised", window.state == WindowState::maximised},
          {"focused", window.is_focused},
          {"normal", to_json(window.normal)}};
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json to_json(const MachineLabel& machine) {
  json its = {{"name", machine.name}};
  char text[16];
  std::snprintf(text, sizeof text, "#%06x", machine.rgb.value_or(0) & 0xffffff);
  if (machine.rgb) its["colour"] = text;
  return its;
}

json machines_json(const Server& server) {
  json machines = json::array();
  for (const auto& door : server.machines())
    machines.push_back(to_json(door->machine));
  return machines;
}

Colour to_colour(std::uint32_t rgb) {
  const auto part = [&](int bits) { return static_cast<float>(rgb >> bits & 0xff) / 255; };
  return {part(16), part(8), part(0)};
}

Result<MachineLabel> wanted_machine(const std::string& argument) {
  const json wanted = json::parse(argument, nullptr, false);
  if (!wanted.is_object() || !wanted.contains("name") || !wanted["name"].is_string())
    return Status::system("a machine is named with {\"name\": NAME}");
  MachineLabel machine{wanted["name"].get<std::string>(), std::nullopt};
  if (!wanted.contains("colour")) return machine;
  if (wanted["colour"].is_string()) machine.rgb = rgb_of(wanted["colour"].get<std::string>());
  if (!machine.rgb) return Status::system("a machine's colour is like #2d7dd2");
  return machine;
}

// Nothing: of the whole screen.
Result<std::optional<std::string>> wanted_window(const std::string& argument) {
  if (argument.empty()) return std::optional<std::string>();
  const json wanted = json::parse(argument, nullptr, false);
  if (!wanted.is_object() || !wanted.contains("window") || !wanted["window"].is_string())
    return Status::system("a picture of one window is asked for with {\"window\": WHICH}");
  return std::optional(wanted["window"].get<std::string>());
}

Result<std::string> wanted_client(const std::string& argument) {
  const json wanted = json::parse(argument, nullptr, false);
  if (!wanted.is_object() || !wanted.contains("client") || !wanted["client"].is_string())
    return Status::system("a client is meant with {\"client\": WHICH}");
  return wanted["client"].get<std::string>();
}

// Null where the command line wants none.
Result<std::unique_ptr<WebViewer>> start_web(const DaemonOptions& options, Compositor& compositor) {
  if (options.web_port < 0) return std::unique_ptr<WebViewer>();
  BLINK_ASSIGN(const std::string token, new_token());
  return WebViewer::start(
      static_cast<std::uint16_t>(options.web_port), token,
      {.watch = [&](std::uint64_t after,
                    FrameTaker take) { compositor.watch(after, std::move(take)); },
       .input = [&](const InputEvent& event) { compositor.input(event); }});
}

Result<ControlAnswer> answer(const ControlRequest& request, Server& server, Compositor& compositor,
                             const ClientStatsBoard& board, const WebViewer* web,
                             const std::function<void()>& stop) {
  const std::string& command = request.command;
  if (command == "ps") {
    json sessions = json::array();
    const std::vector<WindowView> windows = compositor.windows();
    for (const SessionInfo& info : server.sessions()) {
      sessions.push_back(to_json(info));
      json& its = sessions.back()["windows"] = json::array();
      for (const WindowView& window : windows)
        if (window.session == info.id) its.push_back(to_json(window));
      if (const auto stats = board.find(info.id)) sessions.back()["screen"] = to_json(*stats);
    }
    return ControlAnswer{dump({{"pid", ::getpid()},
                               {"generation", server.generation()},
                               {"frames", compositor.frames_drawn()},
                               {"frame_ns", compositor.frame_ns()},
                               {"quotas", to_json(server.quotas())},
                               {"machines", machines_json(server)},
                               {"sessions", sessions}}),
                         {}};
  }
  if (command == "screenshot") {
    BLINK_ASSIGN(auto window, wanted_window(request.argument));
    BLINK_ASSIGN(auto png, compositor.screenshot(std::move(window)));
    return ControlAnswer{"", std::move(png)};
  }
  if (command == "input") {
    BLINK_ASSIGN(const auto events, input_events(request.argument));
    for (const InputEvent& event : events)
      compositor.input(event);
    return ControlAnswer{};
  }
  if (command == "freeze" || command == "thaw") {
    BLINK_ASSIGN(const std::string who, wanted_client(request.argument));
    BLINK_ASSIGN(const auto pids, command == "freeze" ? server.freeze(who) : server.thaw(who));
    return ControlAnswer{dump({{"pid", ::getpid()}, {"processes", pids}}), {}};
  }
  if (command == "add_machine") {
    BLINK_ASSIGN(MachineLabel machine, wanted_machine(request.argument));
    BLINK_TRY(server.add_machine(std::move(machine)));
    return ControlAnswer{};
  }
  if (command == "remove_machine") {
    BLINK_ASSIGN(const MachineLabel machine, wanted_machine(request.argument));
    BLINK_TRY(server.remove_machine(machine.name));
    return ControlAnswer{};
  }
  if (command == "web") {
    if (web == nullptr)
      return Status::system("this server shows its screen to no browser; start it with --web PORT");
    return ControlAnswer{dump({{"address", web->address()}}), {}};
  }
  if (command == "stop") {
    stop();
    return ControlAnswer{};
  }
  return Status::system("unknown command " + command);
}

// Turns SIGTERM and SIGINT into an orderly stop. They are blocked in every thread but this one.
class SignalThread {
 public:
  explicit SignalThread(const std::function<void()>& stop)
      : thread_([stop] {
          sigset_t set = stop_signals();
          int signal = 0;
          while (::sigwait(&set, &signal) != 0) {
          }
          stop();
        }) {}
  ~SignalThread() {
    ::pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
  }
  static sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
  }

 private:
  std::thread thread_;
};

// The end of a server that was told to stop and does not: a driver, or the desktop that shows it,
// may never answer again.
class LastResort {
 public:
  // Its thread is there from the start: there may be none to be had in the end.
  LastResort() : thread_([this] { watch(); }) {}
  ~LastResort() {
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  // Any thread, any number of times.
  void arm() {
    {
      const std::lock_guard lock(mutex_);
      is_armed_ = true;
    }
    changed_.notify_one();
  }

 private:
  void watch() {
    std::unique_lock waiting(mutex_);
    changed_.wait(waiting, [this] { return is_armed_ || is_over_; });
    if (changed_.wait_for(waiting, std::chrono::milliseconds(limits::server_end_ms_max),
                          [this] { return is_over_; }))
      return;
    log_warning("server.down", {{"stuck", true}});
    ::_exit(0);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_armed_ = false, is_over_ = false;
  std::thread thread_;
};

void tell(int fd, const std::string& line) {
  if (fd < 0) return;
  [[maybe_unused]] const ssize_t written = ::write(fd, line.data(), line.size());
  ::close(fd);
}

Status serve(const DaemonOptions& options) {
  const sigset_t signals = SignalThread::stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);  // ignored, renderers would be nobody's to ask how they ended
  ::signal(SIGXFSZ, SIG_IGN);  // a log that may not grow any more is no reason to stop
  Procedure::warm_up();
  LastResort last_resort;
  ClientStatsBoard board;
  BLINK_ASSIGN(const auto output, open_output(options.output, options.screen));
  DesktopSettings desktop = options.desktop;
  desktop.returning = PlacesFile::load(options.server.runtime_dir);
  BLINK_ASSIGN(auto compositor, Compositor::start(output, desktop));
  BLINK_ASSIGN(
      auto server,
      Server::start(options.server, [&](std::uint32_t session, std::string name,
                                        std::shared_ptr<ClientMail> mail, const SessionLink& link) {
        const MachineLabel& machine = link.machine;
        if (!machine.name.empty()) name = machine.name;  // the client's word does not count
        SessionIdentity of{session, std::move(name), std::move(mail), board.add(session)};
        of.pid = link.client_pid;
        if (machine.rgb) of.colour = to_colour(*machine.rgb);
        return std::make_unique<SessionObjects>(std::move(of), *compositor, link, options.gl,
                                                options.takes_opengl);
      }));
  bound_log(options.server.runtime_dir + "/" + std::string(log_name));  // ours, now
  PlacesFile places(options.server.runtime_dir, [&] { return compositor->windows(); });
  compositor->on_windows([&] { places.changed(); });
  BLINK_ASSIGN(const auto web, start_web(options, *compositor));
  if (web) compositor->on_cursor([&](Cursor cursor) { web->show(cursor); });
  const std::function<void()> stop = [&] {
    last_resort.arm();
    server->stop();
  };
  BLINK_ASSIGN(auto control,
               Control::start(options.server.runtime_dir, [&](const ControlRequest& request) {
                 return answer(request, *server, *compositor, board, web.get(), stop);
               }));
  const SignalThread signal_thread(stop);
  log_info("server.up", {{"pid", ::getpid()},
                         {"runtime_dir", options.server.runtime_dir},
                         {"generation", server->generation()}});
  tell(options.ready_fd, "ready\n");
  output->run([&] { server->run(); },
              {.input = [&](const InputEvent& event) { compositor->input(event); },
               .change = [&](const ScreenMode& mode) { compositor->change(mode); },
               .close = stop,
               .windows = [&] { return compositor->windows().size(); }});
  control.reset();
  compositor->on_windows({});
  compositor->on_cursor({});
  compositor->stop();
  if (server->is_stuck()) {
    log_warning("server.down", {{"stuck_sessions", server->sessions().size()}});
    server->let_go_of_directory();
    ::_exit(0);
  }
  log_info("server.down");
  return {};
}

}  // namespace
}  // namespace blink::server

int main(int argc, char** argv) {
  using namespace blink;
  auto options = server::parse_options(argc, argv);
  if (!options.is_ok()) {
    std::fprintf(stderr, "blinkd: %s\n", std::string(options.status().text()).c_str());
    return 2;
  }
  if (options->help) {
    std::printf("blinkd: the Blink display server, in the foreground. `blink up` starts it.\n\n%s",
                server::options_help());
    return 0;
  }
  Status status;
  try {
    if (!with_memory([&] { status = server::serve(options.value()); }))
      status = Status::system(std::string(no_memory_text));
  } catch (const std::system_error& error) {  // no thread is to be had
    status = Status::system(std::string("this host gives no thread: ") + error.what());
  }
  if (!status.is_ok()) {
    const std::string text(status.text());
    server::tell(options->ready_fd, text + "\n");
    std::fprintf(stderr, "blinkd: %s\n", text.c_str());
    return 1;
  }
  return 0;
}
