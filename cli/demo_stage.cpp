#include "cli/demo_stage.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "common/program_path.h"
#include "server/control.h"

namespace blink::cli {

namespace fs = std::filesystem;
using nlohmann::json;

Sweeper::Sweeper() {
  sigemptyset(&set_);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
    sigaddset(&set_, number);
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  thread_ = std::thread([this] { run(); });
}

Sweeper::~Sweeper() {
  is_over_ = true;
  ::pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
  ::pthread_sigmask(SIG_UNBLOCK, &set_, nullptr);
}

Result<std::string> Sweeper::make_directory() {
  const std::lock_guard lock(mutex_);
  char name[] = "/tmp/blink-demo-XXXXXX";
  if (::mkdtemp(name) == nullptr) return Status::system("cannot make a directory in /tmp", errno);
  return directory_ = name;
}

void Sweeper::run() {
  int number = 0;
  while (::sigwait(&set_, &number) != 0) {
  }
  if (is_over_) return;
  const std::lock_guard lock(mutex_);
  std::error_code ignored;
  if (!directory_.empty()) fs::remove_all(directory_, ignored);
  ::signal(number, SIG_DFL);
  ::pthread_sigmask(SIG_UNBLOCK, &set_, nullptr);
  ::raise(number);
}

DemoStage::~DemoStage() {
  clients_.clear();
  server_ = {};
  std::error_code ignored;
  if (!directory_.empty()) fs::remove_all(directory_, ignored);
}

Status DemoStage::set_up(server::ScreenSize screen, const std::vector<std::string>& options) {
  BLINK_ASSIGN(directory_, sweeper_.make_directory());
  log_.reset(
      ::open((directory_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  server_options_ = {"--size", std::to_string(screen.width) + "x" + std::to_string(screen.height)};
  server_options_.insert(server_options_.end(), options.begin(), options.end());
  return start_server();
}

Status DemoStage::replace_server() {
  server_ = {};
  return start_server();
}

Status DemoStage::start_server() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return Status::system("cannot make a pipe", errno);
  const UniqueFd reader(fds[0]);
  UniqueFd writer(fds[1]);
  std::vector<std::string> command = {beside_this_program("blinkd"), "--runtime-dir", directory_,
                                      "--ready-fd", std::to_string(writer.get())};
  command.insert(command.end(), server_options_.begin(), server_options_.end());
  BLINK_ASSIGN(server_, start(command, log_.get(), writer.get(), true));
  writer.reset();
  std::string verdict(256, '\0');
  const ssize_t got = ::read(reader.get(), verdict.data(), verdict.size());
  verdict.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (verdict != "ready\n") return Status::system("the server did not start: " + verdict);
  return {};
}

Status DemoStage::start_client(const std::string& name, const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {beside_this_program("demo-" + name.substr(0, name.find(':'))),
                                      directory_ + "/clients"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  BLINK_ASSIGN(clients_[name], start(command, log_.get(), -1, true));
  return {};
}

Status DemoStage::open(const std::string& name, float x, float y,
                       const std::vector<std::string>& arguments) {
  BLINK_TRY(start_client(name, arguments));
  BLINK_TRY(wait_until([&] { return has_window(name); }, "the window of demo-" + name));
  BLINK_ASSIGN(const server::FrameParts now, frame(name));
  const float grip_x = now.title_bar.x + now.title_bar.width / 2 - 20;
  const float grip_y = now.title_bar.y + now.title_bar.height / 2;
  BLINK_TRY(act({{Step::Kind::move, grip_x, grip_y},
                 {Step::Kind::press},
                 {Step::Kind::move, grip_x + x - now.content.x, grip_y + y - now.content.y},
                 {Step::Kind::release}}));
  return wait_until(
      [&]() -> Result<bool> {
        BLINK_ASSIGN(const server::FrameParts moved, frame(name));
        return moved.content.x == x && moved.content.y == y;
      },
      "the window of demo-" + name + " to its place");
}

void DemoStage::signal_all(int number) const {
  for (const auto& [name, client] : clients_)
    client.signal(number);
}

Result<server::FrameParts> DemoStage::frame(const std::string& name) const {
  BLINK_ASSIGN(const json session, session_of(name));
  if (session["windows"].empty()) return Status::system("demo-" + name + " has no window");
  const json& window = session["windows"][0];
  return server::WindowFrames::parts({window.value("x", 0.0f), window.value("y", 0.0f),
                                      window.value("width", 0.0f), window.value("height", 0.0f)},
                                     1);
}

Status DemoStage::act(const std::vector<Step>& steps) const {
  json events = json::array();
  for (const Step& step : steps) {
    if (step.kind == Step::Kind::move)
      events.push_back({{"kind", "pointer"}, {"x", step.x}, {"y", step.y}});
    else
      events.push_back(
          {{"kind", "button"}, {"code", 1}, {"press", step.kind == Step::Kind::press ? 1 : 0}});
  }
  BLINK_ASSIGN([[maybe_unused]] const auto answer,
               server::ask_server(directory_, "input", events.dump()));
  return {};
}

Status DemoStage::click(server::Rect where) const {
  return act({{Step::Kind::move, where.x + where.width / 2, where.y + where.height / 2},
              {Step::Kind::press},
              {Step::Kind::release}});
}

Result<Png> DemoStage::screen() const {
  BLINK_ASSIGN(auto answer, server::ask_server(directory_, "screenshot"));
  return std::move(answer.payload);
}

Status DemoStage::wait_until(const std::function<Result<bool>()>& is_right,
                             const std::string& what) const {
  for (int i = 0; i < 500; ++i) {
    BLINK_ASSIGN(const bool is_done, is_right());
    if (is_done) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return Status::system(what + " did not come in ten seconds; the log:\n" + log());
}

std::string DemoStage::log() const {
  std::ifstream file(directory_ + "/log");
  return {std::istreambuf_iterator<char>(file), {}};
}

Status DemoStage::strike() {
  server_.signal(SIGTERM);
  if (const int code = server_.wait(10'000); code != 0)
    return Status::system("the server did not stop in good order; the log:\n" + log());
  return {};
}

Result<json> DemoStage::all() const {
  BLINK_ASSIGN(const auto answer, server::ask_server(directory_, "ps"));
  json body = json::parse(answer.json, nullptr, false);
  if (!body.is_object() || !body.contains("sessions"))
    return Status::system("the server's answer is no JSON");
  return body;
}

Result<json> DemoStage::session_of(const std::string& name) const {
  BLINK_ASSIGN(const json body, all());
  for (const json& session : body["sessions"])
    if (session.value("pid", -1) == clients_.at(name).pid()) return session;
  return json({{"windows", json::array()}});
}

Result<bool> DemoStage::has_window(const std::string& name) const {
  BLINK_ASSIGN(const json session, session_of(name));
  return !session["windows"].empty();
}

Result<bool> DemoStage::has_sent(const std::string& name, int versions) const {
  BLINK_ASSIGN(const json session, session_of(name));
  return session.value("versions", 0) >= versions;
}

}  // namespace blink::cli
