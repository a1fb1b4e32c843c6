// blink sp show: procedures in a window of a server that is up. What the server has to say of one
// is shown in its text.

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

#include "cli/sp/commands.h"
#include "cli/sp/file.h"
#include "cli/sp/settings.h"
#include "common/limits.h"
#include "common/runtime_dir.h"
#include "common/text.h"
#include "vso/blink_client.h"

namespace blink::sp {
namespace {

constexpr int answer_ms_max = 10'000, look_ms = 60'000;
constexpr std::uint64_t region_bytes_min = 16 << 20;

struct Size {
  std::uint32_t width = 480, height = 360;
};

// What is given to the server, once it is there.
struct Given {
  std::string name;            // for people
  const File* file = nullptr;  // of a procedure
  std::uint32_t object = 0;
  std::uint64_t version = 0;
};

Status parse_size(const std::string& text, Size& size) {
  const char* const end = text.data() + text.size();
  const auto [cross, error] = std::from_chars(text.data(), end, size.width);
  if (error == std::errc() && cross != end && *cross == 'x') {
    const auto [last, fault] = std::from_chars(cross + 1, end, size.height);
    if (fault == std::errc() && last == end &&
        std::clamp(size.width, 1u, BLINK_WINDOW_SIDE_MAX) == size.width &&
        std::clamp(size.height, 1u, BLINK_WINDOW_SIDE_MAX) == size.height)
      return {};
  }
  return Status::system("--size: '" + printable(text) + "' is not WIDTHxHEIGHT, as 480x360 is");
}

std::string_view callback_of(const File& file) {
  const jit::Word callback = file.words.size() > 2 ? file.words[2] : jit::callback_count;
  if (callback >= jit::callback_count) return "";
  return jit::callback_name(static_cast<jit::Callback>(callback));
}

Status check_callbacks(const std::vector<File>& files) {
  for (std::size_t i = 0; i < files.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (callback_of(files[i]) == callback_of(files[j]))
        return Status::system(files[j].name + " and " + files[i].name + " are both for " +
                              std::string(callback_of(files[i])));
  return {};
}

// A client with one window.
class Show {
 public:
  Status open(const std::string& runtime_dir, std::uint64_t bytes, std::uint32_t objects) {
    const std::string socket = runtime_dir + "/" + std::string(client_socket_name);
    client_.reset(blink_connect(socket.c_str(), "sp show", bytes));
    if (client_ == nullptr) return Status::system(blink_error());
    array_ = blink_array_add(client_.get(), objects);
    return array_ != nullptr ? Status() : Status::system(blink_error());
  }
  Status give(std::string name, std::uint16_t type, std::span<const std::byte> content,
              const std::uint32_t (&parameters)[8], const File* file = nullptr) {
    Given given{std::move(name), file};
    given.object = blink_object_create(array_, type, content.size(), parameters);
    if (given.object == 0) return Status::system(given.name + ": " + blink_error());
    if (!content.empty())
      std::memcpy(blink_object_content(array_, given.object), content.data(), content.size());
    given.version = blink_object_end(array_, given.object, 0, 0);
    if (given.version == 0) return Status::system(given.name + ": " + blink_error());
    all_.push_back(std::move(given));
    return {};
  }
  std::uint32_t last_object() const { return all_.back().object; }
  // Returns when the server has looked at all of it. False: it has refused some.
  Result<bool> is_taken() {
    for (const Given& given : all_)
      if (blink_object_wait(array_, given.object, given.version, answer_ms_max) != 0)
        return Status::system(given.name + ": " + blink_error());
    while (hear(0)) {
    }
    return !is_refused_;
  }
  // Until the window is closed.
  Status stay() {
    while (!is_closed_ && blink_ended(client_.get()) == 0)
      hear(look_ms);
    return is_closed_ ? Status() : Status::system(blink_error());
  }

 private:
  struct Close {
    void operator()(blink_client* client) const { blink_close(client); }
  };

  // One event, if there is one in time.
  bool hear(int timeout_ms) {
    blink_client_event event;
    if (blink_next_event(client_.get(), &event, timeout_ms) != 1) return false;
    if (event.type == BLINK_EVENT_CLOSE) is_closed_ = true;
    if (event.type == BLINK_EVENT_OBJECT_REFUSED) refused(event);
    if (event.type == BLINK_EVENT_PROCEDURE) complained(event);
    if (event.type == BLINK_EVENT_POST) {
      std::printf("post %.9g, %.9g\n", static_cast<double>(event.number[0]),
                  static_cast<double>(event.number[1]));
      std::fflush(stdout);
    }
    return true;
  }
  void refused(const blink_client_event& event) {
    is_refused_ = true;
    const auto given = std::ranges::find(all_, event.object, &Given::object);
    const std::string name = given != all_.end() ? given->name : "an object";
    tell(jit::Diagnostic::Kind::error, name, given != all_.end() ? given->file : nullptr,
         std::string("refused: ") + event.text);
  }
  // The text begins with the callback.
  void complained(const blink_client_event& event) {
    const std::string_view text = event.text;
    const std::string_view callback = text.substr(0, text.find(':'));
    const auto given = std::ranges::find_if(all_, [&](const Given& each) {
      return each.file != nullptr && callback_of(*each.file) == callback;
    });
    const bool is_over = event.code != BLINK_END_NONE;
    tell(is_over ? jit::Diagnostic::Kind::error : jit::Diagnostic::Kind::warning,
         given != all_.end() ? given->name : "the window",
         given != all_.end() ? given->file : nullptr,
         is_over ? event.text + std::string("; no procedure of the window runs any more")
                 : event.text);
  }
  // Where the text names a word of the code it is shown there.
  static void tell(jit::Diagnostic::Kind kind, const std::string& name, const File* file,
                   const std::string& text) {
    jit::Diagnostic said{kind, {}, printable(text), ""};
    if (file == nullptr) return say(jit::SourceText(name, ""), said);
    constexpr std::string_view mark = ": word ";
    if (const std::size_t at = text.find(mark); at != std::string::npos) {
      std::uint32_t word = 0;
      std::from_chars(text.data() + at + mark.size(), text.data() + text.size(), word);
      said.at = file->assembly.place_of(word);
      said.hint = "`blink sp check` says more";
    }
    say(file->source(), said);
  }

  std::unique_ptr<blink_client, Close> client_;
  blink_array* array_ = nullptr;
  std::vector<Given> all_;
  bool is_refused_ = false, is_closed_ = false;
};

// The window, and everything in it. Data come first: their numbers depend on nothing else.
Status give_all(Show& show, const Request& request, const Size& size,
                const std::vector<File>& files, const std::vector<std::string>& data,
                std::span<const float> params) {
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::string name = printable(request.data[i]);
    BLINK_TRY(show.give(name, BLINK_OBJECT_DATA, std::as_bytes(std::span(data[i])), {}));
    std::printf("%s is object %u\n", name.c_str(), show.last_object());
  }
  const std::string title = !request.title.empty()
                                ? request.title
                                : std::filesystem::path(files[0].name).filename().string();
  BLINK_TRY(show.give("the window", BLINK_OBJECT_WINDOW, std::as_bytes(std::span(title)),
                      {size.width, size.height}));
  const std::uint32_t window = show.last_object();
  if (!request.params.empty())
    BLINK_TRY(show.give("--param", BLINK_OBJECT_PARAMS, std::as_bytes(params), {window}));
  for (const File& file : files)
    BLINK_TRY(show.give(file.name, BLINK_OBJECT_PROCEDURE, std::as_bytes(std::span(file.words)),
                        {window}, &file));
  return {};
}

Status show_all(const Request& request, const Size& size, const std::vector<File>& files,
                std::span<const float> params) {
  BLINK_TRY(check_callbacks(files));
  std::vector<std::string> data;
  std::uint64_t bytes = region_bytes_min;
  for (const std::string& path : request.data) {
    BLINK_ASSIGN(data.emplace_back(), read_bytes(path));
    bytes += data.back().size();
  }
  for (const File& file : files)
    bytes += file.words.size() * sizeof(jit::Word);
  Show show;
  BLINK_TRY(show.open(request.runtime_dir.empty() ? default_runtime_dir() : request.runtime_dir,
                      bytes, static_cast<std::uint32_t>(files.size() + data.size() + 2)));
  BLINK_TRY(give_all(show, request, size, files, data, params));
  BLINK_ASSIGN(const bool is_taken, show.is_taken());
  if (!is_taken) return Status::system("the server has refused it");
  std::printf("shown; it ends when the window is closed, or by Ctrl-C\n");
  std::fflush(stdout);
  return show.stay();
}

int fail(const Status& status, int code) {
  std::fprintf(stderr, "blink: sp show: %s\n", std::string(status.text()).c_str());
  return code;
}

}  // namespace

int show_files(const Request& request) {
  Size size;
  std::vector<float> params(jit::params_max);
  Status status;
  if (!request.size.empty()) status = parse_size(request.size, size);
  for (const std::string& text : request.params)
    if (status.is_ok()) status = set_number(text, params, "param");
  if (!status.is_ok()) return fail(status, 2);
  std::vector<File> files;
  for (const std::string& path : request.paths) {
    auto file = load(path);
    if (!file) return 1;
    files.push_back(std::move(*file));
  }
  status = show_all(request, size, files, params);
  return status.is_ok() ? 0 : fail(status, 1);
}

}  // namespace blink::sp
