// blink bench vso: what shared objects cost.
//
// Round trips and idle costs are measured between two processes, a server without a screen and its
// clients. Scans and bulk updates are measured on a Region in this process: the server's own code
// and nothing around it.

#include <dirent.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "cli/bench/benchmarks.h"
#include "common/cpu.h"
#include "common/log.h"
#include "server/server.h"
#include "vso/client.h"
#include "vso/client_array.h"

namespace blink::bench {
namespace {

using Clock = std::chrono::steady_clock;

double us_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

Clock::time_point in_ten_seconds() { return Clock::now() + std::chrono::seconds(10); }

// Takes every version and looks at none of its bytes: what is left is the cost of vso/ itself.
class IdleConsumer final : public vso::ObjectConsumer {
 public:
  bool knows(std::uint16_t) const override { return true; }
  Status prepare(const vso::ObjectVersion& version) override {
    return version.content.contiguous().take_status();
  }
  void commit(const vso::ObjectVersion&) override {}
  void discard(const vso::ObjectVersion&) override {}
  void retire(vso::ObjectKey) override {}
};

// ------------------------------------------------------------------------ a server process

class ServerProcess {
 public:
  explicit ServerProcess(std::uint32_t spin_us) {
    char name[] = "/tmp/blink-bench-XXXXXX";
    if (::mkdtemp(name) == nullptr) return;
    directory_ = name;
    std::fflush(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) serve(spin_us);
    for (int i = 0; i < 2000 && !std::filesystem::exists(socket_path()); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ~ServerProcess() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    std::error_code ignored;
    if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
  }

  pid_t pid() const { return pid_; }
  std::string socket_path() const { return directory_ + "/clients"; }
  Result<std::unique_ptr<vso::Client>> connect() const {
    return vso::Client::connect(
        {.socket_path = socket_path(), .name = "bench", .region_bytes = 16 << 20});
  }

 private:
  [[noreturn]] void serve(std::uint32_t spin_us) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    set_log_level(LogLevel::error);
    server::ServerOptions options;
    options.runtime_dir = directory_;
    options.spin_us = spin_us;
    auto server = server::Server::start(
        options, [](std::uint32_t, const std::string&, const std::shared_ptr<server::ClientMail>&,
                    const server::SessionLink&) { return std::make_unique<IdleConsumer>(); });
    if (server.is_ok()) server.value()->run();
    ::_exit(1);
  }

  std::string directory_;
  pid_t pid_ = -1;
};

// --------------------------------------------------------------------------- round trips

// Publishes a version and waits for its fence, asleep or spinning, like the server.
Result<Summary> round_trips(bool spin, std::size_t count) {
  const ServerProcess server(spin ? 100'000 : 0);
  BLINK_ASSIGN(const auto client, server.connect());
  BLINK_ASSIGN(vso::ClientArray * array, client->add_array(16));
  BLINK_ASSIGN(const std::uint32_t object, array->create(BLINK_OBJECT_BYTES, 4096, {}));
  std::vector<double> samples;
  for (std::size_t i = 0; i < count; ++i) {
    if (!spin) std::this_thread::sleep_for(std::chrono::microseconds(100));  // it falls asleep
    const auto start = Clock::now();
    array->begin_update(object);
    const std::uint64_t version = array->end_update(object);
    if (spin) {
      while (array->fence(object) < version) {
        cpu_relax();
        if (us_since(start) > 1e7) return Status::system("the server does not answer");
      }
    } else {
      BLINK_TRY(array->wait_for_fence(object, version, in_ten_seconds()));
    }
    samples.push_back(us_since(start));
  }
  return summarize(std::move(samples));
}

// ------------------------------------------------------------------ a region in this process

class Bench {
 public:
  // A region with one array of so many one-page objects, all of them known to the server.
  static Result<std::unique_ptr<Bench>> with_objects(std::uint32_t count) {
    auto bench = std::make_unique<Bench>();
    const std::uint64_t pages = array_page + blink_array_layout_of(count).pages;
    BLINK_ASSIGN(bench->memory_,
                 vso::local::MemoryFile::create(pages * BLINK_PAGE_BYTES + content_bytes));
    blink_region_header header{};
    header.magic = BLINK_VSO_MAGIC;
    header.version_major = BLINK_VSO_VERSION_MAJOR;
    header.header_bytes = sizeof header;
    header.region_bytes = bench->memory_->bytes();
    header.command_ring_pages = header.event_ring_pages = 1;
    std::memcpy(bench->memory_->own_bytes(), &header, sizeof header);
    vso::Quotas quotas;
    BLINK_ASSIGN(bench->region_,
                 vso::Region::attach(*bench->memory_, bench->consumer_, quotas, {}));
    bench->layout_ = blink_array_layout_of(count);
    bench->capacity_ = count;
    BLINK_TRY(bench->add_array());
    for (std::uint32_t slot = 0; slot < count; ++slot) {
      blink_object_record& record = bench->record(slot);
      record.object = BLINK_OBJECT_ID(slot, 1);
      record.type = BLINK_OBJECT_BYTES;
      bench->publish(slot);
    }
    BLINK_TRY(bench->work());
    return bench;
  }

  blink_object_record& record(std::uint32_t slot) {
    return *at<blink_object_record>(layout_.records_offset + slot * sizeof(blink_object_record));
  }
  // What a client does to publish, without the doorbell.
  void publish(std::uint32_t slot) {
    record(slot).version += 2;
    for (std::uint32_t level = 0, index = slot; level < BLINK_DIRTY_LEVELS; ++level, index /= 64)
      *at<std::uint64_t>(layout_.dirty_offset[level] + index / 64 * 8ull) |= 1ull << (index % 64);
    *reinterpret_cast<std::uint64_t*>(memory_->own_bytes() + 4096 +
                                      offsetof(blink_client_words, dirty_arrays)) |= 1;
  }
  Status work() {
    for (;;) {
      BLINK_ASSIGN(const bool more, region_->turn());
      if (!more) return {};
    }
  }
  vso::ObjectArray shared_array() const {
    return vso::ObjectArray(capacity_,
                            *memory_->span().part(array_page * 4096, layout_.pages * 4096ull));
  }
  std::byte* bytes() { return memory_->own_bytes(); }
  std::uint32_t first_free_page() const { return array_page + layout_.pages; }

 private:
  static constexpr std::uint32_t array_page = 16;
  static constexpr std::uint64_t content_bytes = 160ull << 20;

  template <typename T>
  T* at(std::uint64_t offset) {
    return reinterpret_cast<T*>(memory_->own_bytes() + array_page * 4096 + offset);
  }
  Status add_array() {
    blink_command_array command{};
    command.message = {sizeof command, BLINK_COMMAND_ARRAY_ADD, BLINK_NO_REPLY, 0};
    command.first_page = array_page;
    command.capacity = capacity_;
    std::memcpy(memory_->own_bytes() + BLINK_PAGE_COMMAND_RING * 4096, &command, sizeof command);
    *reinterpret_cast<std::uint64_t*>(memory_->own_bytes() + 4096) = sizeof command;
    return work();
  }

  std::unique_ptr<vso::local::MemoryFile> memory_;
  IdleConsumer consumer_;
  std::unique_ptr<vso::Region> region_;
  blink_array_layout layout_{};
  std::uint32_t capacity_ = 0;
};

// Finding ten changed objects, spread over all, and reading their records consistently.
Result<Summary> scans(std::uint32_t objects, std::size_t count) {
  BLINK_ASSIGN(const auto bench, Bench::with_objects(objects));
  vso::ObjectArray array = bench->shared_array();
  std::vector<std::uint32_t> slots;
  std::vector<double> samples;
  blink_object_record record;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::uint32_t k = 0; k < 10; ++k)
      bench->publish(static_cast<std::uint32_t>((k * (objects / 10) + i * 7) % objects));
    slots.clear();
    const auto start = Clock::now();
    BLINK_TRY(array.take_dirty(4096, slots).take_status());
    for (const std::uint32_t slot : slots)
      (void)array.read_record(slot, record);
    samples.push_back(us_since(start));
    if (slots.size() != 10) return Status::system("a scan lost objects");
  }
  return summarize(std::move(samples));
}

// Updates of one large object in one piece, and one small one, in turns.
Result<Comparison> bulk(std::size_t count, std::uint64_t large_bytes) {
  BLINK_ASSIGN(const auto bench, Bench::with_objects(16));
  const auto place = [&](std::uint32_t slot, std::uint32_t page, std::uint64_t bytes) {
    bench->record(slot).bytes = bytes;
    bench->record(slot).extent_count = 1;
    bench->record(slot).extents[0] = {page, static_cast<std::uint32_t>(vso::pages_for(bytes))};
    return bench->first_free_page();
  };
  place(0, bench->first_free_page() + 1, large_bytes);
  place(1, bench->first_free_page(), 4096);
  std::vector<double> large;
  std::vector<double> small;
  for (std::size_t i = 0; i < count; ++i)
    for (const std::uint32_t slot : {0u, 1u}) {
      bench->publish(slot);
      const auto start = Clock::now();
      BLINK_TRY(bench->work());
      (slot == 0 ? large : small).push_back(us_since(start));
    }
  return compare_samples(std::move(large), std::move(small));
}

// 64 MiB made of single pages in a list.
Result<Summary> scattered(std::size_t count) {
  BLINK_ASSIGN(const auto bench, Bench::with_objects(16));
  constexpr std::uint32_t pages = 16'384;
  const std::uint32_t lists = bench->first_free_page();
  for (std::uint32_t i = 0; i < pages; ++i) {
    auto& list = *reinterpret_cast<blink_extent_list*>(bench->bytes() +
                                                       (lists + i / BLINK_LIST_EXTENTS) * 4096ull);
    list.extents[i % BLINK_LIST_EXTENTS] = {lists + 40 + 2 * i, 1};
    list.next_page = i / BLINK_LIST_EXTENTS < pages / BLINK_LIST_EXTENTS
                         ? lists + i / BLINK_LIST_EXTENTS + 1
                         : 0;
  }
  bench->record(0).bytes = pages * 4096ull;
  bench->record(0).extent_count = pages;
  bench->record(0).list_page = lists;
  std::vector<double> samples;
  for (std::size_t i = 0; i <= count; ++i) {
    bench->publish(0);
    const auto start = Clock::now();
    BLINK_TRY(bench->work());
    if (i > 0) samples.push_back(us_since(start));  // the first makes the mapping, which stays
  }
  return summarize(std::move(samples));
}

// ------------------------------------------------------------------------------ idle costs

double private_kib(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
  std::string line;
  double sum = 0;
  while (std::getline(file, line))
    if (line.starts_with("Private_")) sum += std::stod(line.substr(line.find(':') + 1));
  return sum;
}

double cpu_ms(pid_t pid) {
  double sum_ns = 0;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const auto& entry : std::filesystem::directory_iterator(tasks)) {
    double ns = 0;
    std::ifstream(entry.path() / "schedstat") >> ns;
    sum_ns += ns;
  }
  return sum_ns / 1e6;
}

Status idle_costs(const Options& options, Report& report) {
  const ServerProcess server(0);
  std::vector<std::unique_ptr<vso::Client>> clients;
  const auto add_client = [&]() -> Status {
    BLINK_ASSIGN(auto client, server.connect());
    BLINK_ASSIGN(vso::ClientArray * array, client->add_array(64));
    BLINK_ASSIGN(const std::uint32_t object, array->create(BLINK_OBJECT_BYTES, 4096, {}));
    const std::uint64_t version = array->end_update(object);
    BLINK_TRY(array->wait_for_fence(object, version, in_ten_seconds()));
    clients.push_back(std::move(client));
    return {};
  };
  BLINK_TRY(add_client());
  const double before = private_kib(server.pid());
  for (int i = 0; i < 100; ++i)
    BLINK_TRY(add_client());
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  report.add_value("idle_client_memory", "KiB", Better::lower,
                   (private_kib(server.pid()) - before) / 100,
                   {{"clients", std::int64_t{100}}, {"of", std::string("private pages")}});
  const double cpu_before = cpu_ms(server.pid());
  const double seconds = options.quick ? 0.5 : 5;
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  report.add_value("idle_server_cpu", "ms/s", Better::lower,
                   (cpu_ms(server.pid()) - cpu_before) / seconds,
                   {{"clients", std::int64_t{101}}, {"seconds", seconds}});
  return {};
}

}  // namespace

Status run_vso(const Options& options, Report& report) {
  const std::size_t trips = options.pick(20'000, 500);
  BLINK_ASSIGN(const Summary asleep, round_trips(false, options.pick(5'000, 200)));
  report.add("round_trip_asleep", "us", Better::lower, asleep);
  BLINK_ASSIGN(const Summary spinning, round_trips(true, trips));
  report.add("round_trip_spinning", "us", Better::lower, spinning);

  BLINK_ASSIGN(const Summary few, scans(1'000, trips));
  BLINK_ASSIGN(const Summary some, scans(10'000, trips));
  BLINK_ASSIGN(const Summary many, scans(100'000, trips));
  report.add("scan_10_of_1000", "us", Better::lower, few);
  report.add("scan_10_of_10000", "us", Better::lower, some);
  report.add("scan_10_of_100000", "us", Better::lower, many);
  report.add_curve({.name = "scan",
                    .title = "Finding ten changed objects among many",
                    .x_label = "objects",
                    .y_label = "µs",
                    .x_scale = Scale::log},
                   "a scan", {{1'000, few.median}, {10'000, some.median}, {100'000, many.median}});
  report.add_value("scan_flatness", "ratio", Better::lower, many.median / few.median,
                   {{"of", std::string("100,000 objects to 1,000")}});

  const std::size_t updates = options.pick(5'000, 200);
  BLINK_ASSIGN(const Comparison sizes, bulk(updates, 64ull << 20));
  report.add_ratio("bulk_size_ratio", Better::lower, sizes, "64MiB_us", "4KiB_us");
  BLINK_ASSIGN(const Summary pages, scattered(options.pick(500, 20)));
  report.add("scattered_update", "us", Better::lower, pages,
             {{"of", std::string("64 MiB in 16,384 single pages")}});
  report.add_value("bulk_rate", "GB/s", Better::higher, (64 << 20) / 1e3 / pages.median,
                   {{"of", std::string("the scattered object; bytes handed over, none copied")}});
  return idle_costs(options, report);
}

}  // namespace blink::bench
